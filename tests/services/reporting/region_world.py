"""Reporting with a region to tell, on a real Kafka and a real Postgres, and who reads there."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

from services.reporting.handlers import registry
from services.reporting.region_reference import RegionKey
from services.reporting.region_release import RegionRelease
from shared.contracts.envelope import Envelope, case_stream, correlation_of
from shared.contracts.payload import Payload
from shared.contracts.region_topics import shared_topics_of, subscriber_of
from shared.contracts.sharing_codes import SharedTopic, SharingAnswer
from shared.contracts.sharing_events import SharingDecided, StandingFor, sharing_stream
from shared.messaging.clock import SetClock
from shared.messaging.facts import Fact
from shared.messaging.relay import Relay
from shared.messaging.store import Store
from shared.reference.shared_regions import use_regions_file
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.contracts.committed import example
from tests.support.bus import access
from tests.support.local_stack import Infrastructure
from tests.support.region_reader import Heard, read

MERSEYSIDE, LONDON = "pan-merseyside", "london"
PERIOD = timedelta(seconds=60)


@contextmanager
def regions(
    directory: Path, *members: dict[str, Any], shared: Sequence[str] = ()
) -> Iterator[Path]:
    """Regions that are told once a minute, as this process reads them until the block ends."""
    file = directory / f"regions-{uuid4().hex[:8]}.json"
    write_regions(file, *members, shared=shared or (MERSEYSIDE, LONDON))
    use_regions_file(file)
    try:
        yield file
    finally:
        use_regions_file(None)


def write_regions(file: Path, *members: dict[str, Any], shared: Sequence[str]) -> None:
    release = {"every_seconds": int(PERIOD.total_seconds())}
    told = [{"region": r, "from": "2018-06-29", "to": None, "release": release} for r in shared]
    file.write_text(json.dumps({"shared": told, "members": list(members)}))


async def heard() -> bool:
    return True


@dataclass
class RegionWorld:
    """`key` and `salt` are what two stores of one reporting have in common."""

    infrastructure: Infrastructure
    store: Store
    clock: SetClock
    key: RegionKey = field(default_factory=lambda: RegionKey(uuid4().bytes * 2))
    salt: UUID = field(default_factory=uuid4)
    metrics: Metrics = field(default_factory=Metrics)
    taken_in: list[tuple[Fact, str, bool]] = field(default_factory=list)

    def __post_init__(self) -> None:
        reads = access(self.infrastructure, "reporting")
        self.release = RegionRelease(self.store, reads, self.metrics, self.key, heard)

    async def hear(self, facts: Sequence[Fact], *, synthetic: bool = False) -> None:
        """With ids of their own: what another test told has been told."""
        for told in facts:
            fact = replace(told, event_id=uuid5(self.salt, str(told.event_id)))
            await self._apply(fact, case_stream(fact.case_id), synthetic=synthetic)

    async def hear_all_that(self, other: "RegionWorld") -> None:
        """What another one heard, with the same ids: as a store that is built anew."""
        for fact, stream, synthetic in list(other.taken_in):
            await self._apply(fact, stream, synthetic=synthetic)

    async def decide(
        self,
        area: str,
        *topics: SharedTopic,
        region: str = MERSEYSIDE,
        answer: SharingAnswer = SharingAnswer.SHARE,
        expires_on: date = date(2029, 12, 31),
        replaces: UUID | None = None,
    ) -> UUID:
        """A standing decision of an area's authority for each topic; the id of the last."""
        made = uuid4()
        for topic in topics or tuple(SharedTopic):
            made = uuid4()
            base = SharingDecided.model_validate(example("uk.vigil.sharing.decided.v1")["data"])
            standing = StandingFor(topic=topic, region=region, expires_on=expires_on)
            said = {
                "decision_id": made,
                "case_id": None,
                "standing": standing,
                "replaces": replaces,
                "organisation": f"la-{area}",
                "recipient": subscriber_of(region),
                "decided_at": self.clock.instant,
                "decision": answer,
            }
            await self._apply_data(base.model_copy(update=said), sharing_stream(made))
        return made

    async def _apply_data(self, data: Payload, stream: str) -> None:
        now = self.clock.instant
        type_ = "uk.vigil.sharing.decided.v1"
        fact = Fact(uuid4(), uuid4(), "/vigil/intake", 1, type_, now, now, None, data)
        await self._apply(fact, stream)

    async def _apply(self, fact: Fact, stream: str, *, synthetic: bool = False) -> None:
        self.taken_in.append((fact, stream, synthetic))
        envelope = Envelope(
            id=fact.event_id,
            source=fact.source,
            type=fact.type,
            time=fact.happened_at,
            recordedtime=fact.recorded_at,
            subject=stream,
            correlationid=correlation_of(stream),
            sequence=fact.sequence,
            synthetic=synthetic,
        )
        async with self.store.transaction(
            envelope.id, "test", synthetic=synthetic, caused_by_event=True
        ) as tx:
            await registry.apply(envelope, fact.data.model_dump_json().encode(), tx)

    async def batch(self) -> None:
        """A whole period later: what was heard is worked out, and what is due is told."""
        await self.release.step()
        self.clock.move(PERIOD)
        await self.release.step()

    async def rows(self, sql: str, *arguments: object) -> list[dict[str, Any]]:
        async with self.store.reading() as connection:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]

    async def states(self) -> dict[str, list[str]]:
        """State of each copy, by topic, in the order of their sources."""
        found: dict[str, list[str]] = {}
        for row in await self.rows(
            "select topic, held_because, state from region_copy order by recorded_at, event_id"
        ):
            found.setdefault(row["topic"], []).append(row["held_because"] or row["state"])
        return found

    async def publish(self) -> set[UUID]:
        """Runs the relay until nothing is left; the ids of everything that was told."""
        relay = Relay(
            self.store,
            access(self.infrastructure, "reporting").new_producer,
            Tracing("reporting", None),
            self.metrics,
        )
        running = asyncio.create_task(relay.run())
        try:
            async with asyncio.timeout(30):
                while await self.rows("select 1 from outbox where published_at is null limit 1"):
                    self.store.written.set()
                    await asyncio.sleep(0.02)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        return {row["event_id"] for row in await self.rows("select event_id from outbox")}

    async def read_as(self, user: str, region: str, wanted: set[UUID]) -> list[Heard]:
        """What librdkafka reads of a region's topics, those of other tests left out."""
        reads, topics = access(self.infrastructure, user), shared_topics_of(region)

        def all_of_them(found: list[Heard]) -> bool:
            return wanted <= {heard.id for heard in found}

        found = await asyncio.to_thread(read, reads, topics, all_of_them)
        assert all_of_them(found), "not everything that was told can be read"
        return [heard for heard in found if heard.id in wanted]

    def at(self, *moment: int) -> None:
        self.clock.instant = datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type, misc]
