"""The OpenAPI documents say what machines may ask of each service, and every answer there is."""

import ast
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from services.openapi_documents import HERE, ROUTES, generated
from shared.contracts.catalogue import REPORT_SUBMITTED, SERVICES
from tests.boundaries.source import calls, python_files
from tests.contracts.committed import example
from tests.support.as_described import document, faults, undescribed

PROBLEM = "application/problem+json"
URN = "urn:vigil:problem:"
ON_THE_BUS_ONLY = {
    "front_door.py",
    "take_delivery.py",
    "take_submission.py",
    "summary_arrived.py",
    "reply_arrived.py",
}
NEVER_SENT = {"unknown_fact"}
"""Of a fact that is in no row of the flow: a test of the flow shows that no command names one."""

Operation = tuple[str, str, str, dict[str, Any]]


def _operations() -> Iterator[Operation]:
    for service in ROUTES:
        for path, methods in document(service)["paths"].items():
            for method, operation in methods.items():
                yield service, method, path, operation


def _named(operation: Operation) -> str:
    return f"{operation[0]} {operation[1]} {operation[2]}"


EVERY = pytest.mark.parametrize("operation", list(_operations()), ids=_named)


def _codes(service: str, response: dict[str, Any]) -> set[str]:
    if "$ref" in response:
        name = response["$ref"].rpartition("/")[2]
        response = document(service)["components"]["responses"][name]
    kinds = response["content"][PROBLEM]["schema"]["allOf"][1]["properties"]["type"]["enum"]
    return {kind.removeprefix(URN) for kind in kinds}


def _codes_of(service: str) -> dict[int, set[str]]:
    """By status, every code that some route names."""
    found: dict[int, set[str]] = {}
    for owner, _, _, operation in _operations():
        if owner == service:
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    found.setdefault(int(status), set()).update(_codes(service, response))
    return found


def test_documents_are_those_of_the_routes() -> None:
    assert set(ROUTES) == set(SERVICES)
    drifted = [
        path
        for path, text in generated().items()
        if not (HERE / path).exists() or (HERE / path).read_text(encoding="utf-8") != text
    ]
    assert not drifted, f"{drifted} differ from the routes: run `make contracts`, read the diff"


@pytest.mark.parametrize("service", SERVICES)
def test_a_validator_of_others_takes_the_document(service: str) -> None:
    found = [error.message for error in OpenAPIV31SpecValidator(document(service)).iter_errors()]
    assert document(service)["openapi"].startswith("3.1.")
    assert not found


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_for_machines_is_described_and_nothing_says_where_it_runs(service: str) -> None:
    served = {
        (method.lower(), getattr(route, "path", ""))
        for router in ROUTES[service]()
        for route in router.routes
        for method in getattr(route, "methods", ())
    }
    described = {(method, path) for owner, method, path, _ in _operations() if owner == service}
    assert described == served
    assert "servers" not in document(service)


@EVERY
def test_a_route_says_what_it_is_for_and_who_may_call_it(operation: Operation) -> None:
    _, _, _, said = operation
    assert " " in said["summary"]
    assert not said["summary"].istitle(), "the summary is only the name of a function"
    assert said["security"] == [{"machineCaller": []}]
    good = [status for status in said["responses"] if status.startswith("2")]
    for status in good:
        assert all(form["schema"] for form in said["responses"][status]["content"].values())


@EVERY
def test_a_route_names_the_errors_that_its_shape_brings(operation: Operation) -> None:
    service, method, path, said = operation
    given = {
        int(status): _codes(service, response)
        for status, response in said["responses"].items()
        if int(status) >= 400
    }
    assert {"unauthenticated"} == given[401]
    assert "organisation_not_allowed" in given[403]
    assert "not_available" in given[503]
    headers = {each["name"] for each in said.get("parameters", ()) if each["in"] == "header"}
    if "{" in path:
        assert "not_valid" in given[422]
    if method != "get":
        assert {"writes_stopped", "store_behind", "store_not_compared"} <= given[503]
        assert {408, 413, 415} <= given.keys()
        assert said["requestBody"]["required"]
    if "Idempotency-Key" in headers:
        assert {"idempotency_key_required", "idempotency_key_invalid"} <= given[400]
        assert given[409] & {"idempotency_key_reused", "idempotency_conflict"}
    if "If-Match" in headers:
        assert {412, 428} <= given.keys()


@pytest.mark.parametrize("service", SERVICES)
def test_every_code_that_a_service_can_refuse_with_is_named_with_its_status(service: str) -> None:
    named = _codes_of(service)
    everywhere = set().union(*named.values())
    missing = []
    for path in python_files(f"services/{service}"):
        for call in calls(path):
            raised = getattr(call.func, "id", "")
            status = _constant(call.args[1]) if len(call.args) > 1 else None
            for code in _texts(call.args[0]) if call.args else ():
                if raised == "Problem" and isinstance(status, int):
                    missing += [] if code in named.get(status, set()) else [(path.name, code)]
                elif raised.endswith("Refused") and path.name not in ON_THE_BUS_ONLY:
                    missing += [] if code in everywhere | NEVER_SENT else [(path.name, code)]
    assert not missing, f"{missing}: name them in services/{service}/described.py"


@pytest.mark.parametrize("service", SERVICES)
def test_every_code_that_is_named_can_be_given(service: str) -> None:
    written = {
        text
        for path in (*python_files(f"services/{service}"), *python_files("shared"))
        if path.name != "described.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for text in _texts(node)
    }
    invented = set().union(*_codes_of(service).values()) - written
    assert not invented, f"{invented}: nothing refuses with that"


def test_an_answer_that_its_route_does_not_describe_is_found() -> None:
    operation = document("intake")["paths"]["/v1/reports/{report_id}"]["get"]
    kind = f"{URN}report_not_found"
    refusal = {"type": kind, "title": "Not found", "status": 404, "detail": "Not found"}
    refusal |= {"instance": "/", "traceId": "0" * 32}
    whole = refusal | {"errors": []}

    def found(status: int, body: object, media_type: str = PROBLEM) -> list[str]:
        answer = httpx.Response(status, json=body, headers={"content-type": media_type})
        return undescribed("intake", operation, answer)

    assert not found(404, whole)
    assert found(404, refusal)
    assert found(404, whole | {"type": f"{URN}case_not_found"})
    assert found(404, whole, "application/json")
    assert found(410, whole)
    assert found(200, {"status": "accepted"}, "application/json")


def test_the_sample_of_a_report_fits_what_its_route_reads() -> None:
    said = document("intake")["paths"]["/v1/reports"]["post"]["requestBody"]["content"]
    schema = said["application/cloudevents+json"]["schema"]
    report = example(REPORT_SUBMITTED)["data"]
    event = {
        "specversion": "1.0",
        "id": "5f8d4a4e-4a0b-4d0e-9d1c-0c5b1f6b7a01",
        "source": "/org/police-merseyside/police-records",
        "type": REPORT_SUBMITTED,
        "data": report,
    }
    assert not faults("intake", schema, event)
    assert faults("intake", schema, event | {"extra": 1})
    assert faults("intake", schema, event | {"data": report | {"extra": 1}})


def _texts(node: ast.AST) -> Iterator[str]:
    """The texts of an expression that may be one of several."""
    if isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _constant(node: ast.AST) -> object:
    return node.value if isinstance(node, ast.Constant) else None
