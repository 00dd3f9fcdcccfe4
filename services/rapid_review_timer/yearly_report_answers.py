"""What is shown of the yearly reports of an area."""

from datetime import date
from uuid import UUID

from services.rapid_review_timer.answers import Answer, DeadlineAnswer


class YearlyReportShown(Answer):
    """`deadlines` are those that the report started."""

    report_id: UUID
    cycle: int
    revision: int
    period_from: date
    period_to: date
    published_on: date
    address: str
    withdrawn: bool
    deadlines: list[DeadlineAnswer]


class YearlyReportsShown(Answer):
    """As they were recorded. `record` names what the deadlines and notices belong to."""

    area: str
    record: UUID
    reports: list[YearlyReportShown]
