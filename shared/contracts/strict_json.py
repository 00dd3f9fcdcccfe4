"""The strict reading of JSON at the trust boundary: bounded, unambiguous, and never echoed."""

import json
import math
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.contracts.fault_codes import code_of

M = TypeVar("M", bound=BaseModel)

MAX_BYTES = 262_144
MAX_DEPTH = 32
MAX_NUMBER_LENGTH = 40
MAX_FAULTS = 50
HIDDEN = "*"
"""Stands in a pointer for a name the sender invented, which may itself be personal."""

# Possessive quantifiers: each byte is looked at once, an unterminated string included.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


class BadJson(Exception):
    """The body is not one well-formed JSON object within the bounds.

    `code` is one of not_utf8, empty, too_large, too_deep, not_json, not_an_object,
    duplicate_key, nul_character, lone_surrogate, not_finite, number_too_long.
    """

    def __init__(self, code: str, pointer: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.pointer = pointer


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One refused field: a JSON pointer (RFC 6901) and a stable code, never a value."""

    pointer: str
    code: str


class Invalid(Exception):
    """The object does not fit the model. Carries no text of pydantic, which may quote values."""

    def __init__(self, faults: list[FieldFault]) -> None:
        super().__init__("invalid")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class _Flaw:
    """Takes the place of a value that cannot stand, until its pointer is known."""

    code: str


def parse(
    body: bytes,
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
    names: Collection[str] = (),
) -> dict[str, Any]:
    """The JSON object (RFC 8259, UTF-8 without byte order mark) in `body`, or BadJson.

    The depth is counted by one pass over the bytes before anything is built. Pointers of
    errors show the member names given in `names`; any other is replaced by `*`.
    """
    text = _decoded(body, max_bytes)
    _refuse_depth(body, max_depth)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=lambda _: _Flaw("not_finite"),
            parse_int=_integer,
            parse_float=_decimal,
        )
    except ValueError:
        raise BadJson("not_json") from None
    for segments, flaw in _flaws(value, ()):
        raise BadJson(flaw, pointer_of(segments, names))
    if not isinstance(value, dict):
        raise BadJson("not_an_object")
    return value


def validate(model: type[M], value: dict[str, Any]) -> M:
    """`value` as a `model`, by its own strict rules for JSON; raises Invalid."""
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError as error:
        names = field_names(model)
        found = error.errors(include_url=False, include_context=False, include_input=False)
        faults = [FieldFault(pointer_of(e["loc"], names), code_of(e["type"])) for e in found]
    raise Invalid(_without_echoes(faults)[:MAX_FAULTS])


def _without_echoes(faults: list[FieldFault]) -> list[FieldFault]:
    """A list whose members were refused is not too short as well, though pydantic says so."""
    refused = tuple(fault.pointer for fault in faults)
    return [
        fault
        for fault in faults
        if fault.code != "too_few"
        or not any(pointer.startswith(fault.pointer + "/") for pointer in refused)
    ]


def pointer_of(segments: Collection[str | int], names: Collection[str]) -> str:
    """JSON pointer of the path; a segment that is neither an index nor in `names` is hidden."""
    shown = (str(s) if isinstance(s, int) or s in names else HIDDEN for s in segments)
    return "".join("/" + s.replace("~", "~0").replace("/", "~1") for s in shown)


@cache
def field_names(model: type[BaseModel]) -> frozenset[str]:
    """Every member name the model declares, at any depth."""
    return frozenset(_declared(model.model_json_schema()))


def _declared(schema: dict[str, Any]) -> Iterator[str]:
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {})


def _decoded(body: bytes, max_bytes: int) -> str:
    if len(body) > max_bytes:
        raise BadJson("too_large")
    if not body.strip():
        raise BadJson("empty")
    # A zero byte among the first four is UTF-16 or UTF-32 without a mark.
    if body.startswith(_BYTE_ORDER_MARKS) or b"\x00" in body[:4]:
        raise BadJson("not_utf8")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJson("not_utf8") from None


def _refuse_depth(body: bytes, max_depth: int) -> None:
    depth = 0
    for token in _TOKEN.finditer(body):
        first = body[token.start()]
        if first in b"[{":
            depth += 1
            if depth > max_depth:
                raise BadJson("too_deep")
        elif first in b"]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        members[name] = _Flaw("duplicate_key") if name in members else value
    return members


def _integer(digits: str) -> int | _Flaw:
    return int(digits) if len(digits) <= MAX_NUMBER_LENGTH else _Flaw("number_too_long")


def _decimal(digits: str) -> float | _Flaw:
    if len(digits) > MAX_NUMBER_LENGTH:
        return _Flaw("number_too_long")
    number = float(digits)
    return number if math.isfinite(number) else _Flaw("not_finite")


def _flaws(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, _Flaw):
        yield path, value.code
    elif isinstance(value, str):
        yield from ((path, code) for code in _text_flaws(value))
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from (((*path, name), code) for code in _text_flaws(name))
            yield from _flaws(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _flaws(member, (*path, index))


def _text_flaws(text: str) -> Iterator[str]:
    if "\x00" in text:
        yield "nul_character"
    if _SURROGATE.search(text):
        yield "lone_surrogate"
