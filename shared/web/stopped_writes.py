"""Answers 503 to whatever would change something, while a person has stopped a service's writes."""

from typing import Protocol

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.problem import Problem, problem_response

RETRY_AFTER_SECONDS = 30
_WRITES = ("POST", "PUT", "PATCH", "DELETE")


class Stops(Protocol):  # pragma: no cover - a shape
    """What a person has stopped."""

    def stopped(self) -> list[str]: ...
    def writes_stopped(self) -> bool: ...


class StoppedWrites:
    """Only below /v1: signing in to read goes on. The sender still owns what it sent."""

    def __init__(self, app: ASGIApp, switches: Stops) -> None:
        self.app = app
        self.switches = switches

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        writes = (
            scope["type"] == "http"
            and scope["method"] in _WRITES
            and scope["path"].startswith("/v1/")
        )
        if not writes or not self.switches.writes_stopped():
            await self.app(scope, receive, send)
            return
        problem = Problem(
            "writes_stopped",
            503,
            detail="An operator has stopped changes for a while. Nothing was kept: send it again.",
            headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
        )
        await problem_response(Request(scope), problem)(scope, receive, send)
