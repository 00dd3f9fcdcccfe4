"""Which machine caller asks, each token taken once."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import uuid4

from starlette.requests import Request

from shared.messaging.store import Store, Tx
from shared.web.machine_caller import Caller, SystemRegistry, identify


def caller_of(store: Store, systems: SystemRegistry) -> Callable[[Request], Awaitable[Caller]]:
    """A dependency that gives the caller; raises Problem 401 or 403 as `identify` does."""

    async def caller(request: Request) -> Caller:
        async with store.transaction(uuid4(), "machine_caller") as tx:

            async def remember(issuer: str, token_id: str, expires_at: datetime) -> bool:
                return await _remember(tx, issuer, token_id, expires_at)

            return await identify(
                request.headers.get("authorization"),
                audience=store.service,
                now=tx.now,
                registry=systems,
                remember=remember,
            )

    return caller


async def _remember(tx: Tx, issuer: str, token_id: str, expires_at: datetime) -> bool:
    await tx.execute(
        "delete from used_token where expires_at < $1::timestamptz - interval '5 minutes'", tx.now
    )
    return bool(
        await tx.fetchval(
            """insert into used_token (issuer, token_id, expires_at) values ($1, $2, $3)
               on conflict do nothing returning true""",
            issuer,
            token_id,
            expires_at,
        )
    )
