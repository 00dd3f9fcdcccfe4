"""A case leaves this store, and nothing that arrives later brings it back.

What goes: what was told of the case, what follows from it, everything that is sealed and the key
that opens it. What stays is named in `erasure_tables`. Linked cases leave together, whichever of
their streams the order is heard in first.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from shared.contracts.catalogue import FOLLOWS, source_of, topics_of
from shared.contracts.envelope import case_stream
from shared.contracts.erasure_events import CaseErased, CaseErasureOrdered
from shared.contracts.payload import Payload
from shared.contracts.wire import read_inside
from shared.messaging.audit import audit
from shared.messaging.order import CannotBeApplied, Outcome, drain
from shared.messaging.outbox import emit
from shared.messaging.quarantine import open_record
from shared.messaging.registry import Event
from shared.messaging.store import Row, Tx
from shared.messaging.stream_rows import PlacedEvent, PostgresStream, lock_stream, placed
from shared.web.problem import Problem

ACTOR = "erasure"


class CannotErase(Exception):
    """Nothing was changed. `code`: `case_not_synthetic`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def carry_out(event: Event[Payload], tx: Tx) -> None:
    """What a service does with the order. Raises CannotBeApplied: the order of a case that somebody
    may be behind stands before a person."""
    said = event.data
    if not isinstance(said, CaseErasureOrdered):
        raise CannotBeApplied("other_event")
    if event.case_id not in said.cases:
        raise CannotBeApplied("case_not_named")
    if not tx.synthetic:
        raise CannotBeApplied("case_not_synthetic")
    try:
        await erase(tx, said, in_hand=(event.envelope.source, event.envelope.subject))
    except CannotErase as refused:
        raise CannotBeApplied(refused.code) from None


async def erase(
    tx: Tx, ordered: CaseErasureOrdered, *, in_hand: tuple[str, str] | None = None
) -> None:
    """Takes the cases out and says so in the stream of each; commits with the caller's transaction.

    `in_hand`: source and stream of the event that is being applied, whose place is the caller's to
    take. Raises CannotErase.
    """
    await tx.flush()
    for followed in _followed(tx, ordered.cases):
        if followed != in_hand:
            await _let_go(tx, *followed)
    done = await tx.fetchval(
        "select erase_cases($1, $2, $3, $4)",
        list(ordered.cases),
        ordered.reason,
        ordered.last_report_at,
        tx.now,
    )
    if not done:
        raise CannotErase("case_not_synthetic")
    tx.erased.update(map(case_stream, ordered.cases))
    _derive_no_more(tx, ordered.cases)
    topic = f"{tx.service}.case.erased"
    for case_id in sorted(ordered.cases):
        await audit(tx, "case.erased", str(case_id), reason=ordered.reason)
        if topic in topics_of(tx.service):
            said = CaseErased(reason=ordered.reason, erased_at=tx.now)
            await emit(tx, said, case_stream(case_id), happened_at=tx.now, topic=topic)


def _followed(tx: Tx, cases: Iterable[UUID]) -> list[tuple[str, str]]:
    """Sources and streams, in the order in which they are locked."""
    return [
        (source, stream)
        for source in sorted(map(source_of, FOLLOWS[tx.service]))
        for stream in sorted(map(case_stream, cases))
    ]


async def hold(tx: Tx, cases: Iterable[UUID]) -> None:
    """Locks what this store follows of the cases: no event of them is half applied when they leave.
    Before the cases themselves are locked."""
    for source, stream in _followed(tx, cases):
        await lock_stream(tx, source, stream)


def _derive_no_more(tx: Tx, cases: Iterable[UUID]) -> None:
    """What was told of them before, in the same transaction, has no consequence left."""
    for work in list(tx.at_end or ()):
        if tx.at_end is not None:
            tx.at_end[work].difference_update(cases)
            if not tx.at_end[work]:
                del tx.at_end[work]


async def _let_go(tx: Tx, source: str, stream: str) -> None:
    """What stopped the stream is discarded; what is parked behind takes its place and does
    nothing."""
    rows = await lock_stream(tx, source, stream)
    stopped = await tx.fetch(
        """select * from quarantine where source = $1 and stream = $2 and status = 'open'
           order by sequence nulls last""",
        source,
        stream,
    )
    for row in stopped:
        await _discard(tx, rows, row)
    await drain(rows, _nothing)


async def _discard(tx: Tx, rows: PostgresStream, row: Row) -> None:
    event = None
    if row["kind"] == "in_place" and row["sequence"] == rows.next_sequence:
        event = placed(read_inside(open_record(tx, row), rows.source.rpartition("/")[2]))
    await tx.execute(
        """update quarantine set status = 'discarded', closed_at = $2, closed_by = $3,
               sealed_because = ''
           where quarantine_id = $1""",
        row["quarantine_id"],
        tx.now,
        ACTOR,
    )
    await audit(
        tx,
        "quarantine.discarded",
        str(row["quarantine_id"]),
        reason=row["reason"],
        repaired=False,
    )
    if event is not None:
        await rows.take_place(event, Outcome.DISCARDED)


async def _nothing(event: PlacedEvent, /) -> Outcome:
    return Outcome.NOT_USED


async def erased_among(source: Any, case_ids: Sequence[UUID]) -> set[UUID]:
    """Those that have left this store. `source` is a Tx or a connection."""
    rows = await source.fetch(
        "select case_id from erased_case where case_id = any($1)", list(case_ids)
    )
    return {row["case_id"] for row in rows}


async def refuse_erased(source: Any, case_id: UUID) -> None:
    """Raises Problem 410 `case_erased`."""
    if await erased_among(source, [case_id]):
        raise Problem(
            "case_erased",
            410,
            detail="Nothing of this case is kept any more: do not ask for it again, and take it"
            " out of your own lists. Which cases leave, and when, is in docs/erasure.md.",
        )
