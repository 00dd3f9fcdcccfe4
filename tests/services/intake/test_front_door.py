"""The bus door on a real Kafka: what systems send, what they get back, what is kept."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.contracts.sample_report import sample_body
from tests.services.intake.bus_door import (
    MARKER,
    attributes,
    kept,
    open_door,
    sender,
)
from tests.services.intake.conftest import LIVERPOOL, Intake
from tests.support.bus import Headers
from tests.support.local_stack import Infrastructure


async def test_a_report_on_the_bus_is_acknowledged_on_the_senders_topic(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    sender_id = uuid4()
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        await police.send(police.sealed(sample_body()), attributes(sender_id))
        (answer,) = await police.answers(1)
        assert answer["type"] == "uk.vigil.report.acknowledged.v1", answer
        (case,) = await intake.cases(LIVERPOOL)
    assert (answer["sender_report_id"], answer["key"]) == (str(sender_id), str(sender_id))
    assert case["case_id"] not in json.dumps(answer)


async def test_a_report_delivered_again_is_answered_again_and_opens_no_second_case(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    sender_id = uuid4()
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        for _ in range(2):
            await police.send(police.sealed(sample_body()), attributes(sender_id))
        first, again = await police.answers(2)
        assert len(await intake.cases(LIVERPOOL)) == 1
    assert first["receipt_id"] == again["receipt_id"]


def _without(headers: Headers, name: str, *replaced: tuple[str, bytes | None]) -> Headers:
    return [*((n, v) for n, v in headers if n != name), *replaced]


BROKEN: dict[str, tuple[str, Any]] = {
    "null header": ("header_null", lambda h: _without(h, "ce_time", ("ce_time", None))),
    "header not UTF-8": ("header_not_utf8", lambda h: _without(h, "ce_type", ("ce_type", b"\xff"))),
    "no id": ("id_not_a_uuid", lambda h: _without(h, "ce_id")),
    "source of another system": (
        "source_mismatch",
        lambda h: _without(h, "ce_source", ("ce_source", b"/org/trust-northbank/health-incidents")),
    ),
    "organisation outside its list": (
        "organisation_not_allowed",
        lambda h: _without(h, "ce_source", ("ce_source", b"/org/trust-northbank/police-records")),
    ),
    "content type of plain JSON": (
        "content_type_refused",
        lambda h: _without(h, "content-type", ("content-type", b"application/json")),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_record_with_broken_attributes_is_kept_and_answered_with_its_reason(
    infrastructure: Infrastructure, intake: Intake, name: str
) -> None:
    reason, change = BROKEN[name]
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        await police.send(police.sealed(sample_body()), change(attributes(uuid4())))
        await police.send(police.sealed(sample_body()), attributes(uuid4()))
        refused, accepted = await police.answers(2)
        assert await kept(intake) == [reason]
    assert (refused["type"], refused["reason"]) == ("uk.vigil.report.refused.v1", reason)
    assert accepted["type"] == "uk.vigil.report.acknowledged.v1"


VALUES: dict[str, tuple[str, Any]] = {
    "null value": ("value_null", lambda _: None),
    "empty value": ("value_empty", lambda _: b""),
    "not encrypted": ("jwe_unreadable", lambda _: json.dumps(sample_body()).encode()),
    "broken JSON": (
        "not_json",
        lambda s: s.sealed(b'{"reporter": {"name": "%s"' % MARKER.encode()),
    ),
    "duplicate key": ("duplicate_key", lambda s: s.sealed(b'{"outcome": "died", "outcome": "x"}')),
    "not UTF-8": ("not_utf8", lambda s: s.sealed(b'{"a": "\xff"}')),
    "deep nesting": ("too_deep", lambda s: s.sealed(b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}")),
    "a missing field": ("not_valid", lambda s: s.sealed(sample_body(without="outcome"))),
}


@pytest.mark.parametrize("name", VALUES)
async def test_a_record_with_a_broken_value_is_kept_and_answered_with_its_reason(
    infrastructure: Infrastructure,
    intake: Intake,
    name: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    reason, value = VALUES[name]
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        await police.send(value(police), attributes(uuid4()), key=b"any")
        (refused,) = await police.answers(1)
        assert await kept(intake) == [reason]
    assert (refused["type"], refused["reason"]) == ("uk.vigil.report.refused.v1", reason)
    written = capfd.readouterr()
    spans = intake.said_in_spans()
    assert "process ingress" in spans
    assert MARKER not in json.dumps(refused) + written.out + written.err + spans


async def test_a_missing_key_is_accepted(infrastructure: Infrastructure, intake: Intake) -> None:
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        await police.send(police.sealed(sample_body()), attributes(uuid4()), key=None)
        (answer,) = await police.answers(1)
    assert answer["type"] == "uk.vigil.report.acknowledged.v1"
