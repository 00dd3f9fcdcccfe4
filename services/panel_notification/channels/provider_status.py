"""What a provider tells of a message after it has taken it, in the words of GOV.UK Notify.

A status only ever moves forward: told again, late or in another order, it changes nothing back.
"""

import re

DELIVERED = frozenset({"delivered"})
FAILED = frozenset({"permanent-failure", "temporary-failure", "technical-failure"})
UNDER_WAY = frozenset({"created", "sending", "pending", "sent", "accepted", "pending-virus-check"})
_CODED = re.compile(r"[a-z]+(-[a-z]+){0,4}")


def rank(status: str | None) -> int:
    """How far along a status is. Delivered is the furthest: a failure told of what the recipient
    has all the same is out of date."""
    if status in DELIVERED:
        return 3
    if status in FAILED:
        return 2
    return 1 if status in UNDER_WAY else 0


def moves_forward(known: str | None, told: str) -> bool:
    """Whether what is told is news. A status that nobody has heard of is none."""
    return rank(told) > rank(known)


def code_of_status(status: str) -> str:
    """The code under which an attempt keeps it."""
    if not _CODED.fullmatch(status):
        return "notify_unreadable"
    return f"notify_{status.replace('-', '_')}"[:64]
