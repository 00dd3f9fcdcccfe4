"""The OpenAPI 3.1 document of a service, made from its routes; the same text every time."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from shared.contracts.json_schema import refined
from shared.web.described import BEARER, SCHEMAS, Part

VERSION = "1.0.0"
"""Of what machines are answered, as in the paths: only optional members are added to it."""

WHAT_IT_DOES = {
    "intake": (
        "Takes in reports of serious incidents, and what the authority that owns a case says and"
        " decides about it."
    ),
    "rapid_review_timer": (
        "Counts the statutory clocks of a case, explains each, and keeps the steps of its rapid"
        " review and of the local review after it."
    ),
    "panel_notification": "Shows the notices of a case, and takes their recipients' receipts.",
    "reporting": "Shows the journey of a case: what happened, who was told, which clocks run.",
}
_FIRST_PROBLEM = 400
_HOW_IT_ANSWERS = (
    "Each request carries a new token (see the security scheme). Every refusal is a problem"
    " document (RFC 9457) whose `type` ends in a stable code; it never repeats a value that was"
    " sent. Bodies are strict: unknown members are refused. In answers ignore members you do not"
    " know: a later version may add some. Instants are in UTC, dates are dates in Europe/London."
    " After 503 send the same again, with the same id or key."
)
_BEARER_SAYS = (
    "A JWT signed with ES256 by the key registered for the calling system, good once: `iss` the"
    " system, `sub` the organisation it speaks for in this call, `aud` this service ({service}),"
    " `exp` at most 300 seconds ahead, `iat`, `jti`; `kid` in its header."
)
_PROBLEM: Part = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `errors` names each place (a JSON pointer) with its own code.",
    "required": ["type", "title", "status", "detail", "instance", "traceId", "errors"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:vigil:problem:[A-Za-z0-9_]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "traceId": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code"],
                "properties": {"pointer": {"type": "string"}, "code": {"type": "string"}},
            },
        },
    },
}


class DescribedApp(FastAPI):
    """Gives at /openapi.json the document that is committed beside its service."""

    def __init__(self, service: str, **settings: Any) -> None:
        super().__init__(docs_url=None, redoc_url=None, **settings)
        self.service = service

    def openapi(self) -> Part:
        if self.openapi_schema is None:
            self.openapi_schema = document_of(self.service, self)
        return self.openapi_schema


class Absent:
    """Stands for what a route works with, where routes are described and never called."""

    def __getattr__(self, name: str) -> "Absent":
        if name.startswith("__"):
            raise AttributeError(name)
        return self


ABSENT: Any = Absent()


def document_of(service: str, app: FastAPI) -> Part:
    """Of the routes of an application. Names no server: where a service stands is not its shape.

    Raises ValueError if two different shapes have one name."""
    document: Part = refined(
        get_openapi(title=f"Vigil: {service.replace('_', ' ')}", version=VERSION, routes=app.routes)
    )
    document["info"]["description"] = f"{WHAT_IT_DOES[service]}\n\n{_HOW_IT_ANSWERS}"
    schemas: Part = document.setdefault("components", {}).setdefault("schemas", {})
    for holder in list(_holders(document["paths"])):
        _move(holder.pop("$defs"), schemas)
        if "title" in holder and holder.get("type") == "object":
            whole = dict(holder)
            holder.clear()
            holder["$ref"] = SCHEMAS + str(whole["title"])
            _move({str(whole["title"]): whole}, schemas)
    _move({"Problem": _PROBLEM}, schemas)
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    document["components"]["responses"] = _said_once(document["paths"])
    document["components"]["securitySchemes"] = {
        BEARER: {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": _BEARER_SAYS.format(service=service),
        }
    }
    return document


def _holders(part: Any) -> Iterator[Part]:
    """The schemas that hold their own parts, or could be named."""
    for each in _parts(part):
        schema = each.get("schema")
        if isinstance(schema, dict) and ("$defs" in schema or "title" in schema):
            schema.setdefault("$defs", {})
            yield schema


def _said_once(paths: Part) -> Part:
    """Problems that are the same wherever their status is given, moved out of the operations."""
    uses: dict[str, list[Part]] = {}
    for operations in paths.values():
        for operation in operations.values():
            for status in operation["responses"]:
                uses.setdefault(status, []).append(operation["responses"])
    found = {}
    for status, held in sorted(uses.items()):
        same = all(responses[status] == held[0][status] for responses in held)
        if same and len(held) > 1 and int(status) >= _FIRST_PROBLEM:
            name = f"Problem{status}"
            found[name] = held[0][status]
            for responses in held:
                responses[status] = {"$ref": f"#/components/responses/{name}"}
    return found


def _parts(part: Any) -> Iterator[Part]:
    if isinstance(part, dict):
        yield part
        for each in list(part.values()):
            yield from _parts(each)
    elif isinstance(part, list):
        for each in part:
            yield from _parts(each)


def _move(parts: Part, schemas: Part) -> None:
    for name, schema in parts.items():
        if schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two different shapes are called {name}")
