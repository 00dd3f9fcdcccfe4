"""Postgres refuses to run as root: who it runs as where everything else is root's.

In a user namespace root is nobody and keeps its files. Where there is none to be had, as in most
containers, Postgres runs as nobody, and its own directory is given to nobody. Permissions of other
directories stay as they are.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from deploy.local.children import StackFailure

ROOT_USER, NOBODY = 0, 65534


class NotEvenAsNobody(StackFailure):
    def __init__(self, why: str) -> None:
        super().__init__(
            f"Postgres refuses to run as root, and root may not hand it to nobody here ({why}). "
            "Run Vigil as an ordinary user, from a clone of their own."
        )


class RunsAs(NamedTuple):
    before: tuple[str, ...] = ()
    """The program that makes the user namespace, with its options."""
    user: int | None = None
    """Whom the leash makes it; None is whoever runs this."""


def runs_as() -> RunsAs:
    if os.geteuid() != ROOT_USER:
        return RunsAs()
    unshare = shutil.which("unshare")
    if unshare:
        drop = (unshare, "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
        tried = subprocess.run([*drop, "true"], capture_output=True, check=False)  # noqa: S603
        if tried.returncode == 0:
            return RunsAs(before=drop)
    return RunsAs(user=NOBODY)


def hand_over(directory: Path, to: RunsAs) -> None:
    """Gives root's `directory`, with all in it, to the one who will run: the other way of running
    it may have been taken before. What belongs to an ordinary user stays theirs. Raises
    NotEvenAsNobody."""
    owner, wanted = directory.stat().st_uid, to.user or ROOT_USER
    if os.geteuid() != ROOT_USER or owner == wanted or owner not in (ROOT_USER, NOBODY):
        return
    try:
        _give(directory, wanted)
    except PermissionError as refusal:
        raise NotEvenAsNobody(refusal.strerror or "chown") from None


def _give(directory: Path, wanted: int) -> None:
    for parent, directories, files in os.walk(directory, topdown=False):
        for name in (*directories, *files):
            os.chown(Path(parent, name), wanted, wanted, follow_symlinks=False)
    os.chown(directory, wanted, wanted)  # last: interrupted, it is simply done again
