"""What the rapid-review timer publishes of an area's safeguarding partners, outside any case.

Days are local dates in Europe/London.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.intake_events import Code, Cycle, ObligationOwed
from shared.contracts.payload import Payload

PublicAddress = Annotated[
    str,
    Field(max_length=500, pattern=r"^https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~%/-]*)?$"),
]


class WithdrawnBecause(StrEnum):
    RECORDED_IN_ERROR = "recorded_in_error"


class YearlyReportStep(Payload):
    """What is said of one yearly report. `cycle` numbers the reports of an area as they were
    recorded, `revision` what was said of one: the last one counts."""

    report_id: UUID
    area: Code
    cycle: Cycle
    revision: int = Field(ge=1)


class YearlyReportPublished(YearlyReportStep):
    """The partners of an area published their yearly report; said again where what was recorded of
    it proved wrong. `address` is where everybody can read it: the one text in an event that people
    typed, public by nature, without query or fragment. `obligations`: who is to receive a copy."""

    period_from: date
    period_to: date
    published_on: date
    address: PublicAddress
    recorded_at: AwareDatetime
    obligations: list[ObligationOwed] = Field(default_factory=list)


class YearlyReportWithdrawn(YearlyReportStep):
    """There was no such report: nothing is owed for it, and it met no limit."""

    reason: WithdrawnBecause
    withdrawn_at: AwareDatetime


AREA_TOPICS: Mapping[str, type[YearlyReportStep]] = MappingProxyType(
    {
        "yearly.report.published": YearlyReportPublished,
        "yearly.report.withdrawn": YearlyReportWithdrawn,
    }
)
