"""Reads every topic from its beginning, in no group, and how far each service has come.

The order of looking makes most comparisons sound while everything runs: the ends of the topics and
the committed offsets, the stores, the records. What stood below those ends had been written before
its store was read; what a store calls published or consumed is on the topic that is read after it.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from deploy.operate.books import Books, Value
from shared.contracts.catalogue import (
    FOLLOWS,
    INGRESS_GROUP,
    REPLY_TYPES,
    SERVICES,
    ingress_topic,
    topics,
    topics_of,
)
from shared.contracts.region_topics import region_topics
from shared.contracts.strict_json import BadJson, parse
from shared.contracts.wire import Record, read_inside, text_headers
from shared.messaging.security import KafkaAccess
from shared.messaging.stopping import ended
from shared.messaging.topic_reader import hold
from shared.reference.shared_regions import shared_regions

READ_WHOLE = frozenset(
    {
        "uk.vigil.incident.reported.v1",
        "uk.vigil.incident.decided.v1",
        "uk.vigil.incident.corrected.v1",
        "uk.vigil.incident.withdrawn.v1",
        "uk.vigil.incident.transferred.v1",
        "uk.vigil.case.stage.entered.v1",
        "uk.vigil.case.erasure.ordered.v1",
        "uk.vigil.review.due.v1",
        "uk.vigil.review.extension.decided.v1",
        "uk.vigil.review.submitted.v1",
        "uk.vigil.lcspr.commissioned.v1",
        "uk.vigil.lcspr.drafted.v1",
        "uk.vigil.lcspr.delayed.v1",
        "uk.vigil.lcspr.withheld.v1",
        "uk.vigil.deadline.met.v1",
        "uk.vigil.deadline.cancelled.v1",
        "uk.vigil.notice.sent.v1",
        "uk.vigil.notice.delivered.v1",
        "uk.vigil.sharing.decided.v1",
        *(f"uk.vigil.yearly.report.{what}.v1" for what in ("published", "withdrawn")),
        *REPLY_TYPES,
    }
)
"""Of these the thin data is looked at; of all others, reports above all, only its SHA-256."""

RECORDS_AT_A_TIME, NO_ANSWER_SECONDS = 2_000, 30
INGRESS, SHARED = "ingress.", "shared."


class TopicsUnread(Exception):
    """The broker gave no records for a long time, though there are some."""


@dataclass
class Topics:
    """One look at the bus: `begin` before the stores are read, `read` after."""

    access: KafkaAccess
    systems: Sequence[str]
    books: Books

    def __post_init__(self) -> None:
        self.consumer = AIOKafkaConsumer(
            **self.access.aiokafka(),
            client_id=self.access.username,
            group_id=None,
            enable_auto_commit=False,
            isolation_level="read_committed",
            auto_offset_reset="none",
        )
        self.admin = AIOKafkaAdminClient(**self.access.aiokafka(), client_id=self.access.username)
        self.partitions: list[TopicPartition] = []
        self.ends: dict[TopicPartition, int] = {}
        self.owners = {topic: service for service in SERVICES for topic in topics_of(service)}

    async def begin(self) -> None:
        """Ends, committed offsets and set-up."""
        await self.admin.start()
        await self.consumer.start()
        await self._describe()
        if self.partitions:
            hold(self.consumer, self.partitions)
            self.ends = await self.consumer.end_offsets(self.partitions)
        await self._committed()

    async def read(self) -> None:
        """Every record up to the ends of now. Raises TopicsUnread."""
        if not self.partitions:
            return
        first = await self.consumer.beginning_offsets(self.partitions)
        ends = await self.consumer.end_offsets(self.partitions)
        for partition in self.partitions:
            self.consumer.seek(partition, first[partition])
        self.books.add(
            "position",
            [(p.topic, p.partition, first[p], self.ends[p], ends[p]) for p in self.partitions],
        )
        open_ = {p for p in self.partitions if ends[p] > first[p]}
        self.consumer.resume(*open_)
        while open_:
            batches = await self.consumer.getmany(
                timeout_ms=NO_ANSWER_SECONDS * 1_000, max_records=RECORDS_AT_A_TIME
            )
            if not batches:
                raise TopicsUnread
            for partition, records in batches.items():
                wanted = [r for r in records if r.offset < ends[partition]]
                self.books.add("record", [self._row(record) for record in wanted])
            for partition in list(open_):
                if await self.consumer.position(partition) >= ends[partition]:
                    open_.discard(partition)
                    self.consumer.pause(partition)

    async def stop(self) -> None:
        await ended(self.consumer.stop())
        await ended(self.admin.close())

    async def _describe(self) -> None:
        wanted = topics(self.systems) + region_topics(row.region for row in shared_regions())
        self.books.add(
            "expected_topic",
            [(w.name, self._producer(w.name), w.partitions, w.retention_ms) for w in wanted],
        )
        described = await self.admin.describe_topics([spec.name for spec in wanted])
        found = {each["topic"]: each["partitions"] for each in described if not each["error_code"]}
        self.partitions = [
            TopicPartition(topic, partition["partition"])
            for topic, partitions in sorted(found.items())
            for partition in partitions
        ]
        kept = await self._settings(ConfigResourceType.TOPIC, sorted(found))
        self.books.add(
            "found_topic",
            [(t, len(found[t]), int(kept[t].get("retention.ms", 0))) for t in found],
        )
        cluster = await self.admin.describe_cluster()
        broker = str(cluster["brokers"][0]["node_id"])
        settings = (await self._settings(ConfigResourceType.BROKER, [broker]))[broker]
        settings["brokers"] = str(len(cluster["brokers"]))
        self.books.add("setting", list(settings.items()))

    def _producer(self, topic: str) -> str:
        """The service that writes it; empty for what sending systems write, and for what regions
        are told, which outlives the store of reporting."""
        return self.owners.get(topic, "" if topic.startswith((INGRESS, SHARED)) else "intake")

    async def _settings(
        self, kind: ConfigResourceType, names: Sequence[str]
    ) -> dict[str, dict[str, str]]:
        answers = await self.admin.describe_configs([ConfigResource(kind, name) for name in names])
        return {
            resource[3]: {entry[0]: entry[1] or "" for entry in resource[4]}
            for answer in answers
            for resource in answer.resources
        }

    async def _committed(self) -> None:
        groups = {
            f"{service}.{source}": (service, set(topics_of(source)))
            for service, sources in FOLLOWS.items()
            for source in sources
        }
        doors = {ingress_topic(system) for system in self.systems}
        groups[INGRESS_GROUP] = ("intake", doors)
        for group, (service, followed) in groups.items():
            partitions = [p for p in self.partitions if p.topic in followed]
            self.books.add("follows", [(service, group, topic) for topic in sorted(followed)])
            if not partitions:
                continue
            known = await self.admin.list_consumer_group_offsets(group, partitions=partitions)
            self.books.add(
                "committed",
                [
                    (group, service, p.topic, p.partition, offset.offset)
                    for p, offset in known.items()
                    if offset.offset >= 0
                ],
            )

    def _row(self, raw: ConsumerRecord) -> Sequence[Value]:
        record = Record(raw.topic, raw.partition, raw.offset, raw.key, raw.headers, raw.value)
        owner = self.owners.get(raw.topic)
        event_id, type_, stream, sequence, organisation = (
            _inside(record, owner) if owner else _outside(record)
        )
        return (
            raw.topic,
            raw.partition,
            raw.offset,
            raw.timestamp * 1_000,
            event_id,
            type_,
            stream,
            sequence,
            organisation,
            hashlib.sha256(raw.value or b"").hexdigest(),
            _thin(raw.value) if type_ in READ_WHOLE and not raw.topic.startswith(INGRESS) else None,
        )


Said = tuple[str | None, str | None, str | None, int | None, str | None]
"""Event id, type, stream, number, organisation."""


def _inside(record: Record, owner: str) -> Said:
    incoming = read_inside(record, owner)
    return str(incoming.event_id), incoming.type, incoming.stream, incoming.sequence, None


def _outside(record: Record) -> Said:
    headers, _ = text_headers(record.headers)
    organisation = _organisation(headers.get("ce_source", ""))
    return _uuid(headers.get("ce_id")), headers.get("ce_type"), None, None, organisation


def _uuid(text: str | None) -> str | None:
    try:
        return str(UUID(text or ""))
    except ValueError:
        return None


def _organisation(source: str) -> str | None:
    parts = source.split("/")
    return parts[2] if len(parts) == 4 and parts[:2] == ["", "org"] else None


def _thin(value: bytes | None) -> str | None:
    """The JSON text, or None for what cannot be looked into."""
    try:
        return json.dumps(parse(value or b""))
    except BadJson:
        return None
