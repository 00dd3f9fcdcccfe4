"""The committed schemas and examples, as somebody without our code would use them."""

import json
from datetime import datetime
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from shared.contracts.catalogue import event_type
from shared.contracts.generate import HERE
from shared.contracts.wire import Record

FORMATS = FormatChecker(["uuid", "date", "time"])


@FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def read(path: str) -> Any:
    return json.loads((HERE / path).read_text(encoding="utf-8"))


def schema(type_: str) -> dict[str, Any]:
    return dict(read(f"schemas/{type_}.json"))


def example(type_: str) -> dict[str, Any]:
    return dict(read(f"examples/{type_}.json"))


def faults(schema_: dict[str, Any], value: object) -> list[str]:
    """Where and why a value does not fit, as somebody else's validator sees it."""
    validator = Draft202012Validator(schema_, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def record_of(example_: dict[str, Any], topic: str = "") -> Record:
    """The example as it lies on the topic of its type."""
    row = event_type(example_["headers"]["ce_type"])
    return Record(
        topic=topic or (row.topic if row else "event.voided"),
        partition=1,
        offset=4711,
        key=example_["key"].encode(),
        headers=tuple((name, value.encode()) for name, value in example_["headers"].items()),
        value=json.dumps(example_["data"], separators=(",", ":")).encode(),
    )


def writer_of(example_: dict[str, Any]) -> str:
    """The service that wrote it."""
    return str(example_["headers"]["ce_source"]).rpartition("/")[2]
