"""Works out what regions are to be told, and tells each when its batch is due."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from prometheus_client import Counter, Gauge

from services.reporting import region_batch_store, region_month_store, region_store
from services.reporting.journey_store import lock_group
from services.reporting.known import known
from services.reporting.region_batch import release_batch
from services.reporting.region_copies import Copy, copies_of
from services.reporting.region_month import note_months, release_months
from services.reporting.region_reference import RegionKey
from services.reporting.region_rests import find_decisions_again
from shared.calendar.london import london_date
from shared.contracts.region_topics import shared_topics_of
from shared.messaging.audit import audit
from shared.messaging.erasing import erased_among
from shared.messaging.facts import facts_of
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.reading_back import CaughtUp, read_back
from shared.messaging.security import KafkaAccess
from shared.messaging.store import Store
from shared.reference.shared_regions import (
    SharedRegion,
    membership_fingerprint,
    shared_regions,
    spans,
)
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics

ACTOR = "region_release"
LOOK_SECONDS = 1.0
TOPICS_AGAIN_SECONDS = 15.0
CASES_AT_ONCE = 25
EVERY, DEFECT = "every", "defect"


class RegionRelease:
    """A task of the node. Several processes may run it: each case and each region has a lock."""

    def __init__(
        self,
        store: Store,
        access: KafkaAccess,
        metrics: Metrics,
        key: RegionKey,
        caught_up: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self.store, self.access, self.key = store, access, key
        self.caught_up = caught_up or CaughtUp(store, access)
        self._learned: set[str] = set()
        self._look_for_topics: dict[str, float] = {}
        self._shown: set[tuple[str, str, str]] = set()
        self._failed: set[UUID] = set()
        self._told = Counter(
            "vigil_region_told", "Events told to a region", ["region"], registry=metrics.registry
        )
        self._waits = Gauge(
            "vigil_region_waits",
            "What a region is not told, by the reason",
            ["region", "topic", "because"],
            registry=metrics.registry,
        )

    async def run(self) -> None:
        """Until cancelled; whatever store or broker raise is waited over."""
        while True:
            try:
                await self.step()
            except INFRASTRUCTURE as error:
                logger().warning("region_release.paused", error=error)
            await asyncio.sleep(LOOK_SECONDS)

    async def step(self) -> None:
        """Everything that is due now. Nothing is told before everything was heard."""
        if not await self.caught_up():
            return
        await self.work_out()
        for row in shared_regions():
            try:
                if await self._knows_what_was_told(row.region):
                    await self.release(row)
            except INFRASTRUCTURE:
                raise
            except Exception as error:
                # A defect in what one region is told keeps no other from being told.
                logger().error("region_release.region_failed", region=row.region, error=error)
                self._show(row.region, {(EVERY, DEFECT): 1})

    async def _knows_what_was_told(self, region: str) -> bool:
        if region in self._learned:
            return True
        if time.monotonic() < self._look_for_topics.get(region, 0.0):
            return False
        async with self.store.reading() as connection:
            already = await region_store.read_up_to(connection)
        back = await read_back(self.access, shared_topics_of(region), already)
        if back is None:
            logger().warning("region_release.topics_missing", region=region)
            self._look_for_topics[region] = time.monotonic() + TOPICS_AGAIN_SECONDS
            return False
        async with self.store.transaction(uuid4(), ACTOR) as tx:
            rows = [
                region_store.ToldRow(t.event_id, t.topic, t.subject, t.told_at or tx.now)
                for t in back.told
            ]
            await region_store.note_read(tx, rows, back.ends)
            await note_months(tx, region, back.told)
        self._learned.add(region)
        return True

    async def work_out(self) -> None:
        """Brings what is to be told in line with what is known, case by case."""
        async with self.store.transaction(uuid4(), ACTOR) as tx:
            await region_store.renew_membership(tx, membership_fingerprint(london_date(tx.now)))
        while True:
            async with self.store.reading() as connection:
                self._failed -= await erased_among(connection, sorted(self._failed))
                stale = await region_store.stale_cases(connection, CASES_AT_ONCE, self._failed)
            if not stale:
                self._waits.labels(EVERY, EVERY, DEFECT).set(len(self._failed))
                return
            try:
                await self._work_out(stale)
            except INFRASTRUCTURE:
                raise
            except Exception:
                await self._one_by_one(stale)

    async def _one_by_one(self, cases: list[UUID]) -> None:
        """A case that cannot be worked out waits for a person; its neighbours go on."""
        for case_id in cases:
            try:
                await self._work_out([case_id])
            except INFRASTRUCTURE:
                raise
            except Exception as error:
                self._failed.add(case_id)
                logger().error("region_release.case_failed", error=error, case_id=str(case_id))

    async def _work_out(self, cases: list[UUID]) -> None:
        async with self.store.transaction(uuid4(), ACTOR) as tx:
            group = await lock_group(tx, cases)
            facts = await facts_of(tx, group)
            today = london_date(tx.now)
            for synthetic in (False, True):
                of_kind = await region_store.cases_that_are(tx, group, synthetic=synthetic)
                made = [
                    c for one in of_kind for c in copies_of(known(one, facts), spans(today), today)
                ]
                await region_store.write_copies(
                    tx, of_kind, [(copy, self._reference(copy)) for copy in made], synthetic
                )

    def _reference(self, copy: Copy) -> UUID:
        if copy.action_id is not None:
            return self.key.of_action(copy.region, copy.case_id, copy.cycle, copy.action_id)
        return self.key.of_case(copy.region, copy.case_id, copy.cycle, copy.epoch)

    async def release(self, row: SharedRegion) -> None:
        """Tells one region if its batch is due, the first of a day also of months that are over.
        The very first is due one period after the region was added."""
        async with self.store.transaction(uuid4(), ACTOR) as tx:
            last = await region_batch_store.last_release(tx, row.region)
            if last is not None and tx.now < row.release.after(last):
                return
            await region_batch_store.note_release(tx, row.region)
            if last is None:
                return
            await find_decisions_again(tx, row.region)
            batch = await release_batch(tx, row.region)
            told = batch.told
            if london_date(last) != london_date(tx.now):
                told += await release_months(tx, row.region)
            waits = batch.waits | await region_month_store.waits(tx, row.region)
            if told:
                await audit(tx, "region.batch", row.region, told=told)
        self._told.labels(row.region).inc(told)
        self._show(row.region, waits)

    def _show(self, region: str, waits: dict[tuple[str, str], int]) -> None:
        for labels in [labels for labels in self._shown if labels[0] == region]:
            self._waits.labels(*labels).set(0)
        for (topic, because), number in waits.items():
            self._shown.add((region, topic, because))
            self._waits.labels(region, topic, because).set(number)
