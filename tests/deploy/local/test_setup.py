import sys
from pathlib import Path

import pytest

from deploy.local import setup


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose `.venv` is complete; every command that would change something fails."""
    for name in (setup.LOCAL, setup.TESTS):
        path = tmp_path / "requirements" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"# {name}")
    lock = tmp_path / "jars.lock.json"
    lock.write_text("{}")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV_PYTHON", Path(sys.executable))
    monkeypatch.setattr(setup, "STAMP", tmp_path / ".venv" / "setup.json")
    monkeypatch.setattr(setup, "JARS_LOCK", lock)
    return tmp_path


@pytest.fixture
def done(place: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What setting up did."""
    steps: list[str] = []
    monkeypatch.setattr(setup, "install", steps.append)
    monkeypatch.setattr(setup, "fetch_jars", lambda: steps.append("jars"))
    return steps


def test_a_python_that_is_too_old_or_missing_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHON", "/no/such/python")
    with pytest.raises(setup.SetupFailure, match=r"needs Python 3\.11, 3\.12 or 3\.13"):
        setup.suitable_python()


def test_a_python_that_is_asked_for_is_refused_even_if_nothing_has_to_be_made(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    setup.set_up(with_tests=False)
    monkeypatch.setenv("PYTHON", "/no/such/python")
    with pytest.raises(setup.SetupFailure, match="/no/such/python is not one of them"):
        setup.set_up(with_tests=False)


def test_nothing_is_done_again_while_nothing_changed(done: list[str]) -> None:
    setup.set_up(with_tests=False)
    assert done == ["local.txt", "jars"]
    setup.set_up(with_tests=False)
    assert done == ["local.txt", "jars"]


def test_the_packages_for_tests_serve_a_run_as_well(done: list[str]) -> None:
    setup.set_up(with_tests=True)
    setup.set_up(with_tests=False)
    assert done == ["tests.txt", "jars"]


def test_a_changed_requirement_or_jar_is_installed_and_nothing_else(
    place: Path, done: list[str]
) -> None:
    setup.set_up(with_tests=False)
    (place / "requirements" / setup.LOCAL).write_text("# another")
    setup.set_up(with_tests=False)
    assert done[2:] == ["local.txt", "jars"]


def test_an_interrupted_download_is_taken_up_where_it_stopped(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(setup, "fetch_jars", interrupted)
    with pytest.raises(KeyboardInterrupt):
        setup.set_up(with_tests=False)
    monkeypatch.setattr(setup, "fetch_jars", lambda: done.append("jars"))
    setup.set_up(with_tests=False)
    assert done == ["local.txt", "jars"]


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("Max retries exceeded with url: /simple/rich/", "index could not be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "not the one that was pinned"),
        ("something\nERROR: what pip says", "ERROR: what pip says"),
    ],
)
def test_what_pip_could_not_do_is_one_sentence_with_a_way_out(output: str, sentence: str) -> None:
    said = setup.pip_sentence(output)
    assert sentence in said
    assert "\n" not in said
