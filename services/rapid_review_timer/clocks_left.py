"""Settles the clocks of cases that a restored store had to leave: a record of them waited, or the
calendar that their dates are counted by was missing.

Once nothing is waited for, what follows from the facts is told like any other change. Without this
a clock that was lost unsent would be missing until the case's next event: what was waited for may
have been discarded, or be of no use here.
"""

import asyncio
import time
from uuid import UUID, uuid5

from services.rapid_review_timer import restored_store
from services.rapid_review_timer.restored import settle_left
from shared.contracts.envelope import NAMESPACE
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.pausing import spread
from shared.messaging.store import Store
from shared.telemetry.logging import logger
from shared.telemetry.tracing import Tracing

BATCH = 100
SECONDS_BETWEEN_LOOKS = 5.0
LONGEST_PAUSE_SECONDS = 30.0
SECONDS_SET_ASIDE = 60.0


class ClocksLeft:
    """Any number may run beside each other, beside consumers and beside watchers: a case is settled
    under its lock, and whoever comes second finds nothing to settle."""

    def __init__(self, store: Store, tracing: Tracing) -> None:
        self.store = store
        self.tracing = tracing
        self._set_aside: dict[UUID, float] = {}

    async def run(self) -> None:
        """Until it is cancelled. A store that fails is waited for."""
        pause = SECONDS_BETWEEN_LOOKS
        while True:
            try:
                settled = await self.look()
                pause = SECONDS_BETWEEN_LOOKS
            except INFRASTRUCTURE as error:
                settled = 0
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                logger().warning("clocks_left.paused", error=error, seconds=pause)
            await asyncio.sleep(0 if settled else spread(pause))

    async def look(self) -> int:
        """Settles what no longer waits, each case in a transaction of its own; says how many. One
        whose calendar is still missing, or that fails, is set aside for a minute."""
        async with self.store.reading() as connection:
            cases = await restored_store.cases_left(connection, BATCH, self._left_out())
        settled = 0
        for case_id in cases:
            try:
                settled += await self._settle(case_id)
            except INFRASTRUCTURE:
                raise
            except Exception as error:
                self._put_aside(case_id)
                logger().error("clocks_left.case_set_aside", case=str(case_id), error=error)
        return settled

    async def _settle(self, case_id: UUID) -> bool:
        async with self.store.transaction(_cause_of(case_id), "clocks_left") as tx:
            listed = await settle_left(tx, case_id, self.tracing)
        if listed is None:
            self._put_aside(case_id)
            return False
        for one in listed:
            logger().warning("clocks_left.for_a_person", code=one.code, about=one.about)
        logger().info("clocks_left.settled", case=str(case_id))
        return True

    def _put_aside(self, case_id: UUID) -> None:
        self._set_aside[case_id] = time.monotonic() + SECONDS_SET_ASIDE

    def _left_out(self) -> list[UUID]:
        now = time.monotonic()
        self._set_aside = {case: until for case, until in self._set_aside.items() if until > now}
        return list(self._set_aside)


def _cause_of(case_id: UUID) -> UUID:
    """The same revision of a deadline is never told twice of a case that was left."""
    return uuid5(NAMESPACE, f"clocks left|{case_id}")
