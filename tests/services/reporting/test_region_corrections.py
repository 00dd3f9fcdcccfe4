"""A region ends with what the authority holds, whatever it was told before it was corrected."""

from datetime import date
from typing import Any

from shared.contracts.event_codes import Decision, Stage
from shared.contracts.sharing_codes import SharedTopic
from shared.reference.shared_regions import Span
from tests.services.reporting.region_story import (
    closed,
    corrected,
    passed_on,
    told_to_a_region,
    withdrawn,
)
from tests.services.reporting.sample_events import (
    LIVERPOOL,
    Story,
    at,
    decided,
    stage,
)
from tests.services.reporting.test_journey_store import in_another_order
from tests.services.reporting.test_region_copies import ALWAYS, SPANS, of, told

NOTIFIED = SharedTopic.INCIDENT_NOTIFIED
FIRST: dict[str, Any] = {
    "nature": "died",
    "age_band": "1_to_5",
    "incident_month": "2019-06",
    "revision": 1,
    "withdrawn": False,
}


def corrected_story(*corrections: dict[str, str], **decision: Any) -> Story:
    """One correction a day, from 14 June on."""
    story = told_to_a_region(**decision)
    for day, facts in enumerate(corrections, 14):
        story.tell("intake", corrected(at(day), **facts), at(day))
    return story


def test_a_corrected_age_band_is_told_under_the_same_reference_as_the_next_revision() -> None:
    first, second = [
        copy
        for copy in told(corrected_story({"age_band": "under_1"}).facts)
        if copy.topic is NOTIFIED
    ]
    assert first.said == FIRST
    assert second.said == FIRST | {"age_band": "under_1", "revision": 2}
    assert (second.region, second.cycle, second.epoch) == (first.region, first.cycle, first.epoch)
    assert second.about == first.about, "what waits is replaced by what comes later"
    assert second.rank > first.rank
    assert second.event_id != first.event_id


def test_a_child_who_dies_later_is_told_as_a_death() -> None:
    facts = corrected_story({"outcome": "died"}, nature="seriously_harmed").facts
    assert [said["nature"] for said in of(NOTIFIED, told(facts))] == ["seriously_harmed", "died"]


def test_what_a_region_does_not_hear_of_is_not_told_when_it_is_corrected() -> None:
    story = corrected_story(
        {"looked_after": "true"},
        {"outcome": "died"},
        {"la_incident_aware_at": "2019-06-04T09:00:00+00:00"},
    )
    assert of(NOTIFIED, told(story.facts)) == [FIRST], "it was a death already"


def test_each_correction_is_a_revision_of_its_own_and_the_last_one_is_right() -> None:
    story = corrected_story({"age_band": "under_1"}, {"outcome": "seriously_harmed"}, {})
    said = of(NOTIFIED, told(story.facts))
    assert [one["revision"] for one in said] == [1, 2, 3]
    assert (said[-1]["age_band"], said[-1]["nature"]) == ("under_1", "seriously_harmed")


def test_a_correction_before_the_decision_is_part_of_it() -> None:
    story = Story()
    story.tell("intake", corrected(at(4), age_band="under_1"), at(4))
    for fact in told_to_a_region().facts:
        service = fact.source.rpartition("/")[2]
        story.tell(service, fact.data, fact.happened_at, recorded=fact.recorded_at)
    assert of(NOTIFIED, told(story.facts)) == [FIRST]


def test_a_correction_before_the_notification_is_told_with_it_or_after_it() -> None:
    """Reporting may hear of either first: the same is told in the end."""
    story = told_to_a_region()
    between = at(10, 11)
    story.tell("intake", corrected(between, age_band="under_1"), between)
    notified = [copy for copy in told(story.facts) if copy.topic is NOTIFIED]
    first, second = sorted(notified, key=lambda copy: copy.rank)
    assert (first.said, second.said["age_band"]) == (FIRST, "under_1")
    assert second.recorded_at == first.recorded_at, "one batch, of which only the last is told"


def test_the_same_revisions_are_made_whatever_the_order_between_the_services() -> None:
    story = corrected_story({"age_band": "under_1"}, {"outcome": "seriously_harmed"})
    expected = {copy.event_id: (copy, copy.said) for copy in told(story.facts)}
    for seed in range(20):
        facts = in_another_order(story.facts, seed)
        assert {c.event_id: (c, c.said) for c in told(facts)} == expected, f"seed {seed}"


def test_a_withdrawal_is_the_last_revision_and_says_nothing_new_of_the_child() -> None:
    story = corrected_story({"age_band": "under_1"})
    story.tell("intake", withdrawn(at(20)), at(20))
    stage(story, Stage.WITHDRAWN, at(20))
    (said,) = of(NOTIFIED, told(story.facts))
    assert said == FIRST | {"age_band": "under_1", "revision": 3, "withdrawn": True}


def test_a_case_that_is_decided_otherwise_stays_withdrawn_for_its_region() -> None:
    """It is withdrawn, opened again and decided anew: of the new decision nothing is told."""
    story = told_to_a_region()
    story.tell("intake", withdrawn(at(20)), at(20))
    stage(story, Stage.WITHDRAWN, at(20))
    before = told(story.facts)
    otherwise = decided(at(25), cycle=2, decision=Decision.NOT_NOTIFIABLE)
    story.tell("intake", otherwise, at(25))
    assert told(story.facts) == before
    assert of(SharedTopic.CASE_STAGE, before) == [{"stage": "withdrawn", "reference_open": False}]
    assert [said["withdrawn"] for said in of(NOTIFIED, before)] == [True]


def test_a_reference_that_ended_is_corrected_no_more() -> None:
    moved, done = told_to_a_region(), told_to_a_region()
    moved.tell("intake", passed_on(at(20)), at(20))
    done.tell("intake", closed(at(20)), at(20))
    for story in (moved, done):
        story.tell("intake", corrected(at(21), age_band="under_1"), at(21))
        assert of(NOTIFIED, told(story.facts)) == [FIRST]


def test_a_region_that_was_not_there_hears_no_correction_of_what_it_never_heard() -> None:
    later = {LIVERPOOL: (*SPANS[LIVERPOOL], Span("new", date(2019, 6, 12), None))}
    copies = told(corrected_story({"age_band": "under_1"}).facts, spans=later)
    assert {copy.region for copy in copies if copy.topic is NOTIFIED} == {"mersey"}
    left = {LIVERPOOL: (Span("mersey", ALWAYS, date(2019, 6, 12)),)}
    copies = told(corrected_story({"age_band": "under_1"}).facts, spans=left)
    assert of(NOTIFIED, copies) == [FIRST]
