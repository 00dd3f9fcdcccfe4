"""What the rapid-review timer publishes: clocks, and that something is due."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.event_codes import DueKind, Force
from shared.contracts.intake_events import Code, Cycle
from shared.contracts.payload import Payload

Revision = Annotated[int, Field(ge=1)]


class DeadlineState(Payload):
    """What all deadline events say of their deadline. Dates are local dates in Europe/London;
    `late_from` is the first late instant. `caused_by` is the event that started the clock.
    `relaxed_by` is the notice that relaxes the limit on this due date, if any."""

    deadline_id: UUID
    subject: Code
    cycle: Cycle
    rule: Code
    rule_version: Code
    rule_set: Code
    force: Force
    calendar_version: Code
    revision: Revision
    started_at: AwareDatetime
    due_date: date
    late_from: AwareDatetime
    caused_by: UUID
    alternatives: dict[Code, date] = Field(default_factory=dict)
    relaxed_by: Code | None = None


class DeadlineSet(DeadlineState):
    pass


class DeadlineMoved(DeadlineState):
    previous_due_date: date
    reason: Code


class DeadlineSuspended(DeadlineState):
    """It stands still and nothing fires until it goes on."""

    reason: Code


class DeadlineResumed(DeadlineState):
    """It goes on, as a new revision; `previous_due_date` is the one it stood still with."""

    previous_due_date: date


class DeadlineMet(DeadlineState):
    """`met_at` is judged by when the thing was done, not by when we heard of it."""

    met_at: AwareDatetime
    met_by: UUID
    on_time: bool
    working_days_late: int = Field(ge=0)


class DeadlineCancelled(DeadlineState):
    reason: Code


class ReviewDue(Payload):
    """Somebody has to act. `fired_late_by` is in seconds, 0 when fired as it fell due.

    `after_move` is the reason of the move that put a due date into the past: the deadline was late
    from the moment it was moved, and nobody could have acted in time."""

    deadline_id: UUID
    rule: Code
    cycle: Cycle
    force: Force
    revision: Revision
    kind: DueKind
    due_date: date
    due_at: AwareDatetime
    fired_at: AwareDatetime
    fired_late_by: float = Field(ge=0)
    after_move: Code | None = None
