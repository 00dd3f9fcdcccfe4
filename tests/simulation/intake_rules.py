"""Intake without its doors: cases opened, assessed, linked and decided, their stage derived."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.intake.case_changes import withdrawal
from services.intake.case_flow import Refused
from services.intake.closing import actions_of, closing
from services.intake.stage import StageEntered, next_revision, stage_of
from shared.contracts.event_codes import AwarenessBasis, Decision, Position, Stage
from shared.contracts.intake_events import (
    CaseClosed,
    IncidentAssessed,
    IncidentDecided,
    IncidentLinked,
    IncidentReported,
    IncidentWithdrawn,
    ObligationOwed,
)
from shared.messaging.facts import Fact, of_type
from tests.simulation.service_store import Flat, Written
from tests.simulation.work import Work

CYCLE = 1
LIVERPOOL, WIRRAL = "E08000012", "E08000015"


@dataclass
class IntakeTables(Flat):
    reports: dict[UUID, UUID] = field(default_factory=dict)
    """Accepted reports and the cases they opened."""


@dataclass(frozen=True)
class Known:
    """What an assessment or a decision says of the authority's clock."""

    clock_start: datetime | None
    la_aware_at: datetime | None
    other_areas: tuple[str, ...] = ()
    rows: tuple[str, ...] = ("N1",)


def apply(work: Work, fact: Fact) -> None:
    work.written.record(fact)
    enter_stage(work, fact.case_id)


def enter_stage(work: Work, case_id: UUID) -> None:
    """As `enter_stage`: of the case that stands for this one, from the facts of all services."""
    written = work.written
    head, group = written.group(case_id)
    if head not in cases_of(written):
        return
    own = written.own_facts_of([head])
    derived = stage_of([*own, *written.facts_of(group)], CYCLE)
    if derived is not None:
        _publish(work, head, derived, own)


def enter_merged(work: Work, case_id: UUID) -> None:
    own = work.written.own_facts_of([case_id])
    _publish(work, case_id, StageEntered(Stage.MERGED, work.now), own)


def _publish(work: Work, case_id: UUID, entered: StageEntered, own: Sequence[Fact]) -> None:
    said = next_revision(own, CYCLE, entered)
    if said is not None:
        work.emit(said, case_id, entered.entered_at, about=f"{CYCLE}|{said.revision}")


def cases_of(written: Written) -> list[UUID]:
    reports: dict[UUID, UUID] = written.tables.reports
    return list(reports.values())


def accept(work: Work, report_id: UUID, case_id: UUID, organisation: str, known: Known) -> None:
    """A report opens a case, once; the same report again changes nothing."""
    if report_id in work.written.tables.reports:
        return
    work.written.tables.reports[report_id] = case_id
    work.emit(
        IncidentReported(
            report_id=report_id,
            system="police-records",
            organisation=organisation,
            agency_type="police",
            agency_aware_at=work.now,
            received_at=work.now,
            incident_area=LIVERPOOL,
            residence_area=None,
            placing_area=None,
            outcome="died",
            abuse_neglect="suspected",
        ),
        case_id,
        work.now,
    )
    assess(work, case_id, known)
    enter_stage(work, case_id)


def assess(work: Work, case_id: UUID, known: Known) -> None:
    head, group = work.written.group(case_id)
    work.emit(
        IncidentAssessed(
            cycle=CYCLE,
            la_incident_aware_at=known.la_aware_at,
            la_criteria_known_at=known.clock_start,
            basis=AwarenessBasis.STATED,
            clock_start=known.clock_start,
            owner_area=LIVERPOOL,
            other_areas=list(known.other_areas),
            rule_set="WT2018.1",
            rows_that_may_match=list(known.rows),
            reports=len(group),
        ),
        head,
        work.now,
    )


def link(work: Work, loser: UUID, survivor: UUID, known: Known) -> None:
    enter_merged(work, loser)
    said = IncidentLinked(survivor=survivor, reason="same_incident")
    work.emit(said, loser, work.now)
    work.written.survivor[loser] = survivor
    assess(work, survivor, known)
    enter_stage(work, survivor)


def decide(
    work: Work,
    case_id: UUID,
    decision: Decision,
    owed: Sequence[ObligationOwed],
    known: Known,
    *,
    rapid_review: bool,
) -> None:
    said = IncidentDecided(
        cycle=CYCLE,
        decision=decision,
        rows=list(known.rows),
        obligations=list(owed),
        rapid_review=rapid_review,
        content_version=1,
        positions=[],
        decided_at=work.now,
        rule_set="WT2018.1",
        owner_area=LIVERPOOL,
        other_areas=list(known.other_areas),
        la_incident_aware_at=known.la_aware_at,
        clock_start=known.clock_start,
        age_band="under_1",
        nature="died",
        incident_month="2026-03",
    )
    work.emit(said, case_id, work.now)
    enter_stage(work, case_id)


def withdraw(work: Work, case_id: UUID) -> None:
    """As the command: refused in a stage that does not lead there."""
    written = work.written
    head, group = written.group(case_id)
    own = written.own_facts_of([case_id])
    stage = stage_of([*own, *written.facts_of(group)], CYCLE)
    decided = [data for _, data in of_type(own, IncidentDecided)]
    if head != case_id or not decided or stage is None:
        return
    try:
        found = withdrawal(stage.stage, case_id, CYCLE, decided[-1].obligations)
    except Refused:
        return
    said = IncidentWithdrawn(
        cycle=CYCLE,
        reason="criteria_not_met",
        withdrawn_at=work.now,
        from_stage=found.from_stage,
        positions=[],
        panel_acknowledges=found.panel_acknowledges,
        obligations=list(found.obligations),
    )
    work.emit(said, case_id, work.now)
    enter_stage(work, case_id)


def close(work: Work, case_id: UUID) -> None:
    """As the command: refused while something is under way, or an action open as far as known."""
    written = work.written
    head, group = written.group(case_id)
    own, heard = written.own_facts_of([case_id]), written.facts_of(group)
    stage = stage_of([*own, *heard], CYCLE)
    if head != case_id:
        return
    try:
        found = closing(stage.stage if stage else None, actions_of(heard, CYCLE))
    except Refused:
        return
    said = CaseClosed(
        cycle=CYCLE,
        reason="learning_done",
        closed_at=work.now,
        from_stage=found.from_stage,
        positions=[],
        scrutineer=Position.AGREE,
        actions=found.actions,
    )
    work.emit(said, case_id, work.now)
    enter_stage(work, case_id)


def has_ended(written: Written, case_id: UUID) -> bool:
    own = written.own_facts_of([case_id])
    return bool(of_type(own, IncidentWithdrawn) or of_type(own, CaseClosed))


def is_decided(written: Written, case_id: UUID) -> bool:
    return bool(of_type(written.own_facts_of([case_id]), IncidentDecided))


def may_be_linked(written: Written, loser: UUID, survivor: UUID, *, decided_too: bool) -> bool:
    """No chains; and a decided case is the survivor, unless older rules are played."""
    return (
        loser != survivor
        and loser not in written.survivor
        and survivor not in written.survivor
        and loser not in written.survivor.values()
        and (decided_too or not is_decided(written, loser))
    )
