"""Synthetic cases leave after a week: intake orders it, and is the first to carry it out.

A canary is sent every hour so that somebody hears when the way is closed. What one of last week
did says nothing any more, and each is a case in four stores. Cases that somebody may be behind are
kept as the retention schedule says, which is not built: an order for one is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from services.intake import case_store, erasure_store
from shared.contracts.envelope import NAMESPACE, case_stream
from shared.contracts.erasure_events import SYNTHETIC_EXPIRED, CaseErasureOrdered
from shared.messaging.audit import audit
from shared.messaging.erasing import ACTOR, CannotErase, erase, hold
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.looking import keep_looking
from shared.messaging.outbox import emit
from shared.messaging.store import Store, Tx
from shared.telemetry.logging import logger

SYNTHETIC_KEPT = timedelta(days=7)
"""From the last report that was accepted: 168 hours that pass, the same in UTC and in London on
either side of a change of the clocks. As long as the ingress topics keep records: what is delivered
again after its case has left is a rare thing, and opens nothing."""

LOOK_SECONDS = 3600.0
AT_ONCE = 200
"""More than a canary every hour leaves in a week; what is left over waits for the next look."""


@dataclass(frozen=True)
class SyntheticCases:
    """A task of the node: looks when it starts and every hour, by the clock of the store."""

    store: Store

    async def run(self) -> None:
        await keep_looking(self.look, LOOK_SECONDS, "erasure")

    async def look(self) -> None:
        """Each group of cases in a transaction of its own."""
        async with self.store.reading() as connection:
            before = await self.store.clock.now(connection) - SYNTHETIC_KEPT
            groups = await erasure_store.kept_long_enough(connection, before, AT_ONCE)
        for cases in groups:
            try:
                async with self.store.transaction(cause_of(cases), ACTOR, synthetic=True) as tx:
                    await order_if_due(tx, cases, before)
            except INFRASTRUCTURE:
                raise
            except Exception as error:
                # A defect in what one of them holds keeps no other in the store.
                logger().error("erasure.case_failed", error=error, case_id=str(cases[0]))


async def order_if_due(tx: Tx, cases: Sequence[UUID], before: datetime) -> bool:
    """False, and nothing done, where the group has changed or has been reported again since it was
    looked for. Streams are locked before cases, as everywhere."""
    await hold(tx, cases)
    groups = await case_store.lock_groups(tx, cases)
    together = {case_id for group in groups.values() for case_id in group.ids}
    if not together or together != set(cases):
        return False
    if await erasure_store.last_report_at(tx, cases) >= before:
        return False
    await order(tx, cases)
    return True


async def order(tx: Tx, cases: Sequence[UUID], reason: str = SYNTHETIC_EXPIRED) -> None:
    """Orders the erasure of cases that leave together, which the caller has locked, and carries it
    out here. Raises CannotErase `case_not_synthetic`: nothing was changed, nothing was ordered."""
    groups = await case_store.lock_groups(tx, cases)
    if not all(group.asked["synthetic"] for group in groups.values()):
        raise CannotErase("case_not_synthetic")
    said = CaseErasureOrdered(
        cases=tuple(sorted(cases)),
        reason=reason,
        last_report_at=await erasure_store.last_report_at(tx, cases),
    )
    await publish_and_erase(tx, said)


async def publish_and_erase(tx: Tx, ordered: CaseErasureOrdered) -> None:
    """Also again, where a restored store has forgotten it: what was said of it is not said anew.
    Raises CannotErase."""
    tx.cause, tx.synthetic = cause_of(ordered.cases), True
    for case_id in ordered.cases:
        await emit(tx, ordered, case_stream(case_id), happened_at=tx.now)
        await audit(tx, "case.erasure_ordered", str(case_id), reason=ordered.reason)
    await erase(tx, ordered)


def cause_of(cases: Sequence[UUID]) -> UUID:
    return uuid5(NAMESPACE, f"erasure|{'|'.join(sorted(map(str, cases)))}")
