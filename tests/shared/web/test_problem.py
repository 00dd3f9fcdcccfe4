"""A refused request gets a problem document that says what is wrong and repeats nothing."""

from typing import Annotated
from uuid import UUID

import httpx
import pytest
import structlog
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Message, Receive, Scope, Send

from shared.contracts.strict_json import BadJson, FieldFault, Invalid
from shared.web.problem import Problem, UnexpectedErrors, install_problem_handlers

MARKER = "Sample-Child-One"
CASE = "19dba115-c6ff-4fd5-a3fe-800f5d010f96"


class Wanted(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    count: Annotated[int, Field(ge=1)]


def application() -> FastAPI:
    app = FastAPI()
    install_problem_handlers(app)

    @app.get("/v1/cases/{case}/children/{name}")
    async def refused(case: UUID, name: str) -> None:
        faults = [FieldFault("/children/0", "required")]
        raise Problem("open_candidates", 409, errors=faults, headers={"Retry-After": "5"})

    @app.post("/v1/things")
    async def typed(wanted: Wanted, limit: int = 1) -> dict[str, int]:
        return {"count": wanted.count + limit}

    @app.get("/v1/json/{code}")
    async def bad_json(code: str) -> None:
        raise BadJson(code)

    @app.get("/v1/invalid")
    async def invalid() -> None:
        raise Invalid([FieldFault("/outcome", "not_in_list")])

    @app.get("/v1/broken")
    async def broken() -> None:
        raise ValueError(MARKER)

    @app.get("/v1/teapot")
    async def teapot() -> None:
        raise HTTPException(418, MARKER, headers={"X-Echo": MARKER})

    return app


async def ask(method: str, path: str, **more: object) -> httpx.Response:
    transport = httpx.ASGITransport(app=application())
    async with httpx.AsyncClient(transport=transport, base_url="http://vigil") as client:
        return await client.request(method, path, **more)  # type: ignore[arg-type]


async def test_a_problem_has_every_field_and_hides_the_query_and_typed_parameters() -> None:
    answer = await ask("GET", f"/v1/cases/{CASE}/children/{MARKER}?name={MARKER}")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "5"
    document = answer.json()
    assert len(document.pop("traceId")) == 32
    assert document == {
        "type": "urn:vigil:problem:open_candidates",
        "title": "Conflict",
        "status": 409,
        "detail": "Conflict",
        "instance": f"/v1/cases/{CASE}/children/*",
        "errors": [{"pointer": "/children/0", "code": "required"}],
    }


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "instance"),
    [
        ("GET", f"/v1/{MARKER}?q={MARKER}", 404, "not_found", "/"),
        ("DELETE", "/v1/things", 405, "method_not_allowed", "/v1/things"),
        ("GET", "/v1/json/not_utf8", 400, "not_utf8", "/v1/json/*"),
        ("GET", "/v1/json/too_large", 413, "too_large", "/v1/json/*"),
        ("GET", "/v1/invalid", 422, "not_valid", "/v1/invalid"),
        ("GET", "/v1/broken", 500, "unexpected", "/v1/broken"),
        ("GET", "/v1/teapot", 418, "refused", "/v1/teapot"),
    ],
)
async def test_every_refusal_has_its_code(
    method: str, path: str, status: int, code: str, instance: str
) -> None:
    answer = await ask(method, path)
    document = answer.json()
    assert (answer.status_code, document["status"]) == (status, status)
    assert document["type"] == f"urn:vigil:problem:{code}"
    assert document["instance"] == instance
    assert MARKER not in answer.text
    assert MARKER not in str(answer.headers)


async def test_the_allowed_methods_are_told() -> None:
    assert (await ask("DELETE", "/v1/things")).headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"count": MARKER}, [{"pointer": "/body/count", "code": "not_a_whole_number"}]),
        ({"count": 0}, [{"pointer": "/body/count", "code": "out_of_range"}]),
        ({"count": 1, MARKER: 1}, [{"pointer": "/body/*", "code": "unknown_field"}]),
        ({"count": 1, "smith": 1}, [{"pointer": "/body/*", "code": "unknown_field"}]),
        ({}, [{"pointer": "/body/count", "code": "required"}]),
    ],
)
async def test_a_body_the_framework_refuses_is_not_echoed(
    body: dict[str, object], errors: list[dict[str, str]]
) -> None:
    answer = await ask("POST", "/v1/things", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == errors
    assert MARKER not in answer.text


async def test_a_refused_query_parameter_is_named_but_not_its_value() -> None:
    answer = await ask("POST", f"/v1/things?limit={MARKER}", json={"count": 1})
    assert answer.json()["errors"] == [{"pointer": "/query/limit", "code": "not_a_whole_number"}]
    assert MARKER not in answer.text


async def test_an_unexpected_error_is_logged_by_type_and_place_only() -> None:
    with structlog.testing.capture_logs() as lines:
        answer = await ask("GET", "/v1/broken")
    assert [line["error"] for line in lines] == ["ValueError"]
    assert lines[0]["at"].startswith("test_problem.py:")
    assert lines[0]["trace_id"] == answer.json()["traceId"]
    assert MARKER not in str(lines)


async def test_an_error_after_the_answer_began_is_logged_and_nothing_is_added() -> None:
    sent: list[Message] = []

    async def breaks_off(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError(MARKER)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    with structlog.testing.capture_logs() as lines:
        await UnexpectedErrors(breaks_off)({"type": "http", "path": "/"}, receive, send)
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert len(lines) == 1
    assert MARKER not in str(lines)
