"""What is known about a case: recorded as it arrives, in any order between sources.

Between sources there is no order: on a replay one runs months ahead of another. So a handler
records a fact, and what follows from the facts is a pure function of the set that is known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from shared.contracts.catalogue import event_type, source_of
from shared.contracts.envelope import case_stream
from shared.contracts.payload import Payload
from shared.contracts.strict_json import parse
from shared.messaging.registry import Event
from shared.messaging.store import Row, Tx

P = TypeVar("P", bound=Payload)


@dataclass(frozen=True)
class Fact:
    """`happened_at` is the instant of what the event speaks of, `recorded_at` when its producer
    wrote it. `order` sorts facts of one source as they were numbered."""

    event_id: UUID
    case_id: UUID
    source: str
    sequence: int
    type: str
    happened_at: datetime
    recorded_at: datetime
    traceparent: str | None
    data: Payload


async def record_fact(event: Event[Payload], tx: Tx, *, about: UUID | None = None) -> None:
    """Commits with the caller's transaction. Once per event, however often it is called. `about`:
    by what a fact outside any case is kept, its correlation id."""
    envelope = event.envelope
    tx.write_later(
        """insert into fact (event_id, case_id, source, sequence, type, happened_at, recorded_at,
                             traceparent, payload)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (event_id) do nothing""",
        envelope.id,
        about or event.case_id,
        envelope.source,
        envelope.sequence,
        envelope.type,
        envelope.time,
        envelope.recordedtime,
        envelope.traceparent,
        event.data.model_dump(mode="json"),
        point="consumer.effect_written",
    )


async def facts_of(tx: Tx, case_ids: Sequence[UUID]) -> list[Fact]:
    """All facts told about these cases, each source in its own order."""
    await tx.flush()
    rows = await tx.fetch(
        "select * from fact where case_id = any($1) order by case_id, source, sequence",
        list(case_ids),
    )
    return [fact for row in rows if (fact := _fact(row, row["payload"], row["case_id"]))]


async def own_facts_of(tx: Tx, case_ids: Sequence[UUID]) -> list[Fact]:
    """What this service itself said about these cases: its outbox is never emptied before them."""
    await tx.flush()
    rows = await tx.fetch(
        """select event_id, stream, sequence, type, happened_at, recorded_at, payload,
                  headers ->> 'traceparent' as traceparent, $2::text as source
           from outbox where stream = any($1) and sequence is not null order by stream, sequence""",
        [case_stream(case_id) for case_id in case_ids],
        source_of(tx.service),
    )
    by_stream = {case_stream(case_id): case_id for case_id in case_ids}
    return [
        fact
        for row in rows
        if (fact := _fact(row, parse(row["payload"]), by_stream[row["stream"]]))
    ]


def of_type(facts: Sequence[Fact], model: type[P]) -> list[tuple[Fact, P]]:
    """The facts of one event class, in the order given."""
    return [(fact, fact.data) for fact in facts if isinstance(fact.data, model)]


def _fact(row: Row, payload: object, case_id: UUID) -> Fact | None:
    known = event_type(row["type"])
    if known is None:
        return None
    return Fact(
        event_id=row["event_id"],
        case_id=case_id,
        source=row["source"],
        sequence=row["sequence"],
        type=row["type"],
        happened_at=row["happened_at"],
        recorded_at=row["recorded_at"],
        traceparent=row["traceparent"],
        data=known.model.model_validate(payload),
    )
