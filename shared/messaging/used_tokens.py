"""Tokens of machine callers are good once, also across restarts and replicas."""

from datetime import datetime

from shared.messaging.store import Store
from shared.web.machine_caller import Remember


def remember_in(store: Store) -> Remember:
    """A `Remember` that keeps used tokens in the store until they expire."""

    async def remember(issuer: str, token_id: str, expires_at: datetime) -> bool:
        async with store.reading() as connection:
            await connection.execute("delete from used_token where expires_at < clock_timestamp()")
            status = await connection.execute(
                """insert into used_token (issuer, token_id, expires_at) values ($1, $2, $3)
                   on conflict do nothing""",
                issuer,
                token_id,
                expires_at,
            )
        return bool(status == "INSERT 0 1")

    return remember
