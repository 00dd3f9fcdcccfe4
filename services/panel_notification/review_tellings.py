"""What a review says that somebody must hear: its submission, and the steps of a local review.

The rapid-review timer names the obligations with each step, and numbers them in a stream of its
own: nothing here hangs on how far intake's stream has come. Recipients and limits are those of
Working Together 2018, chapter 4: the review to the Panel promptly, with the view on a local and a
national review (DL08); the decision for a local review, with the reviewer's name (DL10); copies
before publication (DL12); reasons for a delay or for not publishing (DL15).
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from services.panel_notification.about import About
from shared.contracts.lcspr_events import (
    LcsprCommissioned,
    LcsprDelayed,
    LcsprDrafted,
    LcsprWithheld,
)
from shared.contracts.review_events import ReviewSubmitted
from shared.messaging.facts import Fact

ReviewTelling = ReviewSubmitted | LcsprCommissioned | LcsprDrafted | LcsprDelayed | LcsprWithheld


ABOUT: Mapping[type[ReviewTelling], About] = MappingProxyType(
    {
        ReviewSubmitted: About.REVIEW,
        LcsprCommissioned: About.LOCAL_REVIEW,
        LcsprDrafted: About.COPY,
        LcsprDelayed: About.DELAY,
        LcsprWithheld: About.NOT_PUBLISHED,
    }
)


def review_tellings(
    facts: Sequence[Fact],
) -> dict[tuple[UUID, int], list[tuple[Fact, ReviewTelling]]]:
    """By case and cycle, as the timer numbered them."""
    found: dict[tuple[UUID, int], list[tuple[Fact, ReviewTelling]]] = {}
    for fact in sorted(facts, key=lambda fact: (fact.case_id, fact.sequence)):
        if isinstance(fact.data, ReviewTelling):
            found.setdefault((fact.case_id, fact.data.cycle), []).append((fact, fact.data))
    return found


def still_told(told: Sequence[tuple[Fact, ReviewTelling]]) -> list[ReviewTelling]:
    """A plan for publication and a submission are replaced by the next; each decision, delay and
    withholding is told for itself."""
    replaced = (ReviewSubmitted, LcsprDrafted)
    last: dict[type[ReviewTelling], UUID] = {
        type(data): fact.event_id for fact, data in told if isinstance(data, replaced)
    }
    return [data for fact, data in told if last.get(type(data), fact.event_id) == fact.event_id]
