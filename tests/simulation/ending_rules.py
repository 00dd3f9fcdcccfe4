"""Intake ends a case and opens it again, by the pure rules of its commands; what they refuse does
nothing."""

from uuid import UUID

from services.intake.awareness import Awareness
from services.intake.case_changes import reopening, withdrawal
from services.intake.case_flow import Refused
from services.intake.closing import actions_of, closing
from services.intake.stated_facts import StatedFacts
from shared.contracts.event_codes import AwarenessBasis, Position
from shared.contracts.intake_events import (
    CaseClosed,
    IncidentDecided,
)
from shared.messaging.facts import of_type
from tests.simulation.endings_told import reopened, withdrawn
from tests.simulation.intake_rules import (
    LIVERPOOL,
    Known,
    assess,
    cycle_of,
    enter_stage,
    stage_now,
)
from tests.simulation.work import Work


def withdraw(work: Work, case_id: UUID) -> None:
    """As the command: refused in a stage that does not lead there."""
    written, cycle = work.written, cycle_of(work.written, case_id)
    own = written.own_facts_of([case_id])
    decided = [data for _, data in of_type(own, IncidentDecided) if data.cycle == cycle]
    if case_id in written.survivor or not decided:
        return
    try:
        found = withdrawal(stage_now(written, case_id), case_id, cycle, decided[-1].obligations)
    except Refused:
        return
    work.emit(withdrawn(found, cycle, work.now), case_id, work.now)
    enter_stage(work, case_id)


def close(work: Work, case_id: UUID) -> None:
    """As the command: refused while something is under way, or an action open as far as known."""
    written, cycle = work.written, cycle_of(work.written, case_id)
    if case_id in written.survivor:
        return
    _, group = written.group(case_id)
    try:
        found = closing(stage_now(written, case_id), actions_of(written.facts_of(group), cycle))
    except Refused:
        return
    said = CaseClosed(
        cycle=cycle,
        reason="learning_done",
        closed_at=work.now,
        from_stage=found.from_stage,
        positions=[],
        scrutineer=Position.AGREE,
        actions=found.actions,
    )
    work.emit(said, case_id, work.now)
    enter_stage(work, case_id)


def reopen(work: Work, case_id: UUID, known: Known) -> None:
    """As the command: a new cycle with a clock of its own, refused in a stage that is open."""
    written = work.written
    if case_id in written.survivor:
        return
    held = Awareness(work.now, None, AwarenessBasis.STATED, LIVERPOOL, ())
    stated = StatedFacts(la_criteria_known_at=work.now)
    try:
        begun = reopening(
            stage_now(written, case_id), cycle_of(written, case_id), held, stated, work.now
        )
    except Refused:
        return
    work.emit(reopened(begun, held, work.now), case_id, work.now)
    assess(work, case_id, known)
    enter_stage(work, case_id)
