"""Records that cannot be read: each is quarantined with its reason, on the real bus."""

from uuid import uuid4

import pytest

from shared.contracts.envelope import case_stream
from tests.conftest import OpenStore
from tests.shared.messaging.recording import TOPIC, recording_registry, stage, stopped_rows
from tests.support.bad_bodies import BAD_BODIES, MARKER
from tests.support.bus import Headers, inside_record, producer_of, running_node
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually


def _broken(name: str, headers: Headers) -> Headers:
    replaced = {
        "null header": [("ce_time", None)],
        "header that is not UTF-8": [("ce_time", b"\xff\xfe")],
        "unreadable time": [("ce_time", b"yesterday")],
        "missing id": [("ce_id", b"")],
        "source of another": [("ce_source", b"/vigil/reporting")],
        "no number": [("ce_sequence", b"none")],
        "no stream": [("ce_subject", b"???")],
        "type of another topic": [("ce_type", b"uk.vigil.incident.decided.v1")],
    }[name]
    names = {name for name, _ in replaced}
    return [(n, v) for n, v in headers if n not in names] + list(replaced)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("null header", "header_null"),
        ("header that is not UTF-8", "header_not_utf8"),
        ("unreadable time", "time_unreadable"),
        ("missing id", "id_unreadable"),
        ("source of another", "source_mismatch"),
        ("no number", "sequence_unreadable"),
        ("no stream", "subject_unreadable"),
        ("type of another topic", "type_not_of_this_topic"),
    ],
)
async def test_a_record_with_broken_attributes_is_quarantined_with_its_reason(
    infrastructure: Infrastructure, bare_store: OpenStore, name: str, reason: str
) -> None:
    reporting = await bare_store("reporting")
    registry, applied = recording_registry()
    case_id, good = uuid4(), uuid4()
    async with producer_of(infrastructure, "intake") as producer:
        topic, key, headers, value = inside_record(TOPIC, "intake", case_id, 1, stage(1))
        broken = _broken(name, headers)
        await producer.send_and_wait(topic, value, key=key, headers=broken, partition=1)
        topic, key, headers, value = inside_record(TOPIC, "intake", good, 1, stage(1))
        await producer.send_and_wait(topic, value, key=key, headers=headers, partition=1)
    async with running_node(infrastructure, reporting, registry, publishes=False):

        async def the_good_one_passed() -> bool:
            return applied.get(good) == [1]

        await eventually(the_good_one_passed, "the record behind the broken one applied")
        rows = await stopped_rows(reporting)
    assert [row["reason"] for row in rows] == [reason]
    assert case_id not in applied


async def test_records_with_broken_values_are_quarantined_in_their_places_and_nobody_else_waits(
    infrastructure: Infrastructure, bare_store: OpenStore, capfd: pytest.CaptureFixture[str]
) -> None:
    reporting = await bare_store("reporting")
    registry, applied = recording_registry()
    values = {uuid4(): one for one in (("value_null", None), *BAD_BODIES.values())}
    good = uuid4()
    async with producer_of(infrastructure, "intake") as producer:
        for case_id, (_, value) in values.items():
            topic, key, headers, _good = inside_record(TOPIC, "intake", case_id, 1, stage(1))
            await producer.send_and_wait(topic, value, key=key, headers=headers, partition=2)
        topic, key, headers, value = inside_record(TOPIC, "intake", good, 1, stage(1))
        await producer.send_and_wait(topic, value, key=key, headers=headers, partition=2)
    async with running_node(infrastructure, reporting, registry, publishes=False):

        async def the_good_one_passed() -> bool:
            return applied.get(good) == [1]

        await eventually(the_good_one_passed, "the record behind the broken ones applied")
        rows = {str(row["stream"]): row for row in await stopped_rows(reporting)}
    for case_id, (code, _) in values.items():
        row = rows[case_stream(case_id)]
        assert (row["reason"], row["kind"], row["attempts"]) == (code, "in_place", 1)
    assert len(rows) == len(values)
    written = capfd.readouterr()
    assert MARKER not in written.out + written.err


async def test_a_missing_key_and_a_header_of_nobodys_are_accepted(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    reporting = await bare_store("reporting")
    registry, applied = recording_registry()
    case_id = uuid4()
    async with producer_of(infrastructure, "intake") as producer:
        topic, _key, headers, value = inside_record(TOPIC, "intake", case_id, 1, stage(1))
        extra: Headers = [*headers, ("reply_to", b"incident.decided"), ("x", None), ("y", b"\xff")]
        await producer.send_and_wait(topic, value, headers=extra)
    async with running_node(infrastructure, reporting, registry, publishes=False):

        async def passed() -> bool:
            return applied.get(case_id) == [1]

        await eventually(passed, "the event applied")
