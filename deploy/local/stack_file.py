"""Which processes a stack consists of, written down so that another command can find them.

A process is known by its pid and the moment it was created: a pid alone may belong to somebody else
by the time it is read.
"""

import fcntl
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Literal

import psutil

from deploy.local.children import Child
from deploy.local.secret_files import private_directory, write_private

Phase = Literal["starting", "ready", "stopping"]
_SAME_MOMENT = 2.0


@dataclass(frozen=True)
class Running:
    name: str
    pid: int
    created: float
    address: str = ""
    ready: bool = False

    def process(self) -> psutil.Process | None:
        """The process, if it is still this one and alive."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.created) < _SAME_MOMENT
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None


@dataclass(frozen=True)
class Stack:
    phase: Phase
    port_base: int
    supervisor: Running
    components: list[Running]
    stack: str = "local"
    """`drill` where the time is set and nobody is behind any case."""

    @property
    def runs(self) -> bool:
        """Whether anything of it is alive."""
        return any(each.process() for each in (self.supervisor, *self.components))


def running_child(child: Child) -> Running | None:
    try:
        created = psutil.Process(child.pid).create_time()
    except psutil.NoSuchProcess:
        return None
    return Running(child.name, child.pid, created, child.address, child.ready)


def write_stack(
    path: Path, phase: Phase, port_base: int, children: Iterable[Child], marked: str = "local"
) -> None:
    own = psutil.Process()
    stack = Stack(
        phase,
        port_base,
        Running("supervisor", own.pid, own.create_time()),
        [running for child in children if (running := running_child(child))],
        marked,
    )
    write_private(path, json.dumps(asdict(stack), indent=2) + "\n")


def read_stack(path: Path) -> Stack | None:
    """What was written last, whether or not it still runs."""
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        return None
    return Stack(
        content["phase"],
        content["port_base"],
        Running(**content["supervisor"]),
        [Running(**entry) for entry in content["components"]],
        content.get("stack", "local"),
    )


def write_end(path: Path, sentence: str, now: datetime) -> None:
    """Keeps why a run ended by itself: the first line of `sentence`, with the time (aware)."""
    first_line = sentence.partition("\n")[0]
    write_private(path, f"ended by itself on {now:%d %B %Y at %H:%M:%S}: {first_line}\n")


def read_end(path: Path) -> str:
    """What `write_end` kept, empty if nothing."""
    return path.read_text().strip() if path.exists() else ""


def take_lock(path: Path) -> IO[str] | None:
    """The lock that one supervisor holds for its life; None while another has it."""
    private_directory(path.parent)
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def stop_processes(running: Iterable[Running], seconds: float) -> int:
    """Asks what still runs to end, the last started first, and insists after the bound.

    Returns how many there were.
    """
    alive = [process for entry in running if (process := entry.process())]
    for process in reversed(alive):
        _send(process, insist=False)
    _, left = psutil.wait_procs(alive, timeout=seconds)
    for process in left:
        _send(process, insist=True)
    psutil.wait_procs(left, timeout=5)
    return len(alive)


def _send(process: psutil.Process, *, insist: bool) -> None:
    try:
        if insist:
            process.kill()
        else:
            process.terminate()
    except psutil.NoSuchProcess:
        return
