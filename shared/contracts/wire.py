"""CloudEvents 1.0 in Kafka's binary mode: attributes in headers, data in the value.

Reading never raises: whatever a record carries, what can be read of it is returned beside the code
of what is wrong, so that it can be quarantined where it belongs instead of being skipped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from pydantic import ValidationError

from shared.contracts.catalogue import VOIDED, event_type, source_of
from shared.contracts.envelope import NAMESPACE, SEQUENCE_WIDTH, Envelope, instant_text

Headers = Sequence[tuple[str, bytes | None]]

JSON_TYPE = "application/json"
SPECVERSION = "1.0"
MAX_HEADER_BYTES = 16 * 1024
_STREAM = re.compile(r"^[a-z]+/[A-Za-z0-9._-]{1,190}$")
_TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
_TYPE = re.compile(r"^uk\.vigil\.[a-z0-9._]+\.v[1-9][0-9]*$")


@dataclass(frozen=True)
class Record:
    """A Kafka record as it arrived."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    headers: Headers
    value: bytes | None


@dataclass(frozen=True)
class Incoming:
    """An inside record, as far as it can be read.

    `source` is the topic's only writer, which the broker enforces. `fault` is the code of the first
    thing that is wrong; the envelope is None then. Without `stream` the record cannot be placed.
    """

    record: Record
    source: str
    event_id: UUID
    stream: str | None
    sequence: int | None
    type: str | None
    envelope: Envelope | None
    fault: str | None


def headers_of(envelope: Envelope, *, content_type: str = JSON_TYPE) -> dict[str, str]:
    """The headers of an event. `traceparent` is the hop's, `ce_traceparent` the origin's."""
    attributes: dict[str, str | None] = {
        "ce_specversion": SPECVERSION,
        "ce_id": str(envelope.id),
        "ce_source": envelope.source,
        "ce_type": envelope.type,
        "ce_time": instant_text(envelope.time),
        "ce_recordedtime": instant_text(envelope.recordedtime),
        "ce_subject": envelope.subject,
        # The key of an answer is the sender's own id, which is not of this envelope.
        "ce_partitionkey": envelope.subject if envelope.sequence else None,
        "ce_correlationid": str(envelope.correlationid),
        "ce_causationid": str(envelope.causationid) if envelope.causationid else None,
        "ce_sequence": f"{envelope.sequence:0{SEQUENCE_WIDTH}d}" if envelope.sequence else None,
        "ce_dataschema": f"urn:vigil:schema:{envelope.type}",
        "ce_dataclassification": envelope.dataclassification,
        "ce_synthetic": "true" if envelope.synthetic else None,
        "ce_traceparent": envelope.origin or envelope.traceparent,
        "content-type": content_type,
        "traceparent": envelope.traceparent,
    }
    return {name: value for name, value in attributes.items() if value is not None}


def shared_headers_of(envelope: Envelope) -> dict[str, str]:
    """The headers of what leaves for a region: its key, and nothing of where the work began."""
    headers = headers_of(envelope) | {"ce_partitionkey": envelope.subject}
    return {name: value for name, value in headers.items() if name != "ce_traceparent"}


def text_headers(headers: Headers) -> tuple[dict[str, str], str | None]:
    """The readable headers, and the code of the first thing wrong with any of them.

    A header that no one asked for is left out when it is null or unreadable; one of the attributes
    is a fault. Of two with one name the attributes' first counts and the second is a fault.
    """
    read: dict[str, str] = {}
    fault: str | None = None
    for name, value in headers:
        ours = name.startswith("ce_") or name in ("content-type", "traceparent")
        if not ours:
            continue
        problem = _header_problem(name, value, read)
        if problem:
            # A broken trace context loses its trace, never the event.
            fault = fault or (None if name in ("traceparent", "ce_traceparent") else problem)
        elif value is not None:
            read[name] = value.decode()
    return read, fault


def _header_problem(name: str, value: bytes | None, read: dict[str, str]) -> str | None:
    if value is None:
        return "header_null"
    if len(value) > MAX_HEADER_BYTES:
        return "header_too_large"
    if name in read:
        return "header_twice"
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return "header_not_utf8"
    return None if text.isprintable() else "header_not_printable"


def read_inside(record: Record, service: str) -> Incoming:
    """Reads a record of a topic that only `service` may write."""
    headers, fault = text_headers(record.headers)
    stream = headers.get("ce_subject", "")
    placed = stream if _STREAM.match(stream) else None
    sequence = _number(headers.get("ce_sequence"))
    event_id = _uuid(headers.get("ce_id"))
    type_ = headers.get("ce_type", "")
    fault = fault or _misplaced(record, headers, service, placed)
    envelope: Envelope | None = None
    if fault is None:
        envelope, fault = _envelope(headers)
    return Incoming(
        record=record,
        source=source_of(service),
        event_id=event_id or uuid5(NAMESPACE, f"{record.topic}|{record.partition}|{record.offset}"),
        stream=placed,
        sequence=sequence,
        type=type_ if _TYPE.match(type_) and len(type_) <= 200 else None,
        envelope=envelope,
        fault=fault,
    )


def _misplaced(
    record: Record, headers: dict[str, str], service: str, stream: str | None
) -> str | None:
    type_ = headers.get("ce_type", "")
    known = event_type(type_)
    checks = {
        "specversion_not_supported": headers.get("ce_specversion") == SPECVERSION,
        "subject_unreadable": stream is not None,
        "id_unreadable": _uuid(headers.get("ce_id")) is not None,
        "sequence_unreadable": _number(headers.get("ce_sequence")) is not None,
        "type_unreadable": bool(_TYPE.match(type_)),
        "source_mismatch": headers.get("ce_source") == source_of(service),
        "type_not_of_this_topic": type_ == VOIDED or known is None or known.topic == record.topic,
        "key_mismatch": record.key is None or record.key == (stream or "").encode(),
    }
    return next((code for code, holds in checks.items() if not holds), None)


def _envelope(headers: dict[str, str]) -> tuple[Envelope | None, str | None]:
    attributes: dict[str, object] = {
        name.removeprefix("ce_"): value for name, value in headers.items() if name[:3] == "ce_"
    }
    attributes["origin"] = _trace_context(headers.get("ce_traceparent"))
    attributes["traceparent"] = _trace_context(headers.get("traceparent"))
    try:
        return Envelope.model_validate(attributes), None
    except ValidationError as error:
        where = error.errors(include_input=False, include_url=False)[0]["loc"]
        return None, f"{where[0]}_unreadable" if where else "envelope_unreadable"


def _trace_context(text: str | None) -> str | None:
    return text if text and _TRACEPARENT.match(text) else None


def _number(text: str | None) -> int | None:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 18:
        return None
    return int(text) or None


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text and len(text) == 36 else None
    except ValueError:
        return None


def instant_of(text: str) -> datetime | None:
    """An instant with offset, or None."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None
