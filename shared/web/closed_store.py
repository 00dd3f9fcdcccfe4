"""Answers 503 to whatever would change something, while the store may be behind the bus."""

from typing import Protocol

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.problem import Problem, problem_response

_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_WHY = {
    "store_behind": (
        "This service's store was restored to an earlier moment and is shut until an operator has"
        " run `reconcile`. Nothing was kept: send it again later, with the same id.",
        60,
    ),
    "store_not_compared": (
        "This service has just started and is comparing its store with the bus."
        " Nothing was kept: send it again, with the same id.",
        2,
    ),
}


class Shuts(Protocol):  # pragma: no cover - a shape
    @property
    def shut(self) -> str | None:
        """A code while nothing may be written."""


class ClosedStore:
    """Only below /v1: signing in to read goes on. The sender still owns what it sent."""

    def __init__(self, app: ASGIApp, gate: Shuts) -> None:
        self.app = app
        self.gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        writes = (
            scope["type"] == "http"
            and scope["method"] in _WRITES
            and scope["path"].startswith("/v1/")
        )
        if not writes or self.gate.shut is None:
            await self.app(scope, receive, send)
            return
        detail, seconds = _WHY[self.gate.shut]
        problem = Problem(self.gate.shut, 503, detail=detail, headers={"Retry-After": str(seconds)})
        await problem_response(Request(scope), problem)(scope, receive, send)
