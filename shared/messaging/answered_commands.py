"""SQL of answered commands: the same key and content again give the same answer."""

from typing import Any

from shared.messaging.store import Tx
from shared.web.idempotency import Repeat, repeat
from shared.web.problem import Problem


async def given_answer(
    tx: Tx, system: str, key: str, fingerprint: bytes
) -> tuple[int, dict[str, Any]] | None:
    """Status and body given before, or None; two requests with one key at once take turns.

    Raises Problem 409 `idempotency_key_reused` for the same key with other content.
    """
    await tx.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{system}|{key}")
    row = await tx.fetchrow(
        """select fingerprint, status, answer from answered_command
           where (system, idempotency_key) = ($1, $2)""",
        system,
        key,
    )
    if row is None:
        return None
    if repeat(row["fingerprint"], fingerprint) is not Repeat.SAME:
        raise Problem("idempotency_key_reused", 409)
    return row["status"], row["answer"]


async def keep_answer(
    tx: Tx, system: str, key: str, fingerprint: bytes, status: int, body: dict[str, Any]
) -> None:
    await tx.execute(
        """insert into answered_command
               (system, idempotency_key, fingerprint, status, answer, answered_at)
           values ($1, $2, $3, $4, $5, $6)""",
        system,
        key,
        fingerprint,
        status,
        body,
        tx.now,
    )
