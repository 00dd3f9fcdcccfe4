"""The schemas say what the classes read, and inside Vigil nobody can write a name into an event."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.contracts.catalogue import EVENT_TYPES, REPLY_TYPES, REPORT_SUBMITTED, VOIDED
from shared.contracts.generate import HERE, committed, generated
from shared.contracts.json_schema import INSIDE_MODELS, MODELS
from shared.contracts.region_topics import SHARED_TYPES
from shared.contracts.sent_in import SENT_IN
from tests.contracts.committed import example, faults, schema

SCALARS = {"integer", "number", "boolean", "null"}
FORMATS_OF_THIN_TEXT = {"uuid", "date", "date-time"}
TYPED_BY_A_PERSON = ("Sample Child One", "14 Sample Street", "Ñandú", "sample\nchild", "x" * 300)
"""A code form refuses at least what has spaces or lines, what is long, and what is not ASCII."""


def test_schemas_and_documents_are_those_of_the_classes() -> None:
    files = generated()
    drifted = [
        path
        for path, text in files.items()
        if not (HERE / path).exists() or (HERE / path).read_text(encoding="utf-8") != text
    ]
    gone = sorted(committed() - files.keys())
    assert not drifted, f"{drifted} differ from the classes: run `make contracts`, read the diff"
    assert not gone, f"{gone} belong to nothing in the catalogue: run `make contracts`"


def test_generating_twice_gives_the_same_text() -> None:
    assert generated() == generated()


def test_every_type_that_travels_has_a_schema() -> None:
    types = {row.type for row in EVENT_TYPES} | REPLY_TYPES.keys() | {VOIDED}
    assert types | SHARED_TYPES.keys() | SENT_IN.keys() == MODELS.keys()


@pytest.mark.parametrize("type_", MODELS)
def test_a_schema_is_valid_and_named_as_the_header_names_it(type_: str) -> None:
    document = schema(type_)
    Draft202012Validator.check_schema(document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"] == f"urn:vigil:schema:{type_}"


@pytest.mark.parametrize("type_", [*INSIDE_MODELS, *SHARED_TYPES])
def test_an_inside_event_has_no_room_for_free_text(type_: str) -> None:
    free = list(_free_text(schema(type_), "$"))
    assert not free, f"{type_}: {free} could carry a name; use a code, an enumeration or an id"


@pytest.mark.parametrize("type_", [*INSIDE_MODELS, *SHARED_TYPES])
def test_an_inside_event_may_get_optional_members_within_its_version(type_: str) -> None:
    data = example(type_)["data"] | {"added_by_a_later_producer": 1}
    assert not faults(schema(type_), data)
    MODELS[type_].model_validate(data)


def test_a_report_with_an_unknown_member_does_not_fit() -> None:
    document, data = schema(REPORT_SUBMITTED), example(REPORT_SUBMITTED)["data"]
    assert faults(document, data | {"mood": "calm"})
    child = data["children"][0] | {"nickname": "Sample"}
    assert faults(document, data | {"children": [child]})


def test_free_text_would_be_found() -> None:
    """The allow-list itself can fail."""
    for part in (
        {"type": "string"},
        {"type": "string", "maxLength": 40},
        {"type": "string", "pattern": "^[A-Z].*$"},
        {"type": "string", "pattern": "[A-Z]{3}"},
        {"type": "string", "format": "email"},
        {"anyOf": [{"type": "null"}, {"type": "string"}]},
        {"type": "array"},
        {"type": "array", "items": {"type": "string"}},
        {"type": "object"},
        {"type": "object", "additionalProperties": {"type": "integer"}},
        {},
    ):
        assert list(_free_text({"type": "object", "properties": {"field": part}}, "$")), part


def _free_text(part: dict[str, Any], where: str) -> Iterator[str]:
    """Places whose values are not held to a form. What is not understood counts as free."""
    for name, definition in part.get("$defs", {}).items():
        yield from _free_text(definition, f"{where}/$defs/{name}")
    if "$ref" in part or "enum" in part or "const" in part:
        return
    alternatives = part.get("anyOf", [])
    for alternative in alternatives:
        yield from _free_text(alternative, where)
    kind = part.get("type")
    if kind == "string":
        if not _is_code_form(part):
            yield where
    elif kind == "array":
        yield from _free_text(part.get("items", {}), f"{where}[]")
    elif kind == "object":
        yield from _free_members(part, where)
    elif kind not in SCALARS and not alternatives:
        yield where


def _free_members(part: dict[str, Any], where: str) -> Iterator[str]:
    named, patterned = part.get("properties", {}), part.get("patternProperties", {})
    closed = part.get("additionalProperties") is False
    if not named and not (patterned and closed):
        yield f"{where} (names of members)"
    if isinstance(part.get("additionalProperties"), dict):
        yield f"{where} (other members)"
    for name, member in named.items():
        yield from _free_text(member, f"{where}.{name}")
    for pattern, member in patterned.items():
        if not _refuses_prose(pattern):
            yield f"{where} (names like {pattern})"
        yield from _free_text(member, f"{where}.*")


def _is_code_form(part: dict[str, Any]) -> bool:
    if part.get("format") in FORMATS_OF_THIN_TEXT:
        return True
    return "pattern" in part and _refuses_prose(part["pattern"])


def _refuses_prose(pattern: str) -> bool:
    whole = pattern.startswith("^") and pattern.endswith("$")
    return whole and not any(re.search(pattern, text) for text in TYPED_BY_A_PERSON)
