"""What notices tell of."""

from enum import StrEnum


class About(StrEnum):
    """What a notice tells of. What a correction adds belongs to the incident, like a decision."""

    INCIDENT = "incident"
    TRANSFER = "transfer"
    WITHDRAWAL = "withdrawal"
    REVIEW = "review"
    LOCAL_REVIEW = "local_review"
    COPY = "copy"
    DELAY = "delay"
    NOT_PUBLISHED = "not_published"
    YEARLY_REPORT = "yearly_report"
