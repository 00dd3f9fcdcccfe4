"""How a service process ends: with code 0 when it was asked to, with 1 when a part of it failed."""

import os
import signal

FAILED = 1
_failed: list[bool] = []


def end_as_failed() -> None:
    """Stops this process in order, so that a supervisor starts it again."""
    _failed.append(True)
    os.kill(os.getpid(), signal.SIGTERM)


def await_signals() -> None:
    """Call it before serving: once all is stopped the server raises the signal again, which would
    end the process as if it had been cut off."""
    signal.signal(signal.SIGTERM, lambda *_: None)


def exit_code() -> int:
    return FAILED if _failed else 0
