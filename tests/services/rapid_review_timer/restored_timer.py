"""A timer whose store was restored, with records as its consumers read them."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from services.rapid_review_timer.clocks_left import ClocksLeft
from services.rapid_review_timer.handlers import registry
from services.rapid_review_timer.restored import RestoredClocks
from shared.contracts.deadline_events import DeadlineState
from shared.contracts.wire import Record
from shared.messaging.facts import Fact
from shared.messaging.quarantine import release, settle_without_effect
from shared.messaging.receiving import Receiver
from shared.messaging.restoring import Run
from tests.interleave.told_facts import record_that_tells

if TYPE_CHECKING:
    from tests.services.rapid_review_timer.conftest import Timer

OPERATOR = {"name": "A. Operator (invented)", "reason": "test data"}
_TOLD = "event_id, topic, key, stream, sequence, type, happened_at, recorded_at, headers, payload"


@dataclass
class RestoredTimer:
    timer: "Timer"

    async def takes_in_again(self, *facts: Fact) -> None:
        """What it had taken in before; nothing is told of it meanwhile."""
        self.timer.store.catching_up = True
        await self.takes_in(*map(record_that_tells, facts))
        self.timer.store.catching_up = False

    async def takes_in(self, *records: Record) -> None:
        for record in records:
            source = dict(record.headers)["ce_source"] or b""
            await self.receiver(source.decode().rpartition("/")[2]).consume(record)

    def receiver(self, source: str = "intake") -> Receiver:
        return Receiver(source, self.timer.store, registry, self.timer.tracing, self.timer.metrics)

    async def settles(self) -> list[str]:
        run = Run(uuid4(), self.timer.store, OPERATOR["name"])
        return [one.code for one in await RestoredClocks().after_catching_up(run)]

    async def looks(self) -> int:
        """How many cases it settles of those that were left."""
        return await ClocksLeft(self.timer.store, self.timer.tracing).look()

    async def stopped(self) -> UUID:
        """A record that waits for a person."""
        row, *_ = await self.timer.rows(
            "select quarantine_id from quarantine where status = 'open'"
        )
        return UUID(str(row["quarantine_id"]))

    async def discards(self) -> None:
        await settle_without_effect(self.receiver(), await self.stopped(), **OPERATOR)

    async def releases(self, repaired: Fact) -> None:
        value = record_that_tells(repaired).value
        await release(self.receiver(), await self.stopped(), repaired=value, **OPERATOR)

    async def left(self) -> list[UUID]:
        return [row["case_id"] for row in await self.timer.rows("select * from clocks_left")]

    async def told(self) -> list[tuple[str, str, int]]:
        """What was told of deadlines: the event, the rule, the revision."""
        return [
            (type(said).__name__, said.rule, said.revision)
            for said in await self.timer.said()
            if isinstance(said, DeadlineState)
        ]

    async def kept(self) -> dict[str, list[dict[str, Any]]]:
        """Deadlines with all that was fired of them and that held before. Below which event a span
        hangs is left out: after a restore it is the first that told of the deadline."""
        found = {}
        for table, order in (
            ("deadline", "deadline_id"),
            ("deadline_revision", "deadline_id, revision"),
            ("firing", "deadline_id, revision, kind"),
        ):
            rows = await self.timer.rows(f"select * from {table} order by {order}")  # noqa: S608
            found[table] = [{k: v for k, v in row.items() if k != "traceparent"} for row in rows]
        return found


def broken(fact: Fact) -> Record:
    """A record that no service can apply."""
    return replace(record_that_tells(fact), value=b"{")


def is_told_once(told: list[tuple[str, str, int]]) -> bool:
    return len(set(told)) == len(told) and ("DeadlineSet", "DL01", 1) in told


async def take_back(timer: "Timer", restored: "Timer") -> None:
    """What one timer told comes back into another's store, under its numbers."""
    async with restored.store.transaction(uuid4(), "reconcile") as tx:
        for row in await timer.rows(f"select {_TOLD} from outbox order by position"):  # noqa: S608
            await tx.execute(
                f"insert into outbox ({_TOLD}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",  # noqa: S608
                *row.values(),
            )
        await tx.execute(
            """insert into numbered_stream (stream, last_sequence)
               select stream, max(sequence) from outbox group by stream"""
        )
