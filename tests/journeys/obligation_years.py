"""Sources of obligations in an area's record: the yearly report of its safeguarding partners."""

from services.panel_notification.about import About
from shared.messaging.facts import Fact
from tests.journeys.obligation_sources import NOBODY, Source
from tests.services.rapid_review_timer.yearly_report_told import ReportsTold

DAY, THE_DAY_BEFORE, UNTIL = "2024-12-20", "2024-12-19", "2024-08-31"


def reported() -> list[Fact]:
    told = ReportsTold()
    told.published(DAY, UNTIL)
    return told.told.facts


def corrected() -> list[Fact]:
    told = ReportsTold()
    first = told.published(DAY, UNTIL)
    told.published(THE_DAY_BEFORE, UNTIL, recorded=DAY, corrects=first.report_id)
    return told.told.facts


def never_was() -> list[Fact]:
    told = ReportsTold()
    told.withdrawn(told.published(DAY, UNTIL), DAY)
    return told.told.facts


YEARS = (
    Source(
        "yearly report",
        "Its publication: a copy each",
        "the Panel (DL17, should); the What Works Centre (DL17, should)",
        reported,
        About.YEARLY_REPORT,
    ),
    Source(
        "yearly report",
        "A correction of what was recorded of it: the copies are sent once",
        NOBODY,
        corrected,
        About.YEARLY_REPORT,
    ),
    Source(
        "yearly report",
        "There was none: what was not sent yet ends",
        NOBODY,
        never_was,
        About.YEARLY_REPORT,
    ),
)
