"""Mutants tried in forks of a process that has imported nothing of ours: all is imported anew.

Slower than a warm process, and needed for what takes effect at import: constants, tables, the
bodies of classes, and functions that tests call while they are collected.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.mutation.forks import Say, in_a_fork, wall_seconds
from tests.mutation.mutant import Mutant
from tests.mutation.warm import OURS, Collected

QUIET = ("-p", "no:cacheprovider", "-p", "no:timeout", "-p", "no:benchmark", "--no-header")


@contextmanager
def changed(tree: Path, mutant: Mutant) -> Iterator[None]:
    """The file is changed for a while; compiled code of the unchanged file stays valid."""
    path = tree / mutant.file
    before, stat = path.read_bytes(), path.stat()
    try:
        if mutant.content is None:
            path.unlink()
        else:
            path.write_text(mutant.content, encoding="utf-8")
        yield
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def pytest_arguments(files: list[str]) -> list[str]:
    return [*QUIET, *files]


def try_fresh(
    tree: Path, mutant: Mutant, files: list[str], order: list[str], seconds: dict[str, float]
) -> Any:
    """Runs the tests of these files, those in `order` first. Raises Stopped."""

    def all_of_them(collected: Collected) -> None:
        first = [name for name in order if name in collected.items]
        others = [name for name in collected.items if name not in set(first)]
        assert collected.say is not None
        collected.run([*first, *others], seconds, collected.say)

    def work(say: Say) -> None:
        sys.dont_write_bytecode = True
        plugin = Failing(all_of_them)
        plugin.say = say
        pytest.main(pytest_arguments(files), plugins=[plugin])
        say({"by": files[0]})

    run = [name for name in order if name.partition("::")[0] in files]
    with changed(tree, mutant):
        return in_a_fork(work, wall_seconds(seconds, run))


class Failing(Collected):
    """A test file that cannot even be imported has noticed."""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and self.say is not None:
            self.say({"by": report.nodeid or "tests"})


def modules_of_others() -> list[str]:
    """What is imported now and not ours, to be imported ahead of every fork."""
    return [name for name in sys.modules if not f"{name}.".startswith(OURS) and name != "__main__"]


def import_ahead(names: list[str]) -> None:
    for name in names:
        # Some need what only pytest gives them: every fork imports those by itself.
        with suppress(ImportError, AttributeError, RuntimeError):
            import_module(name)
