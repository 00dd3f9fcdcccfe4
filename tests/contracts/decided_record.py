"""One record that is read without fault, and what can be done to its headers."""

from dataclasses import replace
from functools import cache

from shared.contracts.catalogue import type_of
from shared.contracts.wire import Incoming, Record, read_inside
from tests.contracts.committed import example, record_of

TYPE = type_of("incident.decided")
PRODUCER = "intake"
OUR_NAMES = tuple(example(TYPE)["headers"])
TRACES = ("traceparent", "ce_traceparent")


@cache
def written() -> Record:
    return record_of(example(TYPE))


def with_header(name: str, value: bytes | None) -> Record:
    record = written()
    headers = [(n, v) for n, v in record.headers if n != name]
    return replace(record, headers=(*headers, (name, value)))


def without_header(name: str) -> Record:
    record = written()
    return replace(record, headers=tuple((n, v) for n, v in record.headers if n != name))


def read(record: Record) -> Incoming:
    return read_inside(record, PRODUCER)
