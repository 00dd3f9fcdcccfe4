"""Whatever lies on a topic, reading it names what is wrong and never raises."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any
from uuid import uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.catalogue import SERVICES, event_type, type_of
from shared.contracts.envelope import NAMESPACE, Envelope
from shared.contracts.payload import Payload
from shared.contracts.wire import MAX_HEADER_BYTES, Incoming, Record, headers_of, read_inside
from shared.messaging.order import CannotBeApplied
from shared.messaging.registry import decode
from shared.telemetry.tracing import context_of
from tests.contracts.committed import example, record_of

TYPE = type_of("incident.decided")
PRODUCER = "intake"
OUR_NAMES = tuple(example(TYPE)["headers"])
CODE = re.compile("[a-z0-9_]+")
TRACES = ("traceparent", "ce_traceparent")

header_values = st.none() | st.binary(max_size=60) | st.text(max_size=60).map(str.encode)
header_names = st.sampled_from((*OUR_NAMES, "ce_", "ce_origin", "ce_data")) | st.text(max_size=20)
any_headers = st.lists(st.tuples(header_names, header_values), max_size=24).map(tuple)
any_record = st.builds(
    Record,
    topic=st.sampled_from(("incident.decided", "notice.sent", "")) | st.text(max_size=30),
    partition=st.integers(0, 2**31 - 1),
    offset=st.integers(0, 2**63 - 1),
    key=header_values,
    headers=any_headers,
    value=st.none() | st.binary(max_size=200),
)


@cache
def _written() -> Record:
    return record_of(example(TYPE))


def _with(name: str, value: bytes | None) -> Record:
    record = _written()
    headers = [(n, v) for n, v in record.headers if n != name]
    return replace(record, headers=(*headers, (name, value)))


def _without(name: str) -> Record:
    record = _written()
    return replace(record, headers=tuple((n, v) for n, v in record.headers if n != name))


def _read(record: Record) -> Incoming:
    return read_inside(record, PRODUCER)


def _placed_as_written(incoming: Incoming) -> bool:
    headers = example(TYPE)["headers"]
    return (incoming.stream, incoming.sequence) == (
        headers["ce_subject"],
        int(headers["ce_sequence"]),
    )


@settings(derandomize=True, max_examples=150, deadline=None)
@given(record=any_record, service=st.sampled_from(SERVICES))
def test_no_record_makes_reading_raise(record: Record, service: str) -> None:
    incoming = read_inside(record, service)
    assert incoming.record is record
    assert incoming.source == f"/vigil/{service}"
    assert (incoming.envelope is None) == (incoming.fault is not None)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(name=st.sampled_from(OUR_NAMES), value=header_values, times=st.integers(1, 2))
def test_no_single_header_makes_reading_raise(name: str, value: bytes | None, times: int) -> None:
    record = _with(name, value)
    extra = ((name, value),) * (times - 1)
    incoming = _read(replace(record, headers=(*record.headers, *extra)))
    assert (incoming.envelope is None) == (incoming.fault is not None)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(value=st.none() | st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@pytest.mark.parametrize("type_", [TYPE, type_of("deadline.set")])
def test_no_value_gives_anything_but_data_or_a_code(type_: str, value: bytes | None) -> None:
    model = _model_of(type_)
    assert CODE.fullmatch(_code_of(model, value))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(headers=st.lists(st.tuples(st.text(max_size=20), header_values), max_size=8))
def test_headers_of_others_change_nothing(headers: list[tuple[str, bytes | None]]) -> None:
    others = [(n, v) for n, v in headers if not n.startswith("ce_") and n not in OUR_NAMES]
    record = _written()
    incoming = _read(replace(record, headers=(*others, *record.headers)))
    assert incoming.envelope == _read(record).envelope
    assert incoming.fault is None


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ce_time", None, "header_null"),
        ("ce_time", b"\xff\xfe", "header_not_utf8"),
        ("ce_time", b"2026-03-02\x00", "header_not_printable"),
        ("ce_dataschema", b"x" * (MAX_HEADER_BYTES + 1), "header_too_large"),
        ("content-type", None, "header_null"),
        ("ce_unknown", b"\xff", "header_not_utf8"),
        ("ce_specversion", b"0.3", "specversion_not_supported"),
        ("ce_source", b"/vigil/reporting", "source_mismatch"),
        ("ce_type", b"uk.vigil.notice.sent.v1", "type_not_of_this_topic"),
        ("ce_type", b"gone fishing", "type_unreadable"),
        ("ce_time", b"yesterday", "time_unreadable"),
        ("ce_recordedtime", b"2026-03-03T14:05:05", "recordedtime_unreadable"),
        ("ce_causationid", b"17", "causationid_unreadable"),
        ("ce_synthetic", b"perhaps", "synthetic_unreadable"),
        ("ce_dataclassification", b"public", "dataclassification_unreadable"),
    ],
)
def test_a_bad_header_leaves_the_event_in_its_place(
    name: str, value: bytes | None, code: str
) -> None:
    incoming = _read(_with(name, value))
    assert (incoming.fault, incoming.envelope) == (code, None)
    assert _placed_as_written(incoming)
    assert str(incoming.event_id) == example(TYPE)["headers"]["ce_id"]


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("ce_sequence", b"0", "sequence_unreadable"),
        ("ce_sequence", b"-1", "sequence_unreadable"),
        ("ce_sequence", "\u0661".encode(), "sequence_unreadable"),
        ("ce_sequence", b"9" * 19, "sequence_unreadable"),
        ("ce_sequence", None, "header_null"),
        ("ce_subject", b"case", "subject_unreadable"),
        ("ce_subject", b"case/../etc", "subject_unreadable"),
        ("ce_subject", None, "header_null"),
    ],
)
def test_an_event_without_number_or_stream_has_no_place(
    name: str, value: bytes | None, code: str
) -> None:
    incoming = _read(_with(name, value))
    assert incoming.fault == code
    assert incoming.stream is None or incoming.sequence is None


@pytest.mark.parametrize("name", sorted(set(OUR_NAMES) - {"traceparent", "ce_traceparent"}))
def test_of_two_headers_with_one_name_the_second_is_a_fault(name: str) -> None:
    record = _written()
    doubled = replace(record, headers=(*record.headers, (name, b"other")))
    incoming = _read(doubled)
    assert incoming.fault == "header_twice"
    assert _placed_as_written(incoming)


@pytest.mark.parametrize(
    "name",
    ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_recordedtime", "ce_subject"],
)
def test_a_missing_attribute_is_a_fault(name: str) -> None:
    assert _read(_without(name)).fault is not None


@pytest.mark.parametrize("name", TRACES)
@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"\xff",
        b"rubbish",
        b"01-" + b"0" * 32,
        b"00-" + b"G" * 32 + b"-" + b"1" * 16 + b"-01",
        b"x" * (MAX_HEADER_BYTES + 1),
        b"00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-00",
    ],
)
def test_a_broken_trace_context_loses_the_trace_and_nothing_else(
    name: str, value: bytes | None
) -> None:
    whole, incoming = _read(_written()).envelope, _read(_with(name, value)).envelope
    assert whole is not None
    assert incoming is not None
    assert incoming.model_dump(exclude=_traces()) == whole.model_dump(exclude=_traces())
    lost = incoming.traceparent if name == "traceparent" else incoming.origin
    assert context_of(lost) is None


@pytest.mark.parametrize("name", TRACES)
def test_a_second_trace_context_is_left_out(name: str) -> None:
    record = _written()
    incoming = _read(replace(record, headers=(*record.headers, (name, b"rubbish"))))
    assert incoming.envelope == _read(record).envelope


def test_a_key_that_is_not_the_stream_is_a_fault() -> None:
    """Else a case could lie on two partitions and lose its order."""
    record = _written()
    assert _read(replace(record, key=b"case/another")).fault == "key_mismatch"
    assert _read(replace(record, key=None)).fault is None


def test_without_a_readable_id_the_position_names_the_event() -> None:
    record = _with("ce_id", b"1")
    position = f"{record.topic}|{record.partition}|{record.offset}"
    assert _read(record).event_id == uuid5(NAMESPACE, position)


def test_a_type_of_a_later_version_keeps_its_envelope() -> None:
    """Such an event waits for a consumer that knows it; it is not a fault of the record."""
    incoming = _read(_with("ce_type", b"uk.vigil.incident.decided.v2"))
    assert incoming.fault is None
    assert incoming.type == "uk.vigil.incident.decided.v2"


@settings(derandomize=True, max_examples=100, deadline=None)
@given(
    changes=st.fixed_dictionaries(
        {
            "id": st.uuids(),
            "correlationid": st.uuids(),
            "causationid": st.none() | st.uuids(),
            "sequence": st.integers(1, 10**18 - 1),
            "synthetic": st.booleans(),
            "time": st.datetimes(
                min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - the zone is drawn
                timezones=st.timezones(),
            ),
        }
    )
)
def test_what_is_written_is_read(changes: dict[str, Any]) -> None:
    envelope = _read(_written()).envelope
    assert envelope is not None
    written = envelope.model_copy(update=changes)
    headers = tuple((n, v.encode()) for n, v in headers_of(written).items())
    assert _read(replace(_written(), headers=headers)).envelope == written


def test_an_instant_is_written_in_utc() -> None:
    envelope = _read(_written()).envelope
    assert envelope is not None
    summer = datetime(2026, 6, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    headers = headers_of(envelope.model_copy(update={"time": summer}))
    assert headers["ce_time"] == "2026-05-31T23:30:00.000000+00:00"


def test_numbers_are_compared_as_text_in_their_order() -> None:
    envelope = _read(_written()).envelope
    assert envelope is not None
    texts = [_sequence_text(envelope, number) for number in (1, 2, 9, 10, 99, 100, 10**11)]
    assert texts == sorted(texts)


def test_a_fault_quotes_nothing_of_the_record() -> None:
    name = "Sample Child One"
    for record in _spoiled(name.encode()):
        fault = _read(record).fault or ""
        assert "Sample" not in fault
        assert CODE.fullmatch(fault)


def _model_of(type_: str) -> type[Payload]:
    row = event_type(type_)
    assert row is not None
    return row.model


def _code_of(model: type[Payload], value: bytes | None) -> str:
    try:
        decode(model, value)
    except CannotBeApplied as refusal:
        return refusal.reason
    return "read"


def _spoiled(value: bytes) -> Iterator[Record]:
    for name in OUR_NAMES:
        if name not in (*TRACES, "content-type", "ce_partitionkey", "ce_dataschema"):
            yield _with(name, value)


def _sequence_text(envelope: Envelope, number: int) -> str:
    return headers_of(envelope.model_copy(update={"sequence": number}))["ce_sequence"]


def _traces() -> set[str]:
    return {"traceparent", "origin"}
