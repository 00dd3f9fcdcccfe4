"""A region is told in batches, what a decision to share lets it be told, and nothing twice."""

from datetime import date, timedelta

import pytest

from shared.contracts.event_codes import DueKind
from shared.contracts.header_forms import shared_headers
from shared.contracts.region_topics import (
    SHARED_SOURCE,
    SHARED_TYPES,
    shared_topic,
    shared_topics_of,
    subscriber_of,
)
from shared.contracts.sharing_codes import SharedTopic, SharingAnswer
from tests.contracts.committed import faults, schema
from tests.services.reporting.region_story import (
    action_opened,
    due,
    of_case,
    passed_on,
    told_to_a_region,
)
from tests.services.reporting.region_world import (
    LONDON,
    MERSEYSIDE,
    PERIOD,
    RegionWorld,
)
from tests.services.reporting.sample_events import CASE, LIVERPOOL, Story, an_id, at
from tests.services.reporting.test_region_copies import BARNET
from tests.support.bus import access
from tests.support.local_stack import Infrastructure
from tests.support.region_reader import refused

FORBIDDEN = ("2019-06-1", "2019-06-2", "2019-12-0", "E08000015", "not_stated", "icb-", "vigil_")
"""Days, the other area, organisations: nothing of it may stand in what leaves."""


async def test_librdkafka_reads_every_event_as_the_subscriber_of_the_region(
    world: RegionWorld,
) -> None:
    await world.hear(told_to_a_region().facts)
    await world.decide(LIVERPOOL)
    await world.batch()
    told = await world.publish()
    found = await world.read_as(subscriber_of(MERSEYSIDE), MERSEYSIDE, told)
    assert {heard.topic for heard in found} == {
        shared_topic(MERSEYSIDE, topic) for topic in SharedTopic if topic != "metrics.monthly"
    }
    for heard in found:
        said, data, type_ = heard.headers, heard.data, heard.headers["ce_type"]
        assert not faults(shared_headers(type_, SHARED_SOURCE), said), "no cause, no number"
        assert said.keys() <= shared_headers(type_, SHARED_SOURCE)["properties"].keys()
        assert not faults(schema(type_), data)
        assert data.keys() == SHARED_TYPES[type_].model_fields.keys(), "an allow-list"
        assert heard.key == said["ce_subject"].encode()
        reference = data.get("case_ref") or data["action_ref"]
        assert said["ce_correlationid"] == reference == said["ce_subject"].partition("/")[2]
        released = world.clock.instant.isoformat(timespec="microseconds")
        assert said["ce_time"] == said["ce_recordedtime"] == released
        assert heard.by_the_sdk()["id"] == said["ce_id"]
        for text in (*FORBIDDEN, str(CASE), CASE.hex):
            assert text not in heard.whole, text
    assert len({heard.headers["traceparent"][3:35] for heard in found}) == len(found)


def test_a_subscriber_sees_its_own_region_and_no_other(infrastructure: Infrastructure) -> None:
    """Kafka says of a topic that it may not be read, without saying whether there is one."""
    readers = {MERSEYSIDE: subscriber_of(MERSEYSIDE), LONDON: subscriber_of(LONDON)}
    users = (*readers.values(), "police-records", "intake", "panel_notification")
    for region, reader in readers.items():
        for user in users:
            for topic in shared_topics_of(region):
                assert refused(access(infrastructure, user), topic) == (user != reader), (
                    user,
                    topic,
                )


async def test_without_a_standing_decision_nothing_goes_out_and_it_is_said(
    world: RegionWorld,
) -> None:
    await world.hear(told_to_a_region().facts)
    await world.decide(LIVERPOOL, SharedTopic.CASE_STAGE)
    await world.batch()
    assert await world.states() == {
        "case.stage": ["superseded", "told"],
        "incident.notified": ["missing"],
        "review.due": ["missing"],
        "lcspr.published": ["missing"],
        "learning.action": ["superseded", "missing"],
    }
    labels = {"region": MERSEYSIDE, "topic": "incident.notified", "because": "missing"}
    assert world.metrics.registry.get_sample_value("vigil_region_waits", labels) == 1
    await world.decide(LIVERPOOL, SharedTopic.INCIDENT_NOTIFIED)
    await world.batch()
    assert (await world.states())["incident.notified"] == ["told"]
    assert world.metrics.registry.get_sample_value("vigil_region_waits", labels) == 0


