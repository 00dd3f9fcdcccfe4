"""A Kafka record as bytes, for rows that must give it back exactly."""

import base64
import hashlib
import json

from shared.contracts.wire import Record


def to_bytes(record: Record) -> bytes:
    """All of the record: position, key, headers in order, value; null stays null."""
    return json.dumps(
        {
            "topic": record.topic,
            "partition": record.partition,
            "offset": record.offset,
            "key": _text(record.key),
            "headers": [[name, _text(value)] for name, value in record.headers],
            "value": _text(record.value),
        }
    ).encode()


def from_bytes(stored: bytes) -> Record:
    """The record that `to_bytes` was given."""
    read = json.loads(stored)
    return Record(
        topic=read["topic"],
        partition=read["partition"],
        offset=read["offset"],
        key=_bytes(read["key"]),
        headers=tuple((name, _bytes(value)) for name, value in read["headers"]),
        value=_bytes(read["value"]),
    )


def digest(record: Record) -> str:
    """SHA-256 of the value, to recognise it without keeping it in clear."""
    return hashlib.sha256(record.value or b"").hexdigest()


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def _bytes(value: str | None) -> bytes | None:
    return None if value is None else base64.b64decode(value)
