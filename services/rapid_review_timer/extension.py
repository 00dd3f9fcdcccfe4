"""An extension of a rapid review: asked, then granted or refused. Pure.

No published rule gives a right to one. It is an agreement: nothing moves before it is granted, and
the date that was counted is kept beside the agreed one.
"""

from datetime import date
from uuid import uuid5

from services.rapid_review_timer.circumstances import (
    Circumstances,
    Refused,
    refuse_submitted,
    step_of,
)
from services.rapid_review_timer.review import Review
from services.rapid_review_timer.review_said import DecideExtension, RequestExtension
from shared.contracts.envelope import NAMESPACE
from shared.contracts.review_codes import ExtensionAnswer
from shared.contracts.review_events import ExtensionDecided, ExtensionRequested, ReviewStep


def request_extension(
    review: Review, said: RequestExtension, met: Circumstances
) -> list[ReviewStep]:
    """Nothing moves by it. Raises Refused: `already_submitted`, `extension_pending`,
    `due_date_unknown`, `not_later`."""
    refuse_submitted(review)
    if review.pending_extension:
        raise Refused("extension_pending")
    due = _refuse_not_later(said.proposed_date, met)
    number = len(review.extensions) + 1
    return [
        ExtensionRequested(
            **step_of(review),
            extension_id=uuid5(NAMESPACE, f"extension|{review.review_id}|{number}"),
            number=number,
            reason=said.reason,
            original_due_date=met.original_due_date or due,
            proposed_date=said.proposed_date,
            requested_at=met.now,
        )
    ]


def decide_extension(review: Review, said: DecideExtension, met: Circumstances) -> list[ReviewStep]:
    """Raises Refused: `already_submitted`, `no_extension_asked`, `due_date_unknown`,
    `not_later`."""
    refuse_submitted(review)
    pending = review.pending_extension
    if pending is None:
        raise Refused("no_extension_asked")
    if said.answer is ExtensionAnswer.GRANTED and said.agreed_date:
        _refuse_not_later(said.agreed_date, met)
    return [
        ExtensionDecided(
            **step_of(review),
            extension_id=pending.asked.extension_id,
            number=pending.asked.number,
            answer=said.answer,
            original_due_date=pending.asked.original_due_date,
            agreed_date=said.agreed_date,
            decided_at=met.now,
        )
    ]


def _refuse_not_later(day: date, met: Circumstances) -> date:
    """The date that holds now, which another has to be after."""
    if met.due_date is None:
        raise Refused("due_date_unknown")
    if day <= max(met.due_date, met.today):
        raise Refused("not_later")
    return met.due_date
