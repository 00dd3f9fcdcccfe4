"""Looks at every answer that a test's client gets: is it one that the service's document names?"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator

SERVICES = Path(__file__).parents[2] / "services"
Part = dict[str, Any]


@cache
def document(service: str) -> Part:
    """As it is committed."""
    return dict(json.loads((SERVICES / service / "openapi.json").read_text(encoding="utf-8")))


def as_described(service: str) -> dict[str, list[Any]]:
    """Hooks of a client: whatever that service answers has to be described, members and all."""

    async def look(response: httpx.Response) -> None:
        operation = _operation(service, response.request)
        if operation is not None:
            await response.aread()
            assert not (faults := undescribed(service, operation, response)), faults

    return {"response": [look]}


def undescribed(service: str, operation: Part, response: httpx.Response) -> list[str]:
    """What the document does not say of this answer; never a value of it."""
    at = f"{operation['operationId']} answered {response.status_code}"
    said = operation["responses"].get(str(response.status_code))
    if said is None:
        return [f"{at}, which is not described: {response.text[:80]}"]
    said = _followed(service, said)
    absent = [name for name in said.get("headers", {}) if name not in response.headers]
    found = [f"{at} without {name}" for name in absent]
    if "content" in said:
        media_type = response.headers.get("content-type", "").partition(";")[0]
        if media_type not in said["content"]:
            return [*found, f"{at} as {media_type}"]
        schema = said["content"][media_type]["schema"]
        if not media_type.endswith("json"):
            return found
        found += [f"{at}: {fault}" for fault in faults(service, schema, response.json())]
    return found


def faults(service: str, schema: Part, value: object) -> list[str]:
    """Where a value does not fit a schema of the document."""
    whole = {"components": _closed(service), "allOf": [schema]}
    errors = Draft202012Validator(whole).iter_errors(value)
    return [f"{error.json_path} ({error.validator}): {error.message[:200]}" for error in errors]


@cache
def _closed(service: str) -> Part:
    """The components, with every member that is not named forbidden: an answer may say more to
    those who come later, but not more than its own document."""
    parts: Part = json.loads(json.dumps(document(service)["components"]))
    for name, schema in parts["schemas"].items():
        if "properties" in schema and name != "Problem":
            schema.setdefault("additionalProperties", False)
    return parts


def _operation(service: str, request: httpx.Request) -> Part | None:
    """None for an address that is none of its routes for machines. What is named in a path wins
    over what stands there as a parameter."""
    found = [
        template
        for template in document(service)["paths"]
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), request.url.path)
    ]
    if not found:
        return None
    operation: Part | None = document(service)["paths"][
        min(found, key=lambda each: each.count("{"))
    ].get(request.method.lower())
    return operation


def _followed(service: str, part: Part) -> Part:
    if "$ref" not in part:
        return part
    at: Any = document(service)
    for step in part["$ref"].removeprefix("#/").split("/"):
        at = at[step]
    return dict(at)
