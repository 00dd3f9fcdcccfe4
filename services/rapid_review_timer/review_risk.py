"""How much danger there is that a rapid review will be late, before it is. Pure.

The bands are a setting of ours: no source gives any.
"""

from enum import StrEnum

WORKING_DAYS_TO_WRITE = 5
"""What is left when agencies answer on the last day they were given."""
WORKING_DAYS_TO_APPROVE = 2


class Band(StrEnum):
    SUBMITTED = "submitted"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    CRITICAL = "critical"
    LATE = "late"


def band_of(
    working_days_left: int, missing_summaries: int, *, submitted: bool, ready: bool
) -> Band:
    """`working_days_left` until the due date: 0 on it, negative after it. `ready`: nothing but the
    submission is missing. At risk: each missing summary would take one of the days that are left
    before the writing has to begin. Critical: the writing should have begun without them, or only
    the days are left that the approvals take."""
    if submitted:
        return Band.SUBMITTED
    if working_days_left < 0:
        return Band.LATE
    if ready:
        return Band.ON_TRACK
    spare = working_days_left - WORKING_DAYS_TO_WRITE
    if working_days_left <= WORKING_DAYS_TO_APPROVE or (missing_summaries and spare < 0):
        return Band.CRITICAL
    return Band.AT_RISK if missing_summaries and missing_summaries >= spare else Band.ON_TRACK
