"""The events that say what became of a deadline."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from services.rapid_review_timer.outcome import Cancelled, Met, Suspended
from services.rapid_review_timer.revision import Change, Said
from shared.contracts.deadline_events import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlineMoved,
    DeadlineResumed,
    DeadlineSet,
    DeadlineState,
    DeadlineSuspended,
)
from shared.contracts.envelope import case_stream
from shared.messaging.outbox import emit
from shared.messaging.store import Tx


async def tell(change: Change, tx: Tx, *, happened_at: datetime) -> None:
    """Emits a change's events in the case's stream, within the caller's transaction.

    `happened_at` is the instant of the fact that brought the change about.
    """
    stream = case_stream(change.deadline.case_id)
    for state, at in told_of(change, happened_at):
        await emit(tx, state, stream, happened_at=at, about=about(state))


def about(state: DeadlineState) -> str:
    """What of a cause this is: it may say something of many deadlines."""
    return f"{state.deadline_id}|{state.revision}"


def told_of(change: Change, happened_at: datetime) -> list[tuple[DeadlineState, datetime]]:
    """A change's events in the order of telling, each with the instant it speaks of. Pure."""
    outcome = change.deadline.outcome
    return [
        (
            _event(change, said),
            outcome.at if said == "met" and isinstance(outcome, Met) else happened_at,
        )
        for said in change.says
    ]


def _event(change: Change, said: Said) -> DeadlineState:
    made = change.deadline
    state: dict[str, Any] = {
        "deadline_id": made.deadline_id,
        "subject": str(made.case_id),
        "cycle": made.cycle,
        "rule": made.rule,
        "revision": change.revision,
        **{field.name: getattr(made.basis, field.name) for field in fields(made.basis)},
    }
    if said == "moved":
        before = change.previous or made
        return DeadlineMoved(
            **state,
            previous_due_date=before.basis.due_date,
            reason=change.moved_because or "basis_corrected",
        )
    if said == "resumed":
        before = change.previous or made
        return DeadlineResumed(**state, previous_due_date=before.basis.due_date)
    if said == "suspended" and isinstance(made.outcome, Suspended):
        return DeadlineSuspended(**state, reason=made.outcome.reason)
    if said == "met" and isinstance(made.outcome, Met):
        return DeadlineMet(
            **state,
            met_at=made.outcome.at,
            met_by=made.outcome.by,
            on_time=made.outcome.on_time,
            working_days_late=made.outcome.working_days_late,
        )
    if said == "cancelled" and isinstance(made.outcome, Cancelled):
        return DeadlineCancelled(**state, reason=made.outcome.reason)
    return DeadlineSet(**state)
