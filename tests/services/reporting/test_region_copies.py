"""What a region is to be told of a case, from what is known of it."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest

from services.reporting.known import known
from services.reporting.region_copies import Copy, copies_of
from services.reporting.region_reference import RegionKey
from shared.contracts.event_codes import Decision, DueKind, NotificationKind, Stage
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.facts import Fact
from shared.reference.shared_regions import Span
from tests.services.reporting.region_story import (
    closed,
    due,
    notified,
    passed_on,
    told_to_a_region,
    withdrawn,
)
from tests.services.reporting.sample_events import (
    CASE,
    LIVERPOOL,
    MERGED,
    WIRRAL,
    Story,
    assessed,
    at,
    decided,
    stage,
)
from tests.services.reporting.test_journey_store import in_another_order

BARNET = "E09000003"
TODAY = date(2020, 1, 10)
ALWAYS = date(2018, 6, 29)
SPANS = {
    LIVERPOOL: (Span("mersey", ALWAYS, None),),
    WIRRAL: (Span("mersey", ALWAYS, None),),
    BARNET: (Span("capital", ALWAYS, None),),
}
KEY = RegionKey(b"r" * 32)


def told(facts: list[Fact], case_id: UUID = CASE, **changes: object) -> tuple[Copy, ...]:
    spans = {**SPANS, **changes.get("spans", {})}  # type: ignore[dict-item]
    return copies_of(known(case_id, facts), spans, changes.get("today", TODAY))  # type: ignore[arg-type]


def of(topic: SharedTopic, copies: tuple[Copy, ...]) -> list[dict[str, object]]:
    return [dict(copy.said) for copy in copies if copy.topic is topic]


def test_a_region_hears_of_a_case_only_what_it_needs() -> None:
    copies = told(told_to_a_region().facts)
    assert of(SharedTopic.INCIDENT_NOTIFIED, copies) == [
        {
            "nature": "died",
            "age_band": "1_to_5",
            "incident_month": "2019-06",
            "revision": 1,
            "withdrawn": False,
        }
    ]
    assert of(SharedTopic.REVIEW_DUE, copies) == [
        {"deadline": "DL07", "status": "amber", "remaining": "1_to_5"}
    ]
    assert of(SharedTopic.CASE_STAGE, copies) == [
        {"stage": "to_be_notified", "reference_open": True},
        {"stage": "rapid_review", "reference_open": True},
    ]
    assert of(SharedTopic.LCSPR_PUBLISHED, copies) == [
        {"publication": "full_report", "published_month": "2019-12"}
    ]
    assert of(SharedTopic.LEARNING_ACTION, copies) == [
        {"state": "opened", "owner_kind": "health", "due_month": "2020-03", "theme": "neglect"},
        {
            "state": "closed",
            "owner_kind": "health",
            "due_month": "2020-03",
            "theme": "neglect",
            "outcome": "done",
        },
    ]
    assert {copy.region for copy in copies} == {"mersey"}
    assert {copy.area for copy in copies} == {LIVERPOOL}


@pytest.mark.parametrize("decision", [Decision.SIMPLE, Decision.NOT_NOTIFIABLE])
def test_of_a_death_in_care_that_is_notified_simply_nothing_is_told(decision: Decision) -> None:
    assert told(told_to_a_region(decision=decision).facts) == ()


def test_a_simple_notification_is_told_to_nobody() -> None:
    story = Story()
    story.tell("intake", assessed(at(5)), at(5))
    story.tell("intake", decided(at(10)), at(10))
    simple = notified(at(11), kind=NotificationKind.SIMPLE)
    story.tell("panel_notification", simple, at(11))
    assert told(story.facts) == ()


def test_nothing_is_told_of_a_case_in_triage() -> None:
    story = Story()
    story.tell("intake", assessed(at(5)), at(5))
    stage(story, Stage.TRIAGE, at(5))
    assert told(story.facts) == ()


def test_a_clock_that_gives_away_another_area_or_care_is_not_told() -> None:
    for rule in ("DL03", "DL04", "DL05", "TRIAGE"):
        story = told_to_a_region()
        story.tell("rapid_review_timer", due(DueKind.OVERDUE, at(30), rule), at(30))
        assert len(of(SharedTopic.REVIEW_DUE, told(story.facts))) == 1


def test_a_clock_that_is_late_is_red_and_replaces_what_was_said_of_it() -> None:
    story = told_to_a_region()
    story.tell("rapid_review_timer", due(DueKind.OVERDUE, at(2, month=7)), at(2, month=7))
    soon, late = [c for c in told(story.facts) if c.topic is SharedTopic.REVIEW_DUE]
    assert late.said == {"deadline": "DL07", "status": "red", "remaining": "none"}
    assert (soon.about, soon.rank < late.rank) == (late.about, True)


def test_the_same_is_told_whatever_the_order_between_the_services() -> None:
    story = told_to_a_region()
    expected = {copy.event_id: (copy, copy.said) for copy in told(story.facts)}
    for seed in range(20):
        facts = in_another_order(story.facts, seed)
        assert {c.event_id: (c, c.said) for c in told(facts)} == expected, f"seed {seed}"


def test_a_case_passed_on_closes_its_reference_and_opens_another_in_the_other_region() -> None:
    story = told_to_a_region()
    story.tell("intake", passed_on(at(20, month=6), BARNET), at(20, month=6))
    turned = [c for c in told(story.facts) if c.source_event == story.facts[-1].event_id]
    left = next(c for c in turned if c.region == "mersey")
    joined = next(c for c in turned if c.region == "capital")
    assert left.said == {"stage": "rapid_review", "reference_open": False}
    assert (left.closes, left.area, left.epoch) == (True, LIVERPOOL, 0)
    assert joined.said == {"stage": "rapid_review", "reference_open": True}
    assert (joined.closes, joined.area, joined.epoch) == (False, BARNET, 1)


def test_a_case_passed_on_within_a_region_goes_on_under_another_reference() -> None:
    story = told_to_a_region()
    story.tell("intake", passed_on(at(20, month=6)), at(20, month=6))
    turned = [c for c in told(story.facts) if c.source_event == story.facts[-1].event_id]
    assert len({copy.event_id for copy in turned}) == 2
    references = {KEY.of_case(c.region, c.case_id, c.cycle, c.epoch) for c in turned}
    assert len(references) == 2, "nobody sees that it moved"
    later = [c for c in told(story.facts) if c.topic is SharedTopic.LCSPR_PUBLISHED]
    assert [(copy.area, copy.epoch) for copy in later] == [(WIRRAL, 1)]


def test_a_reference_ends_when_the_case_is_closed() -> None:
    story = told_to_a_region()
    closing = at(5, month=12)
    story.tell("intake", closed(closing), closing)
    stage(story, Stage.CLOSED, closing)
    last = [c for c in told(story.facts) if c.topic is SharedTopic.CASE_STAGE][-1]
    assert (last.said, last.epoch) == ({"stage": "closed", "reference_open": False}, 0)
    story.tell("rapid_review_timer", due(DueKind.OVERDUE, at(6, month=12)), at(6, month=12))
    assert told(story.facts)[-1].epoch == 1, "what comes later stands under another one"


def test_of_a_withdrawn_case_only_its_end_is_told_and_only_to_who_had_heard() -> None:
    story = told_to_a_region()
    story.tell("intake", withdrawn(at(20)), at(20))
    stage(story, Stage.WITHDRAWN, at(20))
    left = told(story.facts)
    assert of(SharedTopic.CASE_STAGE, left) == [{"stage": "withdrawn", "reference_open": False}]
    assert [said["withdrawn"] for said in of(SharedTopic.INCIDENT_NOTIFIED, left)] == [True]
    assert [copy.closes for copy in left] == [True, True]


def test_a_merged_case_ends_and_what_it_was_told_of_goes_on_with_the_survivor() -> None:
    story = told_to_a_region()
    story.tell("intake", assessed(at(5)), at(5), case_id=MERGED)
    story.tell("intake", decided(at(6), case_id=MERGED), at(6), case_id=MERGED)
    stage(story, Stage.NOTIFIABLE, at(6), case_id=MERGED)
    linked = IncidentLinked(survivor=CASE, reason="same_incident")
    story.tell("intake", linked, at(12), case_id=MERGED)
    (ended,) = told(story.facts, MERGED)
    assert (ended.said["reference_open"], ended.closes) == (False, True)
    assert told(story.facts) == told(told_to_a_region().facts)


def test_an_area_that_joins_another_region_takes_its_open_cases_along() -> None:
    leaves, joins = date(2019, 8, 31), date(2019, 9, 1)
    spans = {LIVERPOOL: (Span("mersey", ALWAYS, leaves), Span("capital", joins, None))}
    before = told(told_to_a_region().facts, spans=spans, today=leaves)
    assert [copy.region for copy in before if copy.closes] == []
    copies = told(told_to_a_region().facts, spans=spans)
    (left,) = [copy for copy in copies if copy.closes]
    assert (left.region, left.said["stage"]) == ("mersey", "rapid_review")
    assert left.recorded_at.isoformat() == "2019-08-31T23:00:00+00:00", "midnight in London"
    first = next(copy for copy in copies if copy.region == "capital")
    assert first.said == {"stage": "rapid_review", "reference_open": True}
    after = [copy.region for copy in copies if copy.recorded_at > left.recorded_at]
    assert set(after) == {"capital"}


def test_a_region_that_is_added_hears_where_open_cases_stand_and_nothing_before() -> None:
    spans = {LIVERPOOL: (*SPANS[LIVERPOOL], Span("new", date(2019, 9, 1), None))}
    heard = [c for c in told(told_to_a_region().facts, spans=spans) if c.region == "new"]
    assert [copy.topic for copy in heard] == [
        SharedTopic.CASE_STAGE,
        SharedTopic.LCSPR_PUBLISHED,
        SharedTopic.LEARNING_ACTION,
        SharedTopic.LEARNING_ACTION,
    ]


def test_ids_follow_from_source_region_and_type_alone() -> None:
    one, other = told_to_a_region(), told_to_a_region(age_band="under_1")
    assert [c.event_id for c in told(one.facts)] == [c.event_id for c in told(other.facts)]
    both = {LIVERPOOL: (*SPANS[LIVERPOOL], Span("capital", ALWAYS, None))}
    ids = [copy.event_id for copy in told(one.facts, spans=both)]
    assert len(set(ids)) == len(ids) == 2 * len(told(one.facts))


def test_what_is_told_comes_in_the_order_in_which_it_was_written_down() -> None:
    copies = told(told_to_a_region().facts)
    assert all(a.recorded_at <= b.recorded_at for a, b in pairwise(copies))
    assert copies[-1].recorded_at == at(3, month=12) + timedelta(seconds=2)
