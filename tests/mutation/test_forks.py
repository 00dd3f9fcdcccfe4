"""A mutant lives in a fork of its own, for a bounded time, and leaves nothing behind."""

import importlib.util
import signal
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.code_mutants import mutants_of
from tests.mutation.copies import bring_up_to_date
from tests.mutation.forks import Say, Stopped, allow_cpu_seconds, in_a_fork
from tests.mutation.fresh import changed
from tests.mutation.warm import live_functions, put_in

CODE = "def late(days):\n    return days > 5\n"


def spin(_: Say) -> None:
    allow_cpu_seconds(0.05)
    while True:
        pass


def imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("days", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_fork_says_what_it_found_and_changes_nothing_here() -> None:
    held = ["as it was"]

    def work(say: Say) -> None:
        held.append("changed")
        say(held)

    assert in_a_fork(work, 30) == ["as it was", "changed"]
    assert held == ["as it was"]


@pytest.mark.parametrize(("work", "seconds"), [(spin, 30), (lambda _: signal.pause(), 0.05)])
def test_a_fork_that_never_ends_is_ended(work: object, seconds: float) -> None:
    with pytest.raises(Stopped):
        in_a_fork(work, seconds)  # type: ignore[arg-type]


def test_a_fault_of_the_runner_is_told_and_is_no_failure_of_a_test(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def work(_: Say) -> None:
        raise LookupError("no such function")

    assert in_a_fork(work, 30)["by"] == ""
    assert "LookupError: no such function" in capsys.readouterr().err


def test_the_live_function_decides_by_the_mutated_code_also_behind_a_cache(
    tmp_path: Path,
) -> None:
    path = tmp_path / "days.py"
    path.write_text(CODE)
    module = imported(path)
    behind = cache(module.late)
    (changed_bound,) = [one for one in mutants_of(tmp_path, "days.py") if ">=" in one.change]

    def work(say: Say) -> None:
        put_in(changed_bound, path, live_functions({str(path)}))
        say([module.late(5), behind(5)])

    assert in_a_fork(work, 30) == [True, True]
    assert module.late(5) is False


def test_a_file_is_changed_only_for_a_while(tmp_path: Path) -> None:
    path = tmp_path / "days.py"
    path.write_text(CODE)
    before = path.stat().st_mtime_ns
    mutant = mutants_of(tmp_path, "days.py")[0]
    with changed(tmp_path, mutant):
        assert path.read_text() == mutant.content
    assert (path.read_text(), path.stat().st_mtime_ns) == (CODE, before)


def test_a_copy_follows_the_working_tree_and_loses_what_that_lost(tmp_path: Path) -> None:
    root, copy = tmp_path / "root", tmp_path / "copy"
    (root / "shared").mkdir(parents=True)
    (root / "shared" / "a.py").write_text("a = 1\n")
    (root / "shared" / "b.py").write_text("b = 1\n")
    for name in ("pyproject.toml", "README.md", "Makefile"):
        (root / name).write_text(name)
    bring_up_to_date(root, copy)
    (copy / "shared" / "a.py").write_text("a = 2  # a mutant that a killed run left\n")
    (root / "shared" / "b.py").unlink()
    bring_up_to_date(root, copy)
    assert (copy / "shared" / "a.py").read_text() == "a = 1\n"
    assert not (copy / "shared" / "b.py").exists()
