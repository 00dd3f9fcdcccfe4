"""What Postgres runs as when everything else is root's."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from deploy.local.children import start_child
from deploy.local.not_as_root import NOBODY, RunsAs, hand_over, runs_as

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def test_an_ordinary_user_stays_who_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert runs_as() == RunsAs()


def test_root_without_a_user_namespace_hands_over_to_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert runs_as() == RunsAs(user=NOBODY)


@only_root
def test_the_one_who_runs_is_nobody_in_no_group_and_ends_with_the_parent(tmp_path: Path) -> None:
    code = (
        "import ctypes, os; signal = ctypes.c_int(); "
        "ctypes.CDLL(None).prctl(2, ctypes.byref(signal)); "
        "print(os.getresuid(), os.getresgid(), os.getgroups(), signal.value)"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    child = start_child("child", command, tmp_path / "log", user=NOBODY)
    child.process.wait()
    assert child.last_lines() == f"{(NOBODY,) * 3} {(NOBODY,) * 3} [] 15"


@only_root
def test_it_comes_to_its_directory_in_a_closed_home_and_nothing_else_is_opened(
    tmp_path: Path,
) -> None:
    home, own = tmp_path / "home", tmp_path / "home" / "postgres"
    own.mkdir(parents=True)
    home.chmod(0o700)
    (own / "file").write_text("x")
    hand_over(own, RunsAs(user=NOBODY))
    command = [sys.executable, "-I", "-S", "-c", f"print(open({str(own / 'file')!r}).read())"]
    child = start_child("child", command, tmp_path / "log", user=NOBODY)
    child.process.wait()
    assert child.last_lines() == "x"
    assert ((own / "file").stat().st_uid, own.stat().st_uid) == (NOBODY, NOBODY)
    assert (home.stat().st_uid, home.stat().st_mode & 0o777) == (0, 0o700)
    hand_over(own, RunsAs(before=("unshare",)))
    assert ((own / "file").stat().st_uid, own.stat().st_uid) == (0, 0)


@only_root
def test_what_belongs_to_an_ordinary_user_stays_theirs(tmp_path: Path) -> None:
    own = tmp_path / "postgres"
    own.mkdir()
    os.chown(own, 1000, 1000)
    hand_over(own, RunsAs(user=NOBODY))
    assert own.stat().st_uid == 1000
