"""Intake without its doors: cases opened, assessed, linked and decided, their stage derived."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.intake.stage import StageEntered, next_revision, stage_of
from shared.contracts.event_codes import AwarenessBasis, Decision, Stage
from shared.contracts.intake_events import (
    CaseClosed,
    IncidentAssessed,
    IncidentDecided,
    IncidentLinked,
    IncidentReopened,
    IncidentReported,
    IncidentWithdrawn,
    ObligationOwed,
)
from shared.messaging.facts import Fact, of_type
from tests.simulation.service_store import Flat, Written
from tests.simulation.work import Work

LIVERPOOL, WIRRAL = "E08000012", "E08000015"


@dataclass
class IntakeTables(Flat):
    reports: dict[UUID, UUID] = field(default_factory=dict)
    """Accepted reports and the cases they opened."""
    heard_after_closing: set[UUID] = field(default_factory=set)
    """What other services told of a case whose cycle had been closed here by then."""


@dataclass(frozen=True)
class Known:
    """What an assessment or a decision says of the authority's clock."""

    clock_start: datetime | None
    la_aware_at: datetime | None
    other_areas: tuple[str, ...] = ()
    rows: tuple[str, ...] = ("N1",)


def apply(work: Work, fact: Fact) -> None:
    written = work.written
    head, _ = written.group(fact.case_id)
    if is_closed(written, head) and fact.event_id not in written.fact_ids:
        written.tables.heard_after_closing.add(fact.event_id)
    written.record(fact)
    enter_stage(work, fact.case_id)


def enter_stage(work: Work, case_id: UUID) -> None:
    """As `enter_stage`: of the case that stands for this one, from the facts of all services."""
    written = work.written
    head, group = written.group(case_id)
    if head not in cases_of(written):
        return
    own = written.own_facts_of([head])
    derived = stage_of([*own, *written.facts_of(group)], cycle_of(written, head))
    if derived is not None:
        _publish(work, head, derived, own)


def enter_merged(work: Work, case_id: UUID) -> None:
    own = work.written.own_facts_of([case_id])
    _publish(work, case_id, StageEntered(Stage.MERGED, work.now), own)


def _publish(work: Work, case_id: UUID, entered: StageEntered, own: Sequence[Fact]) -> None:
    said = next_revision(own, cycle_of(work.written, case_id), entered)
    if said is not None:
        work.emit(said, case_id, entered.entered_at, about=f"{said.cycle}|{said.revision}")


def cycle_of(written: Written, case_id: UUID) -> int:
    own = written.own_facts_of([case_id])
    return max((said.cycle for _, said in of_type(own, IncidentReopened)), default=1)


def stage_now(written: Written, case_id: UUID) -> Stage | None:
    _, group = written.group(case_id)
    facts = [*written.own_facts_of([case_id]), *written.facts_of(group)]
    derived = stage_of(facts, cycle_of(written, case_id))
    return derived.stage if derived else None


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
            cycle=cycle_of(work.written, head),
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
        cycle=cycle_of(work.written, case_id),
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


def has_ended(written: Written, case_id: UUID) -> bool:
    cycle, own = cycle_of(written, case_id), written.own_facts_of([case_id])
    withdrawn = any(said.cycle == cycle for _, said in of_type(own, IncidentWithdrawn))
    return withdrawn or is_closed(written, case_id)


def is_closed(written: Written, case_id: UUID) -> bool:
    cycle, own = cycle_of(written, case_id), written.own_facts_of([case_id])
    return any(said.cycle == cycle for _, said in of_type(own, CaseClosed))


def is_decided(written: Written, case_id: UUID) -> bool:
    """In its present cycle."""
    cycle, own = cycle_of(written, case_id), written.own_facts_of([case_id])
    return any(said.cycle == cycle for _, said in of_type(own, IncidentDecided))


def may_be_linked(written: Written, loser: UUID, survivor: UUID, *, decided_too: bool) -> bool:
    """No chains; and a decided case is the survivor, unless older rules are played."""
    return (
        loser != survivor
        and loser not in written.survivor
        and survivor not in written.survivor
        and loser not in written.survivor.values()
        and (decided_too or not of_type(written.own_facts_of([loser]), IncidentDecided))
    )
