"""The JSON Schema of the headers of a record: CloudEvents 1.0 in Kafka's binary mode."""

from typing import Any, get_args

from shared.contracts.envelope import SEQUENCE_WIDTH, Classification
from shared.contracts.json_schema import JsonSchema, schema_id
from shared.contracts.wire import JSON_TYPE, SPECVERSION

SEALED_TYPE = "application/jose"
"""Of a report on its way in: a compact JWE whose content is the JSON."""

_UUID: JsonSchema = {"type": "string", "format": "uuid"}
_INSTANT: JsonSchema = {"type": "string", "format": "date-time"}
_STREAM: JsonSchema = {"type": "string", "pattern": r"^[a-z]+/[A-Za-z0-9._-]{1,190}$"}
_TRACE: JsonSchema = {"type": "string", "pattern": r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"}


def inside_headers(type_: str, source: str) -> JsonSchema:
    """Of an event that a service writes for the others; `source` as `/vigil/intake`."""
    required = _written_by_vigil(type_, source) | {
        "ce_partitionkey": _STREAM | {"description": "The record's key."},
        "ce_sequence": {
            "type": "string",
            "pattern": f"^[0-9]{{{SEQUENCE_WIDTH},18}}$",
            "description": "Number among all events of (source, subject), from 1 without gaps.",
        },
    }
    optional = {
        "ce_causationid": _UUID | {"description": "The event that brought this one about."},
        "ce_synthetic": {"const": "true", "description": "Nobody is behind this case."},
    }
    return _object(required, optional | _traces())


def reply_headers(type_: str, source: str) -> JsonSchema:
    """Of an answer to a sending system: no number, no cause, never a case id."""
    return _object(_written_by_vigil(type_, source), _traces())


def shared_headers(type_: str, source: str) -> JsonSchema:
    """Of what a region is told: no number, no cause, no trace but its own; `ce_time` is when it
    was released and not when it happened."""
    required = _written_by_vigil(type_, source) | {
        "ce_partitionkey": _STREAM | {"description": "The record's key."},
        "ce_time": _INSTANT | {"description": "When it was released, with others."},
        "ce_recordedtime": _INSTANT | {"description": "The same."},
        "ce_subject": _STREAM | {"description": "The reference that it is about, or the region."},
        "ce_correlationid": _UUID | {"description": "The same reference."},
    }
    optional = {
        "ce_synthetic": {"const": "true", "description": "Nobody is behind this case."},
        "traceparent": _TRACE | {"description": "A trace of its own that leads nowhere else."},
    }
    return _object(required, optional)


def sent_in_headers(type_: str) -> JsonSchema:
    """Of what a sending system writes: its source names the organisation and itself."""
    required: JsonSchema = {
        "ce_specversion": {"const": SPECVERSION},
        "ce_id": _UUID | {"description": "The sender's own id of what it says."},
        "ce_source": {"type": "string", "pattern": r"^/org/[A-Za-z0-9._-]+/[a-z0-9-]+$"},
        "ce_type": {"const": type_},
        "content-type": {"const": SEALED_TYPE},
    }
    return _object(required, {"ce_time": _INSTANT, "traceparent": _TRACE})


def _written_by_vigil(type_: str, source: str) -> JsonSchema:
    return {
        "ce_specversion": {"const": SPECVERSION},
        "ce_id": _UUID,
        "ce_source": {"const": source},
        "ce_type": {"const": type_},
        "ce_time": _INSTANT | {"description": "When it happened."},
        "ce_recordedtime": _INSTANT | {"description": "When the producer wrote it down."},
        "ce_subject": _STREAM | {"description": "The stream."},
        "ce_correlationid": _UUID | {"description": "The case; outside a case, of the stream."},
        "ce_dataschema": {"const": schema_id(type_)},
        "ce_dataclassification": {"enum": list(get_args(Classification))},
        "content-type": {"const": JSON_TYPE},
    }


def _traces() -> dict[str, Any]:
    return {
        "traceparent": _TRACE | {"description": "W3C trace context of this hop."},
        "ce_traceparent": _TRACE | {"description": "Where the work began."},
    }


def _object(required: JsonSchema, optional: JsonSchema) -> JsonSchema:
    return {"type": "object", "required": sorted(required), "properties": required | optional}
