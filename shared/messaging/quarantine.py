"""What a person may do with a record in quarantine: release, repair and release, or discard.

Each needs a name and a reason, is written into the audit table with the change, and lets what
waited behind it follow in order.
"""

from dataclasses import dataclass, replace
from typing import Protocol
from uuid import UUID, uuid4

from shared.contracts.envelope import case_of, correlation_of
from shared.contracts.messaging_events import CaseReleased
from shared.contracts.wire import Incoming, Record, read_inside
from shared.messaging.audit import audit
from shared.messaging.order import DRAIN_LIMIT, Verdict, discard, drain, receive
from shared.messaging.outbox import emit
from shared.messaging.receiving import Receiver
from shared.messaging.rehearsing import receiver_over
from shared.messaging.store import Row, Store, Tx
from shared.messaging.stored_record import from_bytes
from shared.messaging.stream_rows import lock_stream, placed
from shared.sealing.envelope import DataKey, WrappedKey, open_sealed, seal


class CannotBeSettled(Exception):
    """`code` says why, for a person: `not_open`, `conflicts_are_dismissed`, `has_no_place`,
    `still.<reason>` of a repaired record, or of a report the code with which it is refused again.
    Nothing was changed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Settler(Protocol):  # pragma: no cover - a shape
    """Settles what one kind of consumer has put into quarantine. Both raise CannotBeSettled."""

    async def release(
        self, quarantine_id: UUID, *, name: str, reason: str, repaired: bytes | None
    ) -> str:
        """Takes the record in once more, with `repaired` as its value if given."""

    async def discard(self, quarantine_id: UUID, *, name: str, reason: str) -> str: ...

    def over(self, store: Store) -> "Settler":
        """The same over another store, of which no trace and no metric tells."""


@dataclass(frozen=True)
class StreamSettler:
    """For the records of one source that a service follows."""

    receiver: Receiver

    async def release(
        self, quarantine_id: UUID, *, name: str, reason: str, repaired: bytes | None
    ) -> str:
        verdict = await release(
            self.receiver, quarantine_id, name=name, reason=reason, repaired=repaired
        )
        await let_follow(self.receiver, quarantine_id, name=name)
        return verdict

    async def discard(self, quarantine_id: UUID, *, name: str, reason: str) -> str:
        await settle_without_effect(self.receiver, quarantine_id, name=name, reason=reason)
        await let_follow(self.receiver, quarantine_id, name=name)
        return "discarded"

    def over(self, store: Store) -> "StreamSettler":
        return StreamSettler(receiver_over(store, self.receiver))


async def release(
    receiver: Receiver,
    quarantine_id: UUID,
    *,
    name: str,
    reason: str,
    repaired: bytes | None = None,
) -> Verdict:
    """Delivers the record again, in its place, with `repaired` as its value if given.

    It may be stopped again; then its row is open again, but a value that was repaired and stopped
    again is not kept in place of the first. Raises CannotBeSettled.
    """
    async with receiver.store.transaction(uuid4(), name) as tx:
        row, incoming = await _open_row(receiver, tx, quarantine_id)
        if row["kind"] == "conflict":
            raise CannotBeSettled("conflicts_are_dismissed")
        if repaired is not None:
            record = replace(incoming.record, value=repaired)
            incoming = read_inside(record, receiver.source_service)
        event = placed(incoming)
        if event is None:
            raise CannotBeSettled("has_no_place")
        rows = await lock_stream(tx, incoming.source, event.stream)
        await close_row(tx, row, "released", name, reason, repaired=repaired is not None)
        verdict = await receive(rows, event, receiver.applier(tx))
        if repaired is not None and verdict is Verdict.QUARANTINED:
            raise CannotBeSettled(f"still.{await _reason_of(tx, quarantine_id)}")
        return verdict


async def let_follow(receiver: Receiver, quarantine_id: UUID, *, name: str) -> int:
    """Applies what waits behind a settled record until nothing more can follow; says how many.

    In transactions of a bounded number each, as one alone would hold the case for too long.
    """
    async with receiver.store.reading() as connection:
        stream = await connection.fetchval(
            "select stream from quarantine where quarantine_id = $1", quarantine_id
        )
    followed = DRAIN_LIMIT if stream else 0
    total = 0
    while followed == DRAIN_LIMIT:
        async with receiver.store.transaction(uuid4(), name, caused_by_event=True) as tx:
            rows = await lock_stream(tx, f"/vigil/{receiver.source_service}", stream)
            followed = await drain(rows, receiver.applier(tx))
        total += followed
    return total


async def _reason_of(tx: Tx, quarantine_id: UUID) -> str:
    return str(
        await tx.fetchval("select reason from quarantine where quarantine_id = $1", quarantine_id)
    )


async def settle_without_effect(
    receiver: Receiver, quarantine_id: UUID, *, name: str, reason: str
) -> None:
    """Discards a record, whose number is used up as nothing; dismisses a conflict, which has none.

    Raises CannotBeSettled.
    """
    async with receiver.store.transaction(uuid4(), name) as tx:
        row, incoming = await _open_row(receiver, tx, quarantine_id)
        outcome = "dismissed" if row["kind"] == "conflict" else "discarded"
        event = placed(incoming)
        stream = incoming.stream
        if stream is None:
            await close_row(tx, row, outcome, name, reason)
            return
        rows = await lock_stream(tx, incoming.source, stream)
        await close_row(tx, row, outcome, name, reason)
        if event is not None and row["kind"] == "in_place":
            await discard(rows, event, receiver.applier(tx))
        else:
            await drain(rows, receiver.applier(tx))


async def _open_row(receiver: Receiver, tx: Tx, quarantine_id: UUID) -> tuple[Row, Incoming]:
    """The row, locked after its stream as every lock is, and the record in it."""
    source = f"/vigil/{receiver.source_service}"
    seen = await tx.fetchrow(
        "select stream from quarantine where quarantine_id = $1 and source = $2",
        quarantine_id,
        source,
    )
    if seen is not None and seen["stream"]:
        await lock_stream(tx, source, seen["stream"])
    row = await tx.fetchrow(
        """select * from quarantine where quarantine_id = $1 and source = $2 and status = 'open'
           for update""",
        quarantine_id,
        source,
    )
    if row is None:
        raise CannotBeSettled("not_open")
    return row, read_inside(open_record(tx, row), receiver.source_service)


def open_record(tx: Tx | Store, row: Row) -> Record:
    """The sealed record of a quarantine row."""
    return from_bytes(
        open_sealed(
            _key_of(tx, row),
            row["sealed_record"],
            table="quarantine",
            column="sealed_record",
            row=f"{row['topic']}/{row['kafka_partition']}/{row['kafka_offset']}",
            case=correlation_of(row["stream"] or "none"),
        )
    )


def _key_of(tx: Tx | Store, row: Row) -> DataKey:
    return tx.keyring.opened(WrappedKey(row["kek_id"], row["wrapped_key"]))


async def close_row(
    tx: Tx, row: Row, outcome: str, name: str, reason: str, *, repaired: bool = False
) -> None:
    """Settles a locked row under a person's name; the reason is kept sealed."""
    await tx.execute(
        """update quarantine set status = $2, closed_at = $3, closed_by = $4, sealed_because = $5
           where quarantine_id = $1""",
        row["quarantine_id"],
        outcome,
        tx.now,
        name,
        _seal_reason(tx, row, reason),
    )
    await audit(
        tx,
        f"quarantine.{outcome}",
        str(row["quarantine_id"]),
        reason=row["reason"],
        repaired=repaired,
    )
    stream = row["stream"]
    if stream and case_of(stream) and tx.service != "reporting":
        released = CaseReleased(
            source=row["source"].rpartition("/")[2],
            quarantine_id=row["quarantine_id"],
            outcome=outcome,
        )
        await emit(tx, released, stream, happened_at=tx.now, topic=f"{tx.service}.case.released")


def _seal_reason(tx: Tx, row: Row, reason: str) -> bytes:
    return seal(
        _key_of(tx, row),
        reason.encode(),
        table="quarantine",
        column="sealed_because",
        row=str(row["quarantine_id"]),
        case=correlation_of(row["stream"] or "none"),
    )