@pytest.mark.parametrize(
    ("answer", "because"),
    [(SharingAnswer.WITHHOLD, "withheld"), (SharingAnswer.DEFER, "deferred")],
)
async def test_what_an_authority_withholds_waits(
    world: RegionWorld, answer: SharingAnswer, because: str
) -> None:
    await world.hear(told_to_a_region().facts)
    await world.decide(LIVERPOOL, SharedTopic.LCSPR_PUBLISHED, answer=answer)
    await world.batch()
    assert (await world.states())["lcspr.published"] == [because]


async def test_a_decision_that_has_expired_stops_what_came_later(world: RegionWorld) -> None:
    world.at(2019, 12, 4, 9, 0)
    expires = date(2019, 12, 10)
    await world.hear(told_to_a_region().facts)
    await world.decide(LIVERPOOL, SharedTopic.LEARNING_ACTION, expires_on=expires)
    await world.batch()
    assert (await world.states())["learning.action"] == ["superseded", "told"]
    world.at(2019, 12, 11, 0, 1)
    more = Story()
    more.facts = told_to_a_region().facts
    more.tell("rapid_review_timer", action_opened("another"), at(10, month=12))
    await world.hear(more.facts[-1:])
    await world.batch()
    assert (await world.states())["learning.action"][-1] == "expired"


async def test_a_batch_goes_out_when_it_is_due_and_in_no_order(world: RegionWorld) -> None:
    await world.decide(LIVERPOOL)
    await world.release.step()
    story = told_to_a_region()
    for number in range(12):
        story.tell("rapid_review_timer", action_opened(f"action {number}"), at(3, 12, month=12))
    await world.hear(story.facts)
    world.clock.move(PERIOD - timedelta(seconds=1))
    await world.release.step()
    assert await world.rows("select 1 from outbox") == []
    world.clock.move(timedelta(seconds=1))
    await world.release.step()
    by_position = "select event_id from outbox order by position"
    by_source = "select event_id from region_copy where state = 'told' order by recorded_at"
    went_out, happened = await world.rows(by_position), await world.rows(by_source)
    assert len(went_out) == len(happened) >= 16
    assert went_out != happened, "one in 16 factorial"


async def test_a_later_word_replaces_one_that_waits(world: RegionWorld) -> None:
    story = told_to_a_region()
    story.tell("rapid_review_timer", due(DueKind.OVERDUE, at(2, month=7)), at(2, month=7))
    await world.decide(LIVERPOOL)
    await world.hear(story.facts)
    await world.batch()
    assert (await world.states())["review.due"] == ["superseded", "told"]


async def test_a_synthetic_case_is_told_as_such(world: RegionWorld) -> None:
    await world.hear(told_to_a_region().facts, synthetic=True)
    await world.decide(LIVERPOOL)
    await world.batch()
    said = await world.rows("select distinct headers ->> 'ce_synthetic' as said from outbox")
    assert said == [{"said": "true"}]


async def test_a_theme_is_named_once_three_cases_have_it(world: RegionWorld) -> None:
    await world.decide(LIVERPOOL)
    stories = {an_id("case", n): told_to_a_region() for n in range(3)}
    for number, (case_id, story) in enumerate(stories.items()):
        moved = [of_case(fact, case_id) for fact in story.facts]
        await world.hear(moved)
        await world.batch()
        themes = await world.rows(
            """select convert_from(payload, 'UTF8')::jsonb ->> 'theme' as theme from outbox
               where type like '%learning.action%' order by position desc limit 1"""
        )
        assert themes == [{"theme": "neglect" if number == 2 else None}]


async def test_the_end_of_what_was_never_told_is_no_news(world: RegionWorld) -> None:
    story = told_to_a_region()
    story.facts = [fact for fact in story.facts if fact.source == "/vigil/intake"]
    await world.hear(story.facts)
    await world.batch()
    story.tell("intake", passed_on(at(4, month=12), BARNET), at(4, month=12))
    await world.hear(story.facts[-1:])
    await world.decide(LIVERPOOL)
    await world.batch()
    ended = "select state from region_copy where closes"
    assert await world.rows(ended) == [{"state": "not_wanted"}]
    assert await world.rows("select 1 from outbox where topic like '%case.stage'") == []
