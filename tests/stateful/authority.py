"""What an authority does with its cases, as intake's rules have it: decided, corrected, withdrawn,
opened again, handed over. What the rules refuse changes nothing."""

from datetime import datetime
from uuid import UUID

from services.intake.awareness import Awareness
from services.intake.case_changes import (
    Handover,
    correction,
    handover,
    newly_owed,
    reopening,
    withdrawal,
)
from services.intake.case_flow import permitted
from services.intake.stage import next_revision, stage_of
from services.intake.stated_facts import StatedFacts
from shared.calendar.london import london_date
from shared.contracts.event_codes import AwarenessBasis, Decision, Stage
from shared.contracts.intake_events import (
    IncidentAssessed,
    IncidentCorrected,
    IncidentDecided,
    IncidentLinked,
    IncidentTransferred,
)
from shared.contracts.report_codes import Outcome
from shared.messaging.facts import Fact, of_type
from shared.reference.directory import seats_held
from tests.simulation.endings_told import reopened, withdrawn
from tests.simulation.intake_rules import LIVERPOOL, WIRRAL, Known, cases_of, enter_merged
from tests.simulation.service_store import Written
from tests.simulation.work import Work
from tests.stateful.recipients import owed, owed_so_far


def apply(work: Work, fact: Fact) -> None:
    """As intake hears what another service tells."""
    work.written.record(fact)
    enter_stage(work, fact.case_id)


def enter_stage(work: Work, case_id: UUID) -> None:
    head, _ = work.written.group(case_id)
    if head not in cases_of(work.written):
        return
    own, cycle = work.written.own_facts_of([head]), cycle_of(work.written, head)
    derived = stage_of(_known(work.written, head), cycle)
    said = next_revision(own, cycle, derived) if derived else None
    if said is not None:
        work.emit(said, head, said.entered_at, about=f"{cycle}|{said.revision}")


def stage_now(written: Written, case_id: UUID) -> Stage | None:
    derived = stage_of(_known(written, case_id), cycle_of(written, case_id))
    return derived.stage if derived else None


def cycle_of(written: Written, case_id: UUID) -> int:
    own = written.own_facts_of([case_id])
    return max((getattr(fact.data, "cycle", 1) for fact in own), default=1)


def owner_of(written: Written, case_id: UUID) -> str:
    handed = of_type(written.own_facts_of([case_id]), IncidentTransferred)
    return handed[-1][1].to_area if handed else LIVERPOOL


def assess(work: Work, case_id: UUID, known: Known) -> None:
    """A further statement of what the authority knows, which may contradict an earlier one."""
    written = work.written
    said = IncidentAssessed(
        cycle=cycle_of(written, case_id),
        la_incident_aware_at=known.la_aware_at,
        la_criteria_known_at=known.clock_start,
        basis=AwarenessBasis.STATED,
        clock_start=known.clock_start,
        owner_area=owner_of(written, case_id),
        other_areas=list(known.other_areas),
        rule_set="WT2023.0",
        rows_that_may_match=list(known.rows),
        reports=len(written.group(case_id)[1]),
    )
    work.emit(said, case_id, work.now)
    enter_stage(work, case_id)


def link(work: Work, loser: UUID, survivor: UUID, known: Known) -> None:
    """A person confirms that two cases are one incident."""
    permitted(stage_now(work.written, loser), "incident.linked")
    enter_merged(work, loser)
    said = IncidentLinked(survivor=survivor, reason="same_incident")
    work.emit(said, loser, work.now)
    work.written.survivor[loser] = survivor
    assess(work, survivor, known)


def decide(
    work: Work, case_id: UUID, decision: Decision, known: Known, *, review: bool, died: bool
) -> None:
    written, cycle = work.written, cycle_of(work.written, case_id)
    permitted(stage_now(written, case_id), f"incident.decided:{decision}")
    rules = {Decision.NOTIFIABLE: ["DL01", "DL02"], Decision.SIMPLE: ["DL04"]}.get(decision, [])
    rules += ["DL03"] if known.other_areas and decision is Decision.NOTIFIABLE else []
    rules += ["DL20"] if died else []
    said = IncidentDecided(
        cycle=cycle,
        decision=decision,
        rows=list(known.rows),
        obligations=owed(case_id, cycle, rules),
        rapid_review=review and decision is Decision.NOTIFIABLE,
        content_version=1,
        positions=[],
        decided_at=work.now,
        rule_set="WT2023.0",
        owner_area=owner_of(written, case_id),
        other_areas=list(known.other_areas),
        la_incident_aware_at=known.la_aware_at,
        clock_start=known.clock_start,
        age_band="under_1",
        nature="physical",
        incident_month="2026-03",
    )
    work.emit(said, case_id, work.now)
    enter_stage(work, case_id)


