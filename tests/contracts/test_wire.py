"""What is wrong with a record is named, and the record keeps its place in its stream."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from uuid import uuid5

import pytest

from shared.contracts.envelope import NAMESPACE, Envelope
from shared.contracts.wire import MAX_HEADER_BYTES, Incoming, Record, headers_of
from shared.telemetry.tracing import context_of
from tests.contracts.committed import example
from tests.contracts.decided_record import (
    OUR_NAMES,
    TRACES,
    TYPE,
    read,
    with_header,
    without_header,
    written,
)

CODE = re.compile("[a-z0-9_]+")


def _placed_as_written(incoming: Incoming) -> bool:
    headers = example(TYPE)["headers"]
    return (incoming.stream, incoming.sequence) == (
        headers["ce_subject"],
        int(headers["ce_sequence"]),
    )


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
    incoming = read(with_header(name, value))
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
    incoming = read(with_header(name, value))
    assert incoming.fault == code
    assert incoming.stream is None or incoming.sequence is None


@pytest.mark.parametrize("name", sorted(set(OUR_NAMES) - {"traceparent", "ce_traceparent"}))
def test_of_two_headers_with_one_name_the_second_is_a_fault(name: str) -> None:
    record = written()
    doubled = replace(record, headers=(*record.headers, (name, b"other")))
    incoming = read(doubled)
    assert incoming.fault == "header_twice"
    assert _placed_as_written(incoming)


@pytest.mark.parametrize(
    "name",
    [
        "ce_specversion",
        "ce_id",
        "ce_source",
        "ce_type",
        "ce_time",
        "ce_recordedtime",
        "ce_subject",
        "ce_correlationid",
        "ce_sequence",
    ],
)
def test_a_missing_attribute_is_a_fault(name: str) -> None:
    assert read(without_header(name)).fault is not None


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
    whole, incoming = read(written()).envelope, read(with_header(name, value)).envelope
    assert whole is not None
    assert incoming is not None
    assert incoming.model_dump(exclude=_traces()) == whole.model_dump(exclude=_traces())
    lost = incoming.traceparent if name == "traceparent" else incoming.origin
    assert context_of(lost) is None


@pytest.mark.parametrize("name", TRACES)
def test_a_second_trace_context_is_left_out(name: str) -> None:
    record = written()
    incoming = read(replace(record, headers=(*record.headers, (name, b"rubbish"))))
    assert incoming.envelope == read(record).envelope


def test_a_key_that_is_not_the_stream_is_a_fault() -> None:
    """Else a case could lie on two partitions and lose its order."""
    record = written()
    assert read(replace(record, key=b"case/another")).fault == "key_mismatch"
    assert read(replace(record, key=None)).fault is None


def test_without_a_readable_id_the_position_names_the_event() -> None:
    record = with_header("ce_id", b"1")
    position = f"{record.topic}|{record.partition}|{record.offset}"
    assert read(record).event_id == uuid5(NAMESPACE, position)


def test_a_type_of_a_later_version_keeps_its_envelope() -> None:
    """Such an event waits for a consumer that knows it; it is not a fault of the record."""
    incoming = read(with_header("ce_type", b"uk.vigil.incident.decided.v2"))
    assert incoming.fault is None
    assert incoming.type == "uk.vigil.incident.decided.v2"


def test_an_instant_is_written_in_utc() -> None:
    envelope = read(written()).envelope
    assert envelope is not None
    summer = datetime(2026, 6, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    headers = headers_of(envelope.model_copy(update={"time": summer}))
    assert headers["ce_time"] == "2026-05-31T23:30:00.000000+00:00"


def test_numbers_are_compared_as_text_in_their_order() -> None:
    envelope = read(written()).envelope
    assert envelope is not None
    texts = [_sequence_text(envelope, number) for number in (1, 2, 9, 10, 99, 100, 10**11)]
    assert texts == sorted(texts)


def test_a_fault_quotes_nothing_of_the_record() -> None:
    name = "Sample Child One"
    for record in _spoiled(name.encode()):
        fault = read(record).fault or ""
        assert "Sample" not in fault
        assert CODE.fullmatch(fault)


def _spoiled(value: bytes) -> Iterator[Record]:
    for name in OUR_NAMES:
        if name not in (*TRACES, "content-type", "ce_partitionkey", "ce_dataschema"):
            yield with_header(name, value)


def _sequence_text(envelope: Envelope, number: int) -> str:
    return headers_of(envelope.model_copy(update={"sequence": number}))["ce_sequence"]


def _traces() -> set[str]:
    return {"traceparent", "origin"}
