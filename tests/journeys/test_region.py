"""What leaves the running stack for its region: pseudonymous, minimised, and nothing more."""

import asyncio
import json

from shared.contracts.header_forms import shared_headers
from shared.contracts.region_topics import (
    SHARED_SOURCE,
    SHARED_TYPES,
    shared_topic,
    shared_topics_of,
    subscriber_of,
)
from shared.contracts.sharing_codes import SharedTopic
from tests.contracts.committed import faults, schema
from tests.journeys.test_nothing_personal import markers
from tests.support.region_reader import Heard, read, refused
from tests.support.whole_stack import WholeStack

REGION = "pan-merseyside"
AREAS = {"E08000011", "E08000012", "E08000013", "E08000014", "E08000015"}
SURE_TO_COME = frozenset(
    shared_topic(REGION, topic) for topic in (SharedTopic.INCIDENT_NOTIFIED, SharedTopic.CASE_STAGE)
)


async def told(stack: WholeStack) -> list[Heard]:
    """Everything that the outbox says was told by now, as librdkafka reads it."""
    rows = await stack.rows(
        "reporting", "select event_id from outbox where published_at is not null"
    )
    wanted = {row["event_id"] for row in rows}

    def enough(found: list[Heard]) -> bool:
        topics = {heard.topic for heard in found}
        return topics >= SURE_TO_COME and wanted <= {heard.id for heard in found}

    access = stack.kafka(subscriber_of(REGION))
    found = await asyncio.to_thread(read, access, shared_topics_of(REGION), enough)
    assert enough(found), sorted({heard.topic for heard in found})
    return found


async def test_the_sample_cases_are_told_to_their_region_by_fields_of_an_allow_list(
    stack: WholeStack,
) -> None:
    for heard in await told(stack):
        type_ = heard.headers["ce_type"]
        assert not faults(shared_headers(type_, SHARED_SOURCE), heard.headers)
        assert heard.headers.keys() <= shared_headers(type_, SHARED_SOURCE)["properties"].keys()
        assert not faults(schema(type_), heard.data)
        assert heard.data.keys() <= SHARED_TYPES[type_].model_fields.keys()
        assert heard.data.get("area", "E08000012") in AREAS, "no area of another region"
        assert heard.by_the_sdk()["id"] == heard.headers["ce_id"]


async def test_no_marker_and_no_case_id_stands_in_any_shared_topic(stack: WholeStack) -> None:
    cases = await stack.rows("reporting", "select case_id from case_seen")
    facts = await stack.rows("reporting", "select event_id from fact")
    ids = {row["case_id"] for row in cases} | {row["event_id"] for row in facts}
    sought = {marker.decode() for marker in markers(stack)}
    sought |= {str(one) for one in ids} | {one.hex for one in ids}
    assert len(sought) > 100
    for heard in await told(stack):
        whole = heard.whole
        assert [text for text in sought if text in whole] == [], heard.topic


async def test_every_event_rests_on_a_decision_of_the_owner_for_its_topic(
    stack: WholeStack,
) -> None:
    rests = await stack.rows(
        "reporting",
        """select c.topic, c.area, f.payload from region_copy c
           left join fact f on f.payload ->> 'decision_id' = c.rests_on::text
           where c.state = 'told'""",
    )
    assert rests
    for row in rests:
        decision = json.loads(row["payload"])
        assert decision["decision"] == "share"
        assert decision["standing"]["topic"] == row["topic"]
        assert decision["organisation"] == f"la-{row['area']}"
        assert decision["recipient"] == subscriber_of(REGION)


def test_only_the_regions_subscriber_reads_its_topics(stack: WholeStack) -> None:
    topic = shared_topic(REGION, SharedTopic.CASE_STAGE)
    assert not refused(stack.kafka(subscriber_of(REGION)), topic)
    for user in ("police-records", "la-cases", "intake", "panel_notification"):
        assert refused(stack.kafka(user), topic), user
    for topic in ("incident.decided", "case.stage.entered", "replies.police-records"):
        assert refused(stack.kafka(subscriber_of(REGION)), topic), topic


def test_an_operator_sees_what_a_region_is_not_told(stack: WholeStack) -> None:
    """Every authority of the region has decided, so nobody's decision is waited for."""
    asked = ("service", "reporting", "regions", "held", "--json")
    answer = stack.command("deploy.local", *asked, within=60)
    assert answer.returncode == 0, answer.stderr
    assert {row["because"] for row in json.loads(answer.stdout)["held"]} <= {"not_due"}
