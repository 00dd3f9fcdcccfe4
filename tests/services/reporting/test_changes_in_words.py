"""What changed a case, in the journey; the data are the committed examples."""

import pytest

from services.reporting.heading import areas_of, heading
from services.reporting.journey import journey
from services.reporting.known import known
from shared.contracts.catalogue import event_type
from shared.contracts.payload import Payload
from tests.contracts.committed import example
from tests.services.reporting.sample_events import CASE, LIVERPOOL, WIRRAL, Story, assessed, at

SAID = {
    "incident.corrected": (
        "Corrected (child died later): outcome, forenames; 1 organisation to be told of it"
    ),
    "incident.withdrawn": (
        "Withdrawn (criteria not met), when it was at: notified; the Panel is asked to "
        "acknowledge it"
    ),
    "case.closed": (
        "Closed (learning done), when it was at: actions are tracked; 3 actions closed; "
        "the scrutineer agrees"
    ),
    "incident.reopened": (
        "Taken up again (new information) as cycle 2, when it was at: withdrawn; its clock starts "
        "Tuesday 5 May 2026 at 17:20"
    ),
    "incident.transferred": (
        "Handed from Liverpool to Wirral (area corrected); no due date moves; 1 organisation to be "
        "told of it"
    ),
}


def changed(topic: str, **changes: object) -> Payload:
    row = event_type(f"uk.vigil.{topic}.v1")
    assert row is not None
    return row.model.model_validate(example(row.type)["data"] | changes)


@pytest.mark.parametrize("topic", SAID)
def test_a_change_of_a_case_is_one_sentence_without_what_a_person_typed(topic: str) -> None:
    story = Story()
    story.tell("intake", changed(topic), at(5))
    (step,) = journey(CASE, story.facts, (), at(6)).steps
    assert step.what == SAID[topic]


def test_a_correction_that_starts_a_clock_anew_says_that_the_clocks_are_judged_again() -> None:
    story = Story()
    story.tell("intake", changed("incident.corrected", clock_changed=True), at(5))
    (step,) = journey(CASE, story.facts, (), at(6)).steps
    assert "; the clocks are judged again" in step.what


def test_a_case_that_was_handed_over_is_the_other_areas_from_then_on() -> None:
    story = Story()
    story.tell("intake", assessed(at(3)), at(4))
    assert areas_of(known(CASE, story.facts)) == (LIVERPOOL, WIRRAL)
    story.tell("intake", changed("incident.transferred"), at(7))
    assert areas_of(known(CASE, story.facts)) == (WIRRAL, LIVERPOOL)


def test_a_reopened_case_shows_its_new_cycle_before_it_is_assessed_again() -> None:
    story = Story()
    story.tell("intake", assessed(at(3)), at(4))
    story.tell("intake", changed("incident.reopened"), at(7))
    assert heading(known(CASE, story.facts), at(8).date()).cycle == 2
