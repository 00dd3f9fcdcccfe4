"""Which machine caller asks, each token taken once: also across restarts and replicas."""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request

from shared.messaging.crash_points import crash_point
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.store import Store
from shared.web.machine_caller import Caller, Remember, SystemRegistry, identify
from shared.web.problem import Problem

CLEARING_SECONDS = 60.0


def caller_of(
    store: Store, systems: SystemRegistry, *, synthetic_too: bool = False
) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency that gives the caller, whose token must name this service. A route that lets a
    synthetic system in sees to it that other cases do not exist for it.

    Raises Problem 401 or 403 as `identify` does, 403 `synthetic_system`, and 503 without a store.
    """
    remember = remember_in(store)

    async def caller(request: Request) -> Caller:
        try:
            async with store.reading() as connection:
                now = await store.token_clock.now(connection)
            who = await identify(
                request.headers.get("authorization"),
                audience=store.service,
                now=now,
                registry=systems,
                remember=remember,
            )
        except INFRASTRUCTURE:
            raise not_available() from None
        if who.synthetic and not synthetic_too:
            raise Problem("synthetic_system", 403)
        if request.method == "POST":
            crash_point("http.authenticated")
        return who

    return caller


def remember_in(store: Store) -> Remember:
    """Keeps used tokens in the store until they expire; removes those now and then."""
    cleared: float | None = None

    async def remember(issuer: str, token_id: str, expires_at: datetime) -> bool:
        nonlocal cleared
        async with store.reading() as connection:
            if cleared is None or time.monotonic() - cleared > CLEARING_SECONDS:
                cleared = time.monotonic()
                now = await store.token_clock.now(connection)
                await connection.execute("delete from used_token where expires_at < $1", now)
            return bool(
                await connection.fetchval(
                    """insert into used_token (issuer, token_id, expires_at) values ($1, $2, $3)
                       on conflict do nothing returning true""",
                    issuer,
                    token_id,
                    expires_at,
                )
            )

    return remember


def not_available() -> Problem:
    """The store cannot be reached, or did not say whether it kept what was sent: the caller still
    owns it."""
    return Problem(
        "not_available",
        503,
        detail="It may not have been kept: send the same again, with the same id.",
        headers={"Retry-After": "5"},
    )
