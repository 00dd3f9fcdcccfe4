"""What is owed to whom: by the decision, and by what changed the case after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from services.reporting.known import Known
from services.reporting.yearly_reports import yearly_reports
from shared.contracts.area_events import YearlyReportPublished
from shared.contracts.area_record import is_area_record
from shared.contracts.intake_events import (
    IncidentCorrected,
    IncidentDecided,
    IncidentTransferred,
    IncidentWithdrawn,
    ObligationOwed,
)
from shared.contracts.lcspr_events import (
    LcsprCommissioned,
    LcsprDelayed,
    LcsprDrafted,
    LcsprWithheld,
)
from shared.contracts.panel_events import NoticeSent
from shared.contracts.review_events import ReviewSubmitted
from shared.messaging.facts import Fact

About = Literal[
    "incident",
    "transfer",
    "withdrawal",
    "review",
    "local_review",
    "copy",
    "delay",
    "not_published",
    "yearly_report",
]
NO_LIMIT = "NONE"
Step = ReviewSubmitted | LcsprCommissioned | LcsprDrafted | LcsprDelayed | LcsprWithheld
Change = IncidentCorrected | IncidentTransferred | IncidentWithdrawn
Asks = IncidentDecided | Change | Step | YearlyReportPublished
_ABOUT: Mapping[type[Asks], About] = MappingProxyType(
    {
        IncidentTransferred: "transfer",
        IncidentWithdrawn: "withdrawal",
        ReviewSubmitted: "review",
        LcsprCommissioned: "local_review",
        LcsprDrafted: "copy",
        LcsprDelayed: "delay",
        LcsprWithheld: "not_published",
        YearlyReportPublished: "yearly_report",
    }
)
_STEPS: tuple[type[Step], ...] = (
    ReviewSubmitted,
    LcsprCommissioned,
    LcsprDrafted,
    LcsprDelayed,
    LcsprWithheld,
)


@dataclass(frozen=True)
class Owed:
    """`about`: what the recipient has to be told of."""

    cycle: int
    about: About
    obligation: ObligationOwed

    @property
    def limit_rule(self) -> str | None:
        """None where no limit is set."""
        rule = self.obligation.limit_rule
        return None if rule == NO_LIMIT else rule


def all_owed(case: Known) -> dict[UUID, Owed]:
    """Everything that anything ever asked for, by obligation, of merged cases too."""
    asked: list[Asks] = [
        *(said for _, said in case.of(IncidentDecided)),
        *(said for _, said in case.of(IncidentCorrected)),
        *(said for _, said in case.of(IncidentTransferred)),
        *(said for _, said in case.of(IncidentWithdrawn)),
        *(said for model in _STEPS for _, said in case.of(model)),
        *(said for _, said in case.of(YearlyReportPublished)),
    ]
    return {
        one.obligation_id: Owed(said.cycle, _about(said), one)
        for said in asked
        for one in said.obligations
    }


def still_owed(case: Known) -> list[Owed]:
    """What holds now in the cycle decided last: a withdrawn one owes what the withdrawal asks for
    alone; a merged case owes nothing, its survivor does. Of an area's record, what each report
    that stands asks for."""
    if is_area_record(case.case_id):
        standing_reports = [report.said for report in yearly_reports(case) if report.stands]
        return [
            Owed(said.cycle, "yearly_report", one)
            for said in standing_reports
            for one in said.obligations
        ]
    decisions = case.own(IncidentDecided)
    if not decisions or case.survivor is not None:
        return []
    fact, last = decisions[-1]
    withdrawn = [said for _, said in case.own(IncidentWithdrawn) if said.cycle == last.cycle]
    standing: Asks = withdrawn[-1] if withdrawn else last
    asking: list[Asks] = [
        standing,
        *(
            said
            for later, said in case.own(IncidentCorrected)
            if not withdrawn and said.cycle == last.cycle and later.sequence > fact.sequence
        ),
        *(said for _, said in case.own(IncidentTransferred) if said.cycle == last.cycle),
        *(said for said in _steps(case) if not withdrawn and said.cycle == last.cycle),
    ]
    owed = [Owed(said.cycle, _about(said), one) for said in asking for one in said.obligations]
    owed = [one for one in owed if one.about != "withdrawal" or _heard(case, one)]
    return sorted(owed, key=lambda one: str(one.obligation.obligation_id))


def _heard(case: Known, owed: Owed) -> bool:
    """Whether a recipient was told of what is withdrawn now: nobody else hears of a withdrawal."""
    to = (owed.cycle, owed.obligation.recipient_kind, owed.obligation.recipient)
    told = {(said.cycle, said.recipient_kind, said.recipient) for _, said in case.of(NoticeSent)}
    return to in told


def _steps(case: Known) -> list[Step]:
    """A submission and a plan to publish are replaced by the next."""
    submitted, drafted = case.own(ReviewSubmitted)[-1:], case.own(LcsprDrafted)[-1:]
    decided, delayed = case.own(LcsprCommissioned), case.own(LcsprDelayed)
    withheld = case.own(LcsprWithheld)
    told: tuple[tuple[Fact, Step], ...]
    told = (*submitted, *decided, *drafted, *delayed, *withheld)
    return [said for _, said in told]


def _about(said: Asks) -> About:
    return _ABOUT.get(type(said), "incident")
