"""Sources of obligations in a review: its submission, and each step of a local review."""

from datetime import date

from services.panel_notification.about import About
from services.rapid_review_timer import local_review_steps as local
from services.rapid_review_timer import review_said as said
from shared.contracts.review_codes import DelayReason, WithheldReason
from shared.messaging.facts import Fact
from tests.journeys.obligation_sources import NOBODY, Source
from tests.services.rapid_review_timer.review_told import ReviewTold

DAY, PLANNED = date(2019, 6, 27), date(2019, 10, 14)
REASONS = "the Panel (DL15, should); the department (DL15, should)"


def submitted() -> ReviewTold:
    return ReviewTold().at(DAY.isoformat()).submitted()


def commissioned() -> ReviewTold:
    return submitted().commissioned(DAY)


def drafted() -> ReviewTold:
    return commissioned().drafted(PLANNED)


def delayed() -> ReviewTold:
    told = commissioned()
    told.does(local.delay, said.DelayLocalReview(reason=DelayReason.INQUEST, explanation="x"))
    return told


def withheld() -> ReviewTold:
    told = drafted().copies_sent(DAY)
    reason = said.WithholdLocalReview(reason=WithheldReason.COURT_ORDER, justification="x")
    told.does(local.withhold, reason)
    return told


def published() -> ReviewTold:
    told = drafted().copies_sent(DAY).at(PLANNED.isoformat())
    return told.published(PLANNED)


def planned_again() -> ReviewTold:
    return drafted().drafted(date(2019, 11, 4))


def of(told: ReviewTold) -> list[Fact]:
    return told.case.facts


STEPS = (
    Source(
        "rapid review",
        "Its submission, with the view on a local and a national review",
        "the Panel (DL08, should)",
        lambda: of(submitted()),
        About.REVIEW,
    ),
    Source(
        "local review",
        "The decision to commission it",
        "the Panel (DL10, should); the department (DL10, should); Ofsted (DL10, should)",
        lambda: of(commissioned()),
        About.LOCAL_REVIEW,
    ),
    Source(
        "local review",
        "The plan to publish it: copies go before",
        "the Panel (DL12, must); the department (DL12, must); Ofsted (DL12, should)",
        lambda: of(drafted()),
        About.COPY,
    ),
    Source(
        "local review",
        "A plan that moves: the copies are sent once",
        NOBODY,
        lambda: of(planned_again()),
        About.COPY,
    ),
    Source(
        "local review",
        "It is late: the reasons",
        REASONS,
        lambda: of(delayed()),
        About.DELAY,
    ),
    Source(
        "local review",
        "It is not published: the reasons",
        REASONS,
        lambda: of(withheld()),
        About.NOT_PUBLISHED,
    ),
    Source(
        "local review",
        "Its publication: all have had their copies",
        NOBODY,
        lambda: of(published()),
        About.COPY,
    ),
)
