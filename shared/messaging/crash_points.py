"""Named places at which a test may kill the process. They cost one look-up and do nothing else.

`VIGIL_CRASH=name` kills at the first pass, `name:3` at the third, by SIGKILL: nothing is flushed,
closed or handed back, as when the machine loses its power.
"""

import os
import signal

CRASH_POINTS = frozenset(
    {
        "consumer.applied",  # effects, inbox row and offset written, not committed
        "consumer.committed",  # committed in the store, the offset not yet on the broker
        "relay.rows_read",
        "relay.acknowledged",  # the broker has the records, the rows are not marked
        "relay.marked",
        "watcher.claimed",  # the case is locked, nothing is written
        "watcher.written",  # firing row and event written, not committed
        "watcher.committed",
        "notice.attempt_written",  # the attempt is committed, nothing was sent
        "notice.sent",  # the channel answered, the outcome is not written
    }
)

_name, _, _count = os.environ.get("VIGIL_CRASH", "").partition(":")
_passes_left = int(_count or 1)


def crash_point(name: str) -> None:
    """Kills this process if it was told to crash here."""
    if name != _name:
        return
    global _passes_left  # noqa: PLW0603 - the one counter of the one process
    _passes_left -= 1
    if _passes_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
