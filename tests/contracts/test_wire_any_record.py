"""Whatever lies on a topic, reading it never raises; what was written is read. Seeded by name."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.catalogue import SERVICES, event_type, type_of
from shared.contracts.payload import Payload
from shared.contracts.wire import Record, headers_of, read_inside
from shared.messaging.order import CannotBeApplied
from shared.messaging.registry import decode
from tests.contracts.decided_record import OUR_NAMES, TYPE, read, with_header, written

CODE = re.compile("[a-z0-9_]+")

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
    record = with_header(name, value)
    extra = ((name, value),) * (times - 1)
    incoming = read(replace(record, headers=(*record.headers, *extra)))
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
    record = written()
    incoming = read(replace(record, headers=(*others, *record.headers)))
    assert incoming.envelope == read(record).envelope
    assert incoming.fault is None


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
    envelope = read(written()).envelope
    assert envelope is not None
    changed = envelope.model_copy(update=changes)
    headers = tuple((n, v.encode()) for n, v in headers_of(changed).items())
    assert read(replace(written(), headers=headers)).envelope == changed


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
