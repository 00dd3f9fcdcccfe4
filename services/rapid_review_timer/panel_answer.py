"""The partners supply what the Panel asked for. Pure."""

from datetime import datetime

from services.rapid_review_timer.circumstances import Circumstances, Refused, step_of
from services.rapid_review_timer.review import Review
from services.rapid_review_timer.review_said import Command
from shared.contracts.report_text import Instant, Outline
from shared.contracts.review_events import InformationSupplied, ReviewStep


class SupplyInformation(Command):
    """`supplied_at` where it went before it was entered."""

    information: Outline
    supplied_at: Instant | None = None


def supply_information(
    review: Review, said: SupplyInformation, met: Circumstances
) -> list[ReviewStep]:
    """To the earliest request that waits. Raises Refused: `not_submitted`, `nothing_asked`,
    `in_the_future`, `before_it_was_asked_for`."""
    if review.submitted is None:
        raise Refused("not_submitted")
    waiting = review.replies.open_request
    if waiting is None:
        raise Refused("nothing_asked")
    return [
        InformationSupplied(
            **step_of(review),
            request_id=waiting.request_id,
            supplied_at=_supplied_at(said.supplied_at, waiting.asked.at, met.now),
            recorded_at=met.now,
        )
    ]


def _supplied_at(given: datetime | None, asked_at: datetime, now: datetime) -> datetime:
    """The Panel's clock may be ahead by minutes: its request is not after our answer."""
    if given is None:
        return max(now, asked_at)
    if given > now:
        raise Refused("in_the_future")
    if given < asked_at:
        raise Refused("before_it_was_asked_for")
    return given
