"""Child processes of the local stack: started apart from the terminal, stopped by their own pid.

Start them from a thread that lives as long as they should: on Linux a child is told to end when
the thread that started it does.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.local.layout import LOOPBACK

LEASH = Path(__file__).with_name("leash.py")
ROOT = Path(__file__).parents[2]
LOG_LIMIT = 20 * 1024 * 1024
POLL_SECONDS = 0.05
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "USER", "LOGNAME")


class StackFailure(Exception):
    """Something that ends the run; its text is the sentence to show."""


def child_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment from an allow-list: nothing else of the caller's reaches a child."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return passed | {"PYTHONUNBUFFERED": "1"} | dict(extra or {})


@dataclass
class Child:
    name: str
    process: "subprocess.Popen[bytes]"
    log: Path
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 15.0
    address: str = ""
    log_from: int = 0
    """Where in `log` its own lines begin."""
    ready: bool = False

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def last_lines(self, count: int = 15) -> str:
        """Of what it wrote since it was started."""
        with self.log.open(errors="replace") as file:
            file.seek(self.log_from)
            return "".join(deque(file, maxlen=count)).rstrip()

    def ask_to_stop(self) -> None:
        if self.running:
            self.process.send_signal(self.stop_signal)

    def stop(self, *, asked: bool = False) -> None:
        """Asks (unless it was asked already), waits, and insists after a bound."""
        if not asked:
            self.ask_to_stop()
        try:
            self.process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def pause(self, seconds: float = POLL_SECONDS) -> bool:
        """Waits; True while the child is still running afterwards."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return True
        return False


def start_child(
    name: str,
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    before: Sequence[str] = (),
    user: int | None = None,
    within: Path = ROOT,
    stop_signal: int = signal.SIGTERM,
    stop_seconds: float = 15.0,
    address: str = "",
) -> Child:
    """Starts a program in a session of its own (Ctrl-C does not reach it), its output in `log`.

    `before` is a program that sets the scene and executes the rest, such as `unshare`; `user` is
    who the program runs as, for root to choose; `within` is its working directory.
    """
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as output:
        log_from = output.tell()
        process = subprocess.Popen(  # noqa: S603 (every argument is the stack's own)
            [*before, *on_leash(command, stop_signal, user)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=child_environment(environment),
            cwd=within,
            start_new_session=True,
        )
    return Child(name, process, log, stop_signal, stop_seconds, address, log_from)


def on_leash(
    command: Sequence[str], stop_signal: int = signal.SIGTERM, user: int | None = None
) -> list[str]:
    """The same command, ended by `stop_signal` when its parent dies, as `user` if one is named."""
    program = shutil.which(command[0]) or command[0]
    end, who = str(int(stop_signal)), "-" if user is None else str(user)
    return [sys.executable, "-I", "-S", str(LEASH), end, who, program, *command[1:]]


def wait_until_ready(
    waiting: Iterable[tuple[Child, Callable[[], bool]]],
    seconds: float = 120.0,
    go_on: Callable[[], None] = lambda: None,
) -> None:
    """Returns when every probe has said yes. Raises StackFailure for a child that dies or is late.

    `go_on` is asked between the looks; it raises to give up.
    """
    pending = list(waiting)
    deadline = time.monotonic() + seconds
    while pending:
        go_on()
        for child, probe in list(pending):
            if not child.running:
                raise StackFailure(died_sentence(child))
            if probe():
                child.ready = True
                pending.remove((child, probe))
            elif time.monotonic() > deadline:
                raise StackFailure(
                    f"{child.name} did not become ready in {seconds:.0f} s; "
                    f"its log is {child.log}.\n{child.last_lines()}"
                )
            else:
                child.pause()


def died_sentence(child: Child) -> str:
    code = child.process.returncode
    how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
    return f"{child.name} ended ({how}); its log is {child.log}.\n{child.last_lines()}".rstrip()


def stop_all(children: Iterable[Child]) -> None:
    """Asks all of them to end, the last started first, and waits for each."""
    ending = list(children)[::-1]
    for child in ending:
        child.ask_to_stop()
    for child in ending:
        child.stop(asked=True)


def port_is_open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((LOOPBACK, port)) == 0


def refuse_taken_ports(ports: Mapping[str, int]) -> None:
    """Raises StackFailure, naming the port, if one of them cannot be listened on."""
    for name, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                raise StackFailure(
                    f"Port {port} ({name.replace('_', ' ')}) is taken by another program. "
                    "Choose other ports with PORT_BASE=, for example `make run PORT_BASE=9100`."
                ) from None
