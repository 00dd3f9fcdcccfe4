"""What a caller is told when a request is refused: RFC 9457 problem documents.

They carry codes and places, never a value that was sent: `instance` is the path without its
query, in which only parameters that are UUIDs are shown.
"""

import re
import secrets
import traceback
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from uuid import UUID

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from opentelemetry.trace import format_trace_id, get_current_span
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.contracts.fault_codes import code_of
from shared.contracts.strict_json import HIDDEN, BadJson, FieldFault, Invalid

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    408: "Too slow",
    409: "Conflict",
    410: "Gone",
    412: "Precondition failed",
    413: "Too large",
    415: "Unsupported media type",
    422: "Not valid",
    428: "Precondition required",
    429: "Too many requests",
    500: "Unexpected error",
    503: "Not available now",
}
STATUS_OF_BAD_JSON = {"too_large": 413}

_DECLARED = re.compile(r"[a-z][a-z0-9_]{0,39}")

log = structlog.get_logger("vigil.web")


class Problem(Exception):
    """Refuses the request with `status` and a stable `code`.

    `detail` is a fixed sentence of ours, never built from input. `headers` go with the answer.
    """

    def __init__(
        self,
        code: str,
        status: int,
        title: str | None = None,
        detail: str | None = None,
        errors: Sequence[FieldFault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.title = title or TITLES.get(status, "Refused")
        self.detail = detail
        self.errors = list(errors)
        self.headers = dict(headers or {})


def problem_response(request: Request, problem: Problem, *, trace_id: str = "") -> Response:
    document: dict[str, object] = {
        "type": f"urn:vigil:problem:{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail or problem.title,
        "instance": shown_path(request.scope),
        "traceId": trace_id or current_trace_id(),
        "errors": [{"pointer": fault.pointer, "code": fault.code} for fault in problem.errors],
    }
    return JSONResponse(document, problem.status, problem.headers, media_type=MEDIA_TYPE)


def problem_of_bad_json(error: BadJson) -> Problem:
    """400, or 413 for a body over its bound."""
    faults = [FieldFault(error.pointer, error.code)]
    return Problem(error.code, STATUS_OF_BAD_JSON.get(error.code, 400), errors=faults)


def problem_of_invalid(error: Invalid) -> Problem:
    return Problem("not_valid", 422, errors=error.faults)


def current_trace_id() -> str:
    """32 hex digits: the current span's trace, or a new id, where nothing is being traced."""
    context = get_current_span().get_span_context()
    return format_trace_id(context.trace_id) if context.is_valid else secrets.token_hex(16)


def shown_path(scope: Scope) -> str:
    """The path of the matched route; `/` where none matched."""
    route = scope.get("route")
    template: str = getattr(route, "path_format", "") or getattr(route, "path", "")
    values: Mapping[str, object] = scope.get("path_params", {})
    for name, value in values.items():
        template = template.replace("{" + name + "}", _shown(value))
    return template if template.startswith("/") and "{" not in template else "/"


def install_problem_handlers(app: FastAPI) -> None:
    """Every refusal and every unexpected error of `app` becomes a problem document.

    Call before middleware that has to see those answers (headers, spans) is added.
    """
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(BadJson, _on_bad_json)
    app.add_exception_handler(Invalid, _on_invalid)
    app.add_exception_handler(RequestValidationError, _on_request_validation)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_middleware(UnexpectedErrors)


class UnexpectedErrors:
    """Answers 500 without text and logs only the type and place of what was raised.

    Starlette's own handler raises again after answering, and the server then prints the text of
    the exception, which for a database error quotes the row.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = False

        async def watched(message: Message) -> None:
            nonlocal began
            began = began or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            trace_id = current_trace_id()
            log.error(
                "request_failed", error=type(error).__name__, at=_place(error), trace_id=trace_id
            )
            if not began:
                problem = Problem("unexpected", 500)
                response = problem_response(Request(scope), problem, trace_id=trace_id)
                await response(scope, receive, send)


async def _on_problem(request: Request, error: Exception) -> Response:
    if not isinstance(error, Problem):
        raise error
    return problem_response(request, error)


async def _on_bad_json(request: Request, error: Exception) -> Response:
    if not isinstance(error, BadJson):
        raise error
    return problem_response(request, problem_of_bad_json(error))


async def _on_invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, Invalid):
        raise error
    return problem_response(request, problem_of_invalid(error))


async def _on_request_validation(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    faults = [FieldFault(_pointer(e["loc"], e["type"]), code_of(e["type"])) for e in error.errors()]
    return problem_response(request, Problem("not_valid", 422, errors=faults))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    code = TITLES.get(error.status_code, "Refused").lower().replace(" ", "_")
    kept = {k: v for k, v in (error.headers or {}).items() if k.lower() in {"allow", "retry-after"}}
    return problem_response(request, Problem(code, error.status_code, headers=kept))


def _pointer(location: Sequence[str | int], error_type: str) -> str:
    """`/body/…`, `/query/…`, `/path/…` or `/header/…`; a name the caller invented is hidden."""
    parts = [p if isinstance(p, int) or _DECLARED.fullmatch(p) else HIDDEN for p in location]
    if error_type == "extra_forbidden":
        parts[-1:] = [HIDDEN]
    return "".join(f"/{part}" for part in parts)


def _shown(value: object) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError:
        return HIDDEN


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
