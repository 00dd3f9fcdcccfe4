"""A closing in the simulator goes by the rules of the command."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from shared.contracts.event_codes import Decision, Stage
from shared.contracts.intake_events import CaseClosed, CaseStageEntered
from shared.contracts.lcspr_events import LearningActionClosed
from shared.contracts.review_codes import ActionOutcome
from shared.messaging.facts import of_type
from tests.services.intake.life_of_a_case import AWARE, Life
from tests.services.intake.test_every_step import ACTION, ENDED
from tests.simulation import ending_rules, intake_rules
from tests.simulation.intake_rules import Known
from tests.simulation.world import World

CASE = UUID(int=5)
LATER = timedelta(days=900)
"""The simulator's clock is ahead of the story's."""


def learnt() -> Life:
    return Life().takes(*ENDED, ACTION)


def done(life: Life) -> None:
    (action,) = life.review.actions.values()
    said = LearningActionClosed(
        review_id=life.review.review_id,
        cycle=1,
        action_id=action.opened.action_id,
        outcome=ActionOutcome.DONE,
        closed_on=date(2024, 6, 3),
        recorded_at=life.now,
    )
    life.case._add(said, life.now)


def test_a_case_is_closed_once_its_last_action_is_known_to_be_closed() -> None:
    intake, known = World().processes["intake"], Known(AWARE, AWARE)
    intake_rules.accept(intake.work(UUID(int=1)), UUID(int=9), CASE, "police-merseyside", known)
    work = intake.work(UUID(int=2))
    intake_rules.decide(work, CASE, Decision.NOTIFIABLE, [], known, rapid_review=True)
    life, heard = learnt(), 0
    for closed in (0, 1):
        others = [fact for fact in life.case.facts if fact.source != "/vigil/intake"]
        for fact in others[heard:]:
            moved = replace(fact, case_id=CASE, happened_at=fact.happened_at + LATER)
            intake_rules.apply(intake.work(fact.event_id), moved)
        heard = len(others)
        ending_rules.close(intake.work(UUID(int=10 + closed)), CASE)
        assert len(of_type(intake.written.own_facts_of([CASE]), CaseClosed)) == closed
        done(life)
    stages = of_type(intake.written.own_facts_of([CASE]), CaseStageEntered)
    assert stages[-1][1].stage is Stage.CLOSED
    assert intake_rules.has_ended(intake.written, CASE)
