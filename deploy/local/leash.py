"""Runs a program that must not outlive the process that started it.

`python leash.py SIGNAL USER PROGRAM ARGUMENT...` asks Linux to send SIGNAL when the parent dies,
even by SIGKILL, and becomes PROGRAM. On other systems the next `run` or `stop` finds what was left
behind. USER is the number of the user that PROGRAM runs as (only root may choose); `-` is oneself.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG, PR_SET_KEEPCAPS, PR_SET_SECUREBITS = 1, 8, 28
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
NO_SETUID_FIXUP = 4  # access(2) counts the right too, which else only open(2) and others do
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522


def become(user: int) -> None:
    """Stops being root for good, in no other group. Of root's rights the program keeps one, where
    root has it here: to come to its files, which may lie in a home that is closed to others."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    libc.prctl(PR_SET_SECUREBITS, NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    kept = 1 << CAP_DAC_OVERRIDE
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(kept, kept, kept, 0, 0, 0)  # effective, permitted, inheritable
    if libc.capset(header, sets) == 0:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def main() -> None:
    parent = os.getppid()
    if sys.argv[2] != "-":
        become(int(sys.argv[2]))  # first: a change of user makes Linux forget the signal
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(sys.argv[1]))
        if os.getppid() != parent:
            sys.exit(1)
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606 (the arguments are the supervisor's own)


if __name__ == "__main__":
    main()
