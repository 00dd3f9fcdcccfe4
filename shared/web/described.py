"""What the OpenAPI document says of a route beside what its signature says.

Bodies are read by hand, within bounds, and refusals carry codes: a route states both here, in the
keyword arguments that it gives to its decorator. Codes are grouped by who may give them, by status.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, Literal

from pydantic import TypeAdapter
from starlette.responses import Response

from shared.contracts.json_schema import refined
from shared.web.problem import MEDIA_TYPE, TITLES

Codes = Mapping[int, Sequence[str]]
Part = dict[str, Any]

JSON = "application/json"
SCHEMAS = "#/components/schemas/"
BEARER = "machineCaller"
_NAME = SCHEMAS + "{model}"


def _codes(codes: dict[int, Sequence[str]]) -> Codes:
    return MappingProxyType(codes)


ANY = _codes({500: ["unexpected"]})
CALLER = _codes(
    {
        401: ["unauthenticated"],
        403: ["organisation_not_allowed", "synthetic_system"],
        503: ["not_available"],
    }
)
PARAMETERS = _codes({422: ["not_valid"]})
BODY = _codes(
    {
        400: ["content_length_invalid", "body_incomplete"],
        408: ["too_slow"],
        413: ["too_large"],
        415: ["content_type_refused", "content_encoding_refused"],
    }
)
JSON_OBJECT = _codes(
    {
        400: [
            "not_utf8",
            "empty",
            "too_deep",
            "not_json",
            "not_an_object",
            "duplicate_key",
            "nul_character",
            "lone_surrogate",
            "not_finite",
            "number_too_long",
        ],
        422: ["not_valid"],
    }
)
GONE = _codes({410: ["case_erased"]})
WRITES = _codes({503: ["not_available", "writes_stopped", "store_behind", "store_not_compared"]})
ONCE = _codes({400: ["idempotency_key_required", "idempotency_key_invalid"]})
SEEN = _codes({412: ["version_changed"], 428: ["if_match_required"]})

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": (
        "Yours, new for each thing you do. The same key with the same content gets the same answer"
        " again and changes nothing; with other content it is refused."
    ),
    "schema": {"type": "string", "pattern": "^[\\x21-\\x7e]{1,255}$"},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag with which you saw it last. If it has changed since, read it again.",
    "schema": {"type": "string", "pattern": '^"?[0-9]{1,9}"?$'},
}
_HEADERS: Mapping[int, Part] = {
    401: {"WWW-Authenticate": {"schema": {"const": "Bearer"}}},
    503: {
        "Retry-After": {
            "description": "Seconds to wait before the same is sent again.",
            "schema": {"type": "integer", "minimum": 0},
        }
    },
}
_ETAG = {"ETag": {"description": "The version of what is shown.", "schema": {"type": "string"}}}
_LOCATION = {"Location": {"description": "Where to ask later.", "schema": {"type": "string"}}}


def described(
    summary: str,
    *groups: Codes,
    gives: Any = None,
    gives_as: str = JSON,
    status: int = 200,
    also: int | None = None,
    reads: Any = None,
    content_type: str = JSON,
    once: bool = False,
    seen: bool = False,
    etag: bool = False,
    location: bool = False,
) -> Part:
    """Keyword arguments for the decorator of a route that machine callers use.

    `groups`: which codes it may give, by status. `gives`: the type of a good answer, where the
    signature does not tell it, or for `gives_as` another form than JSON the words for what it is;
    `also`: a second status with the same answer. `reads`: the type of a body that is read by hand.
    `once`: an idempotency key is required; `seen`: the version seen.
    """
    groups = (ANY, CALLER, *groups, *((ONCE,) if once else ()), *((SEEN,) if seen else ()))
    responses: dict[int, Part] = problems(*groups)
    headers = (_ETAG if etag else {}) | (_LOCATION if location else {})
    answer: Part = {"headers": headers} if headers else {}
    if gives is not None:
        whole = {"type": "string", "contentMediaType": gives_as, "description": gives}
        shape = _schema(gives, "serialization") if gives_as == JSON else whole
        answer |= {"content": {gives_as: {"schema": shape}}}
    responses |= {
        each: {"description": _GOOD[each], **answer} for each in (status, also) if each is not None
    }
    parameters = ([_IDEMPOTENCY_KEY] if once else []) + ([_IF_MATCH] if seen else [])
    extra: Part = {"security": [{BEARER: []}]}
    if parameters:
        extra["parameters"] = parameters
    if reads is not None:
        body = {content_type: {"schema": _schema(reads, "validation")}}
        extra["requestBody"] = {"required": True, "content": body}
    said: Part = {"summary": summary, "responses": responses, "openapi_extra": extra}
    said |= {"status_code": status} if status != 200 else {}
    said |= {"response_model": None} if gives is not None else {}
    return said | ({"response_class": Response} if gives_as != JSON else {})


_GOOD = {200: "Done or shown", 201: "Made", 202: "Taken in"}


def problems(*groups: Codes) -> dict[int, Part]:
    """One answer for each status, naming every code that comes with it."""
    found: dict[int, list[str]] = {}
    for group in groups:
        for status, codes in group.items():
            held = found.setdefault(status, [])
            held += [code for code in codes if code not in held]
    return {status: _problem(status, found[status]) for status in sorted(found)}


def _problem(status: int, codes: Sequence[str]) -> Part:
    kinds = {"enum": [f"urn:vigil:problem:{code}" for code in codes]}
    schema = {"allOf": [{"$ref": f"{SCHEMAS}Problem"}, {"properties": {"type": kinds}}]}
    answer: Part = {
        "description": f"{TITLES[status]}: {', '.join(f'`{code}`' for code in codes)}",
        "content": {MEDIA_TYPE: {"schema": schema}},
    }
    return answer | ({"headers": _HEADERS[status]} if status in _HEADERS else {})


@cache
def _schema(shape: Any, mode: Literal["validation", "serialization"]) -> Part:
    """With its parts in `$defs`, which the document moves to its components."""
    schema: Part = refined(TypeAdapter(shape).json_schema(ref_template=_NAME, mode=mode))
    return schema
