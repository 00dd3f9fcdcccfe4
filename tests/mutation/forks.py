"""Work in a forked child, silent, bounded, and never able to hurt the process it came from."""

import contextlib
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

Say = Callable[[Any], None]
MEMORY_BYTES = 6 << 30


class Stopped(Exception):
    """The child said nothing: it used up its time, or ended in the middle of its work."""


def in_a_fork(work: Callable[[Say], None], seconds: float) -> Any:
    """What the child says first, as JSON can carry it; raises Stopped if it says nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _work_alone(work, writing)
    os.close(writing)
    heard, ended = b"", 0
    try:
        heard = _first_line(reading, time.monotonic() + seconds)
    finally:
        os.close(reading)
        ended = _end(child)
    if not heard:
        raise Stopped(f"ended with {ended}")
    told = json.loads(heard)
    if "fault" in told:
        print(f"A fork could not do its work: {told['fault']}", file=sys.stderr, flush=True)
    return told


def wall_seconds(cpu_seconds: dict[str, float], tests: list[str]) -> float:
    """How long to wait for tests, which are bounded by CPU: only what waits for ever is ended by
    it, and nothing on a machine that is busy with other things."""
    return 300 + 20 * sum(cpu_seconds.get(name, 1.0) for name in tests)


def allow_cpu_seconds(seconds: float) -> None:
    """From now on: more than that ends the process, also within a C function."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _work_alone(work: Callable[[Say], None], writing: int) -> None:
    def say(message: Any) -> None:
        told = json.dumps(message).encode() + b"\n"
        while told:
            told = told[os.write(writing, told) :]
        os._exit(0)

    try:
        os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        work(say)
    except BaseException as error:
        # The runner's own fault: told, and never counted as noticed by a test.
        say({"by": "", "fault": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(1)


def _first_line(reading: int, until: float) -> bytes:
    heard = b""
    while not heard.endswith(b"\n"):
        ready, _, _ = select.select([reading], [], [], max(0.0, until - time.monotonic()))
        piece = os.read(reading, 1 << 20) if ready else b""
        if not piece:
            return b""
        heard += piece
    return heard


def _end(child: int) -> int:
    """Ends the child and whatever it started; gives its exit code, negative for a signal."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError):
            kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
