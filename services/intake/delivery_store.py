"""SQL of what subscribers confirmed: once per system and its own id."""

from uuid import UUID

from shared.messaging.store import Tx


async def lock_delivery(tx: Tx, cause: UUID) -> None:
    """Two deliveries of one confirmation at once take turns."""
    await tx.execute(
        "select pg_advisory_xact_lock($1)", int.from_bytes(cause.bytes[:8], signed=True)
    )


async def known_delivery(tx: Tx, system: str, sender_id: UUID) -> bytes | None:
    """The fingerprint of what this system said under this id."""
    found = await tx.fetchval(
        "select fingerprint from delivery_said where (system, sender_id) = ($1, $2)",
        system,
        sender_id,
    )
    return bytes(found) if found is not None else None


async def keep_delivery(
    tx: Tx, system: str, sender_id: UUID, event_id: UUID, fingerprint: bytes
) -> None:
    await tx.execute(
        """insert into delivery_said (system, sender_id, event_id, fingerprint, arrived_at)
           values ($1, $2, $3, $4, $5)""",
        system,
        sender_id,
        event_id,
        fingerprint,
        tx.now,
    )
