"""The HTTP side that all services have: health, metrics, errors, a short trace per request."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

from fastapi import APIRouter, FastAPI, Request, Response
from opentelemetry.trace import SpanKind
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.build import commit, version
from shared.ending import end_as_failed
from shared.messaging.callers import not_available
from shared.messaging.crash_points import crash_point
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from shared.web.closed_store import ClosedStore, Shuts
from shared.web.document import DescribedApp
from shared.web.problem import install_problem_handlers, problem_response
from shared.web.security_headers import SecurityHeaders
from shared.web.stopped_writes import StoppedWrites, Stops

ASYNCAPI = Path(__file__).parents[1] / "contracts" / "asyncapi"


class Runs(Protocol):  # pragma: no cover - a shape
    """A node: what is started and stopped with the application."""

    tracing: Tracing
    metrics: Metrics

    async def start(self) -> None: ...
    async def stop(self) -> None: ...
    async def not_alive(self) -> Sequence[str]: ...
    async def not_ready(self) -> Sequence[str]: ...
    def alarms(self) -> Sequence[str]: ...
    @property
    def switches(self) -> Stops: ...
    @property
    def gate(self) -> Shuts: ...


def build_app(service: str, node: Runs, routers: Sequence[APIRouter]) -> FastAPI:
    """An application that starts `node` with itself, and answers for its health meanwhile."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        starting = asyncio.create_task(node.start(), name="start")
        starting.add_done_callback(_end_if_it_failed)
        yield
        starting.cancel()
        with suppress(asyncio.CancelledError):
            await starting
        await node.stop()

    app = DescribedApp(service, lifespan=lifespan)
    install_problem_handlers(app)
    for error in INFRASTRUCTURE:
        app.add_exception_handler(error, _on_infrastructure)
    app.include_router(_health(service, node))
    for router in routers:
        app.include_router(router)
    app.add_middleware(StoppedWrites, switches=node.switches)
    app.add_middleware(ClosedStore, gate=node.gate)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestSpan, tracing=node.tracing)
    return app


async def _on_infrastructure(request: Request, error: Exception) -> Response:
    """A store that is away is no defect: the caller asks again."""
    logger().warning("request.not_available", error=error)
    return problem_response(request, not_available())


def _end_if_it_failed(starting: "asyncio.Task[None]") -> None:
    """A process that cannot start ends, instead of answering without ever working."""
    if not starting.cancelled() and (error := starting.exception()) is not None:
        logger().critical("start.failed", error=error)
        end_as_failed()


def _health(service: str, node: Runs) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    def answer(response: Response, codes: Sequence[str]) -> dict[str, object]:
        response.status_code = 503 if codes else 200
        return {"status": "failing" if codes else "ok", "codes": list(codes)}

    @router.get("/health/liveness")
    async def liveness(response: Response) -> dict[str, object]:
        return answer(response, await node.not_alive())

    @router.get("/health/readiness")
    async def readiness(response: Response) -> dict[str, object]:
        codes = [*await node.not_ready(), *await node.not_alive()]
        seen = {"stopped": list(node.switches.stopped()), "alarms": list(node.alarms())}
        return answer(response, codes) | seen

    @router.get("/asyncapi.json")
    async def asyncapi() -> Response:
        return Response((ASYNCAPI / f"{service}.json").read_bytes(), media_type="application/json")

    @router.get("/info")
    async def info() -> dict[str, str]:
        return {"service": service, "version": version(), "commit": commit()}

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(node.metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router


class RequestSpan:
    """A short trace of its own for each request; a caller's context is not taken over.

    Named by the route, never by the address, which carries ids and may carry tokens.
    """

    def __init__(self, app: ASGIApp, tracing: Tracing) -> None:
        self.app = app
        self.tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/health", "/metrics")):
            await self.app(scope, receive, send)
            return
        with self.tracing.span(
            f"{scope['method']} request",
            parent=None,
            kind=SpanKind.SERVER,
            attributes={"http.request.method": scope["method"]},
        ) as span:

            async def sending(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.set_attribute("http.response.status_code", message["status"])
                    route = getattr(scope.get("route"), "path", None)
                    if route:
                        span.update_name(f"{scope['method']} {route}")
                        span.set_attribute("http.route", route)
                await send(message)
                if message["type"] == "http.response.start" and scope["method"] == "POST":
                    crash_point("http.response_begun")

            await self.app(scope, receive, sending)
