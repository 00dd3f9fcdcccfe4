"""SQL of confirmations, and of the events that they may be about."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from services.reporting.delivery import Confirmation, Delivery, PublishedEvent, deliveries
from services.reporting.journey_store import READER, linked_with
from shared.contracts.delivery_events import DeliveryArrived
from shared.contracts.envelope import case_stream
from shared.contracts.region_topics import shared_topic, subscriber_of
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.store import Store, Tx

_KEEP = """
insert into delivery as kept (event_id, subscriber, topic, received_at, processed_at, confirmed_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (event_id, subscriber, topic) do update
set received_at = least(kept.received_at, excluded.received_at),
    processed_at = least(kept.processed_at, excluded.processed_at),
    confirmed_at = least(kept.confirmed_at, excluded.confirmed_at)
"""
"""Each instant the earliest that was said, so that the order of arrival says nothing and what was
processed stays so. `least` passes over a null."""


async def keep_delivery(tx: Tx, said: DeliveryArrived, confirmed_at: datetime) -> None:
    """Commits with the event. The same for every order in which confirmations arrive."""
    await tx.execute(
        _KEEP,
        said.event_id,
        said.subscriber,
        said.topic,
        said.received_at,
        said.processed_at,
        confirmed_at,
    )


async def followed_events(tx: Tx, case_ids: Sequence[UUID]) -> list[PublishedEvent]:
    """The events of these cases that came in from the other services, of which something was
    confirmed."""
    rows = await tx.fetch(
        """select distinct i.event_id, i.topic, coalesce(f.recorded_at, i.applied_at) as at
           from inbox i join delivery d using (event_id, topic) left join fact f using (event_id)
           where i.stream = any($1)""",
        [case_stream(case_id) for case_id in case_ids],
    )
    return [PublishedEvent(row["event_id"], row["topic"], row["at"]) for row in rows]


async def shared_events(tx: Tx, case_ids: Sequence[UUID]) -> list[PublishedEvent]:
    """What regions were told of these cases, each to be confirmed by its region's subscriber."""
    rows = await tx.fetch(
        """select event_id, region, topic, settled_at from region_copy
           where case_id = any($1) and state = 'told'""",
        list(case_ids),
    )
    return [
        PublishedEvent(
            row["event_id"],
            shared_topic(row["region"], SharedTopic(row["topic"])),
            row["settled_at"],
            subscriber_of(row["region"]),
        )
        for row in rows
    ]


async def confirmations_of(tx: Tx, event_ids: Sequence[UUID]) -> list[Confirmation]:
    rows = await tx.fetch(
        """select event_id, topic, subscriber, received_at, processed_at, confirmed_at
           from delivery where event_id = any($1)""",
        list(event_ids),
    )
    return [Confirmation(**dict(row)) for row in rows]


async def deliveries_of(store: Store, case_id: UUID) -> tuple[Delivery, ...]:
    """Of a case and those that it is linked with."""
    async with store.transaction(uuid4(), READER) as tx:
        group = sorted(await linked_with(tx, [case_id]))
        published = [*await followed_events(tx, group), *await shared_events(tx, group)]
        said = await confirmations_of(tx, [event.event_id for event in published])
        return deliveries(published, said)