def correct(work: Work, case_id: UUID, known: Known, *, died: bool) -> None:
    """Instants that start clocks, another area, or that the child has died since."""
    written, cycle = work.written, cycle_of(work.written, case_id)
    stated = StatedFacts(
        la_incident_aware_at=known.la_aware_at,
        la_criteria_known_at=known.clock_start,
        outcome=Outcome.DIED if died else None,
    )
    held = dict.fromkeys(StatedFacts.model_fields)
    found = correction(stage_now(written, case_id), held, stated, details=True)
    already = owed_so_far(written, case_id, cycle)
    rules = ["DL01", "DL02"] + ["DL03"] * bool(known.other_areas) + ["DL20"] * died
    now = owed(case_id, cycle, rules)
    since = [] if already is None else newly_owed(already, now, _standing(written, case_id))
    said = IncidentCorrected(
        cycle=cycle,
        number=1 + len(of_type(written.own_facts_of([case_id]), IncidentCorrected)),
        reason="child_died_later" if died else "record_corrected",
        corrected_at=work.now,
        changed=list(found.changed),
        details_changed=[],
        clock_changed=found.clock_changed,
        la_incident_aware_at=known.la_aware_at,
        la_criteria_known_at=known.clock_start,
        clock_start=known.clock_start,
        owner_area=owner_of(written, case_id),
        other_areas=list(known.other_areas),
        rule_set="WT2023.0",
        rows=list(known.rows),
        suggestion=None,
        obligations=since,
    )
    work.emit(said, case_id, work.now)
    enter_stage(work, case_id)


def withdraw(work: Work, case_id: UUID) -> None:
    written, cycle = work.written, cycle_of(work.written, case_id)
    already = owed_so_far(written, case_id, cycle) or []
    found = withdrawal(stage_now(written, case_id), case_id, cycle, already)
    work.emit(withdrawn(found, cycle, work.now), case_id, work.now)
    enter_stage(work, case_id)


def reopen(work: Work, case_id: UUID, suspected: datetime) -> None:
    written, owner = work.written, owner_of(work.written, case_id)
    held = Awareness(suspected, suspected, AwarenessBasis.STATED, owner, ())
    stated = StatedFacts(la_criteria_known_at=suspected)
    stage, cycle = stage_now(written, case_id), cycle_of(written, case_id)
    begun = reopening(stage, cycle, held, stated, work.now)
    work.emit(reopened(begun, held, work.now), case_id, work.now)
    enter_stage(work, case_id)


def transfer(work: Work, case_id: UUID) -> None:
    """Both authorities have said so."""
    written, cycle = work.written, cycle_of(work.written, case_id)
    from_area = owner_of(written, case_id)
    to_area = WIRRAL if from_area == LIVERPOOL else LIVERPOOL
    seats = {area: seats_held(area, london_date(work.now)) for area in (from_area, to_area)}
    handed = Handover(case_id, cycle, from_area, to_area, work.now)
    said = IncidentTransferred(
        cycle=cycle,
        reason="lead_agreed",
        from_area=from_area,
        to_area=to_area,
        proposed_at=work.now,
        accepted_at=work.now,
        other_areas=[from_area],
        obligations=handover(stage_now(written, case_id), handed, seats),
    )
    work.emit(said, case_id, work.now)
    enter_stage(work, case_id)


def _standing(written: Written, case_id: UUID) -> Decision:
    return of_type(written.own_facts_of([case_id]), IncidentDecided)[-1][1].decision


def _known(written: Written, case_id: UUID) -> list[Fact]:
    return [*written.own_facts_of([case_id]), *written.facts_of(written.group(case_id)[1])]
