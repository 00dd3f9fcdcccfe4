"""The journey as people read it, from facts alone."""

import random
from dataclasses import replace
from datetime import date

import pytest

from services.reporting.journey import journey, seen
from services.reporting.known import Stopped
from services.reporting.sentences import SENTENCES
from shared.contracts.catalogue import EVENT_TYPES
from shared.contracts.delivery_events import DeliveryArrived
from shared.contracts.erasure_events import CaseErasureOrdered
from shared.contracts.intake_events import IncidentDecided
from shared.contracts.messaging_events import CaseHeld, CaseReleased
from tests.services.reporting.sample_case import notified_case
from tests.services.reporting.sample_events import (
    CASE,
    MERGED,
    Story,
    an_id,
    at,
    decided,
)

TODAY = at(14, 9)


@pytest.mark.parametrize("seed", range(40))
def test_the_journey_is_the_same_for_every_order_of_arrival(seed: int) -> None:
    print("seed", seed)
    facts = notified_case().facts
    shuffled = [*facts, *facts[::5]]
    random.Random(seed).shuffle(shuffled)
    for case_id in (CASE, MERGED):
        assert journey(case_id, shuffled, (), TODAY) == journey(case_id, facts, (), TODAY)
        assert seen(case_id, shuffled) == seen(case_id, facts)


@pytest.mark.parametrize("seed", range(40))
def test_a_journey_can_be_told_while_any_source_is_behind(seed: int) -> None:
    print("seed", seed)
    chooser = random.Random(seed)
    facts = notified_case().facts
    last = {fact.source: chooser.randint(0, 30) for fact in facts}
    arrived = [fact for fact in facts if fact.sequence <= last[fact.source]]
    found = journey(CASE, arrived, (), TODAY)
    counting = {CASE, *(loser.case_id for loser in found.heading.losers)}
    assert len(found.steps) == sum(fact.case_id in counting for fact in arrived)


def test_the_heading_names_areas_stage_and_merged_cases() -> None:
    heading = journey(CASE, notified_case().facts, (), TODAY).heading
    assert heading.reference == "19dba115"
    assert heading.owner_area is not None
    assert heading.owner_area.name == "Liverpool"
    assert [area.name for area in heading.other_areas] == ["Wirral"]
    assert (heading.stage, heading.stage_words, heading.cycle) == ("notified", "Notified", 1)
    assert heading.survivor is None
    assert [loser.case_id for loser in heading.losers] == [MERGED]


def test_a_merged_case_names_its_survivor_and_owes_nothing() -> None:
    story = notified_case()
    story.tell("intake", decided(at(5, 15), case_id=MERGED), at(5, 15), case_id=MERGED)
    found = journey(MERGED, story.facts, (), TODAY)
    assert found.heading.survivor is not None
    assert found.heading.survivor.case_id == CASE
    assert found.heading.stage == "merged"
    assert found.told == ()
    assert {step.case_id for step in found.steps} == {MERGED}


def test_what_happened_to_a_merged_case_counts_for_the_survivor() -> None:
    found = journey(CASE, notified_case().facts, (), TODAY)
    assert {step.case_id for step in found.steps} == {CASE, MERGED}
    assert "Case 7a40c3d2 was merged into this one" in [step.what for step in found.steps]


def test_steps_are_in_the_order_in_which_things_happened() -> None:
    steps = journey(CASE, notified_case().facts, (), TODAY).steps
    assert [step.at.utc for step in steps] == sorted(step.at.utc for step in steps)
    assert steps[0].what.startswith("Merseyside Police reported: a child died")
    assert steps[0].at.london == "Wednesday 5 June 2019 at 10:00"
    assert steps[0].trace_id == CASE.hex


def test_attention_puts_what_is_overdue_first() -> None:
    found = journey(CASE, notified_case().facts, (), TODAY)
    assert [item.kind for item in found.attention] == [
        "overdue",
        "overdue",
        "undeliverable",
        "held",
    ]
    assert "NHS Cheshire and Merseyside could not be delivered" in found.attention[2].what


def test_what_was_released_needs_no_attention_and_what_failed_again_does() -> None:
    story = Story()
    row = {"source": "intake", "quarantine_id": an_id("held")}
    held, topic = CaseHeld(**row, reason="defect"), "panel_notification.case.held"
    released = CaseReleased(**row, outcome="released")
    story.tell("panel_notification", held, at(5), topic=topic)
    assert len(journey(CASE, story.facts, (), TODAY).attention) == 1
    story.tell("panel_notification", released, at(6), topic="panel_notification.case.released")
    assert journey(CASE, story.facts, (), TODAY).attention == ()
    story.tell("panel_notification", held, at(7), topic=topic)
    assert len(journey(CASE, story.facts, (), TODAY).attention) == 1


def test_what_reporting_itself_stopped_is_shown_on_its_own_case_only() -> None:
    stopped = [Stopped(an_id("q"), CASE, "intake", "value_null", at(6))]
    facts = notified_case().facts
    kinds = [item.what for item in journey(CASE, facts, stopped, TODAY).attention]
    assert any("Reporting could not take in an event from Intake" in what for what in kinds)
    other = journey(MERGED, facts, stopped, TODAY).attention
    assert not any("Reporting could not" in item.what for item in other)


def test_the_decision_shows_rows_positions_and_dissent() -> None:
    decision = journey(CASE, notified_case().facts, (), TODAY).decision
    assert decision is not None
    assert decision.rows[0].words.startswith("a child died in the area")
    assert [(view.kind, view.position) for view in decision.positions] == [
        ("local_authority", "agree"),
        ("police", "agree"),
        ("health", "disagree"),
    ]
    assert decision.dissent
    assert decision.rapid_review


def test_a_late_reason_is_shown_with_the_decision() -> None:
    story = Story()
    story.tell("intake", decided(at(20), late_reason="awaiting_inquest"), at(20))
    found = journey(CASE, story.facts, (), at(21))
    assert found.decision is not None
    assert found.decision.late_reason_words == "awaiting inquest"
    assert found.steps[0].late == ("reason given: awaiting inquest",)


def test_what_was_recorded_long_after_it_happened_says_so() -> None:
    fact = notified_case().facts[0]
    late = replace(fact, recorded_at=at(7, 9))
    assert journey(CASE, [late], (), TODAY).steps[0].late == ("recorded 2 days after it happened",)


def test_lists_show_the_clock_that_is_late_first() -> None:
    row = seen(CASE, notified_case().facts)
    assert (row.next_rule, row.next_due) == ("DL02", date(2019, 6, 12))
    assert row.areas == ("E08000012", "E08000015")
    assert row.needs_attention


def test_every_event_that_reporting_acts_on_has_a_sentence() -> None:
    acted_on = {event.model for event in EVENT_TYPES if "reporting" in event.acted_on_by}
    no_steps = {DeliveryArrived, CaseErasureOrdered}
    assert acted_on - no_steps == set(SENTENCES), "a delivery is no step, an erasure leaves none"


def test_of_two_decisions_the_one_numbered_last_holds() -> None:
    story = notified_case()
    story.tell("intake", decided(at(9), rapid_review=False), at(9))
    found = journey(CASE, story.facts, (), TODAY).decision
    assert found is not None
    assert not found.rapid_review
    assert sum(isinstance(fact.data, IncidentDecided) for fact in story.facts) == 2
