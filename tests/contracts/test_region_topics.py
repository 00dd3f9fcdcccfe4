"""What may leave for a region: who writes and reads it, how long it is kept, and its fields."""

import json
from typing import Any

import pytest

from shared.contracts.catalogue import EVENT_TYPES, PARTITIONS, acls, topics
from shared.contracts.event_codes import Stage
from shared.contracts.header_forms import shared_headers
from shared.contracts.region_topics import (
    SHARED_SOURCE,
    SHARED_TYPES,
    correlation_of_subject,
    region_acls,
    region_topics,
    shared_topics_of,
    subscriber_of,
)
from tests.contracts.committed import example, faults, schema

REGIONS = ("london", "pan-merseyside")
THIRTEEN_MONTHS_MS = 396 * 24 * 3_600 * 1_000
ALLOWED = {
    "incident.notified": {
        *("region", "case_ref", "area", "nature", "age_band", "incident_month"),
        *("revision", "withdrawn"),
    },
    "review.due": {"region", "case_ref", "area", "deadline", "status", "remaining"},
    "case.stage": {"region", "case_ref", "area", "stage", "reference_open"},
    "lcspr.published": {"region", "case_ref", "area", "publication", "published_month"},
    "learning.action": {
        *("region", "action_ref", "state", "owner_kind", "due_month", "theme", "outcome"),
    },
    "metrics.monthly": {"region", "month", "figures", "revision"},
}
"""Every field that leaves. One more is a decision about people: docs/region.md says why."""


def test_the_fields_that_leave_are_those_that_were_agreed() -> None:
    assert {
        type_.removeprefix("uk.vigil.shared.").removesuffix(".v1"): set(model.model_fields)
        for type_, model in SHARED_TYPES.items()
    } == ALLOWED


def _forms(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["format"]] if "format" in part else []
        return own + [form for value in part.values() for form in _forms(value)]
    return [form for each in part for form in _forms(each)] if isinstance(part, list) else []


@pytest.mark.parametrize("type_", SHARED_TYPES)
def test_no_day_and_no_instant_has_room_in_an_event_of_a_region(type_: str) -> None:
    assert not {"date", "date-time"} & set(_forms(schema(type_)))


def test_a_stage_that_says_that_a_child_was_in_care_has_no_name_in_a_region() -> None:
    stages = json.dumps(schema("uk.vigil.shared.case.stage.v1"))
    for stage in (Stage.SIMPLE_NOTIFICATION, Stage.TRIAGE, Stage.NOT_NOTIFIABLE):
        assert f'"{stage}"' not in stages


@pytest.mark.parametrize("type_", SHARED_TYPES)
def test_the_headers_of_an_example_name_no_cause_no_number_and_no_origin(type_: str) -> None:
    record = example(type_)
    headers = record["headers"]
    assert not faults(shared_headers(type_, SHARED_SOURCE), headers)
    assert not {"ce_causationid", "ce_sequence", "ce_traceparent"} & headers.keys()
    assert record["key"] == headers["ce_subject"] == headers["ce_partitionkey"]
    assert str(correlation_of_subject(record["key"])) == headers["ce_correlationid"]
    assert headers["ce_time"] == headers["ce_recordedtime"]


def test_only_reporting_writes_and_only_a_regions_subscriber_reads_its_topics() -> None:
    rights = region_acls(REGIONS)
    for region in REGIONS:
        for topic in shared_topics_of(region):
            of_topic = {(r.principal, r.operation) for r in rights if r.name == topic}
            assert of_topic == {
                ("reporting", "WRITE"),
                ("reporting", "READ"),
                (subscriber_of(region), "READ"),
                ("checker", "READ"),
                ("checker", "DESCRIBE_CONFIGS"),
            }
    for region in REGIONS:
        subscriber = subscriber_of(region)
        own = {(r.resource, r.name, r.pattern) for r in rights if r.principal == subscriber}
        expected = {("topic", topic, "literal") for topic in shared_topics_of(region)}
        assert own == expected | {("group", f"{subscriber}.", "prefixed")}


def test_no_right_reaches_further_than_its_name_and_no_group_into_anothers() -> None:
    rights = [*acls(["la-cases", "region-london"]), *region_acls(REGIONS)]
    assert not [right for right in rights if "*" in right.name or not right.name]
    prefixes = {right.name for right in rights if right.pattern == "prefixed"}
    assert not any(a != b and b.startswith(a) for a in prefixes for b in prefixes)


def test_topics_of_regions_are_kept_thirteen_months_and_are_none_of_the_inside() -> None:
    made = region_topics(REGIONS)
    assert len(made) == 2 * len(SHARED_TYPES)
    assert {spec.retention_ms for spec in made} == {THIRTEEN_MONTHS_MS}
    assert {spec.partitions for spec in made} == {PARTITIONS}
    inside = {spec.name for spec in topics(["la-cases"])}
    assert not inside & {spec.name for spec in made}
    assert not {row.type for row in EVENT_TYPES} & SHARED_TYPES.keys(), "nobody inside acts on them"
