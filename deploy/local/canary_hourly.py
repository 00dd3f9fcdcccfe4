"""Sends a canary through the stack every hour: `python -m deploy.local.canary_hourly`.

A small process that does nothing but wait: each canary is a process of its own. The first sets out
one interval after the start. One that does not arrive is in the log, and in the alarm that
reporting raises; the next sets out all the same.
"""

import os
import subprocess
import sys
from threading import Event

from deploy.local.children import ROOT, StackFailure, on_leash

DEFAULT_SECONDS = 3_600
COMMAND = [sys.executable, "-m", "deploy.operate", "canary"]


def interval() -> int:
    """`CANARY_SECONDS` between two canaries; 0: none. Raises StackFailure for anything else."""
    asked = os.environ.get("CANARY_SECONDS") or str(DEFAULT_SECONDS)
    if not (asked.isascii() and asked.isdigit()):
        raise StackFailure(f"CANARY_SECONDS={asked} does not do: it is a number of seconds, or 0.")
    return int(asked)


def main() -> None:
    """Until stopped; a canary that is under way then stops too."""
    never = Event()
    while not never.wait(interval()):
        sent = subprocess.run(on_leash(COMMAND), cwd=ROOT, check=False)  # noqa: S603
        print(f"exit code {sent.returncode}", flush=True)


if __name__ == "__main__":
    main()
