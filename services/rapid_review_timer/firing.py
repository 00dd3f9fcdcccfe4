"""When a running deadline makes itself heard. Pure; instants are UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid5

from shared.calendar.london import london_instant
from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import DueKind

HEARD_AT = time(8)
"""London time of day for what is soon due or due today: when people begin to work."""


@dataclass(frozen=True)
class Firing:
    kind: DueKind
    due_at: datetime


def schedule(
    due_date: date, late_from: datetime, due_soon_on: date | None, *, relaxed: bool = False
) -> list[Firing]:
    """All firings of a deadline, in order of time. Dates are London dates. What ends before people
    begin to work is overdue and was never due today. A `relaxed` limit is never overdue."""
    soon = [Firing(DueKind.DUE_SOON, london_instant(due_soon_on, HEARD_AT))] if due_soon_on else []
    today = Firing(DueKind.DUE_TODAY, london_instant(due_date, HEARD_AT))
    early = [firing for firing in (*soon, today) if firing.due_at < late_from]
    return [*early, Firing(DueKind.RELAXED if relaxed else DueKind.OVERDUE, late_from)]


def latest_due(planned: Sequence[Firing], now: datetime) -> Firing | None:
    """The last of `planned` that has come by `now`; what it overtook is out of date."""
    return next((firing for firing in reversed(planned) if firing.due_at <= now), None)


def after(planned: Sequence[Firing], fired: Firing) -> Firing | None:
    """What comes after `fired`, or None."""
    return next((firing for firing in planned if firing.due_at > fired.due_at), None)


def cause_of(deadline_id: UUID, revision: int, kind: DueKind) -> UUID:
    """The cause of a firing's event: the same firing never makes a second event."""
    return uuid5(NAMESPACE, f"firing|{deadline_id}|{revision}|{kind}")
