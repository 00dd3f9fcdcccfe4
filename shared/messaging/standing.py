"""Where a consumer stands: in its service's store, at the broker, and how far it has to go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.messaging.store import Store
from shared.messaging.topic_reader import TopicReader


@dataclass(frozen=True)
class Standing:
    """One partition. `stored` is the offset kept with the effects, `committed` the group's."""

    topic: str
    partition: int
    assigned: bool
    stored: int | None
    committed: int | None
    begin: int
    end: int

    @property
    def lag(self) -> int:
        """Records not yet consumed."""
        return max(0, self.end - max(self.begin, self.committed or 0))


async def standings(
    reader: TopicReader, store: Store, group: str, topics: Sequence[str]
) -> list[Standing]:
    """Raises what the broker and the store raise."""
    partitions = await reader.partitions(topics)
    committed = await reader.committed(group, partitions)
    begins, ends = await reader.begins(partitions), await reader.ends(partitions)
    _, assigned = await reader.assigned(group)
    async with store.reading() as connection:
        rows = await connection.fetch("select * from consumed_offset")
    stored = {(row["topic"], row["kafka_partition"]): row["next_offset"] for row in rows}
    return [
        Standing(
            topic=p.topic,
            partition=p.partition,
            assigned=p in assigned,
            stored=stored.get((p.topic, p.partition)),
            committed=committed.get(p),
            begin=begins[p],
            end=ends[p],
        )
        for p in partitions
    ]


async def last_applied(connection: Any) -> dict[str, datetime]:
    """When an event of each source was applied last, by source."""
    rows = await connection.fetch(
        "select source, max(applied_at) as at from inbox group by source order by source"
    )
    return {row["source"]: row["at"] for row in rows}
