"""Runs a program that must not outlive the process that started it.

`python leash.py SIGNAL PROGRAM ARGUMENT...` asks Linux to send SIGNAL when the parent dies, even by
SIGKILL, and becomes PROGRAM. On other systems the next `run` or `stop` finds what was left behind.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(sys.argv[1]))
        if os.getppid() != parent:
            sys.exit(1)
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 (the arguments are the supervisor's own)


if __name__ == "__main__":
    main()
