"""What no door may take: a code and an answer for each, kept once, nothing repeated, no loop."""

import json
from uuid import UUID, uuid4, uuid5

import pytest

from shared.contracts.strict_json import MAX_BYTES
from tests.contracts.sample_report import sample_body
from tests.services.intake.bus_door import attributes, kept, open_door, sender
from tests.services.intake.conftest import Intake
from tests.support.bad_bodies import BAD_BODIES, MARKER
from tests.support.local_stack import Infrastructure

NAMESPACE = UUID("7c1e5a34-0d11-4f0e-9b6c-3a5b8f1d2e70")


async def test_on_the_bus_each_bad_body_is_kept_once_and_answered_with_its_code(
    infrastructure: Infrastructure, intake: Intake, capfd: pytest.CaptureFixture[str]
) -> None:
    codes = {name: _on_the_bus(code) for name, (code, _) in BAD_BODIES.items()}
    ids = {name: uuid5(NAMESPACE, f"{uuid4()}{name}") for name in BAD_BODIES}
    good = uuid4()
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        for name, (_, body) in BAD_BODIES.items():
            await police.send(police.sealed(body), attributes(ids[name]))
        await police.send(police.sealed(sample_body()), attributes(good))
        answers = await police.answers(len(BAD_BODIES) + 1)
        rows = await intake.store.pool.fetch(
            "select kafka_partition, kafka_offset, reason, attempts from quarantine"
        )
    by_id = {answer["key"]: answer for answer in answers}
    told = {name: by_id[str(ids[name])].get("reason") for name in BAD_BODIES}
    assert told == codes
    assert len(answers) == len(by_id), "each was answered once"
    assert by_id[str(good)]["type"] == "uk.vigil.report.acknowledged.v1", "and the one behind them"
    stopped = {(row["kafka_partition"], row["kafka_offset"]): row for row in rows}
    for name, code in codes.items():
        answer = by_id[str(ids[name])]
        row = stopped[answer["partition"], answer["offset"]]
        assert (row["reason"], row["attempts"]) == (code, 1), "kept once, under its code"
    written = capfd.readouterr()
    assert MARKER not in json.dumps(answers) + written.out + written.err + intake.said_in_spans()


def _on_the_bus(code: str) -> str:
    """A report that is too large is refused while it is still encrypted."""
    return "jwe_too_large" if code == "too_large" else code


@pytest.mark.parametrize("name", BAD_BODIES)
async def test_over_http_a_bad_body_gets_its_code_and_is_not_repeated(
    intake: Intake, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    code, body = BAD_BODIES[name]
    headers = intake.systems.bearer("police-records", "police-merseyside", "intake")
    answer = await intake.client.post(
        "/v1/reports",
        content=body,
        headers=headers | {"Content-Type": "application/cloudevents+json"},
    )
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    codes = {told["type"].rpartition("/")[2], *(fault["code"] for fault in told.get("errors", ()))}
    assert 400 <= answer.status_code < 500
    assert any(found.endswith(code) for found in codes), told
    if len(body) <= MAX_BYTES:
        assert await kept(intake) == [code], "kept, sealed, for a person"
    written = capfd.readouterr()
    assert MARKER not in answer.text + written.out + written.err + intake.said_in_spans()


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/xml", ""])
async def test_over_http_another_content_type_is_refused_before_the_body_is_read(
    intake: Intake, content_type: str
) -> None:
    headers = intake.systems.bearer("police-records", "police-merseyside", "intake")
    answer = await intake.client.post(
        "/v1/reports",
        content=json.dumps({"family_name": MARKER}),
        headers=headers | {"Content-Type": content_type},
    )
    assert answer.status_code == 415
    assert "content_type_refused" in answer.text
    assert MARKER not in answer.text
