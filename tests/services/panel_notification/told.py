"""What the tests of the store and the sender do to a store, and see in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

from services.panel_notification import attempt_store
from services.panel_notification.addressing import Addressing, read_addressing
from services.panel_notification.channels.channel import Channel
from services.panel_notification.composing import Composer
from services.panel_notification.handlers import registry
from services.panel_notification.notice import Notice
from services.panel_notification.notice_sender import NoticeSender
from services.panel_notification.notice_store import notices_of
from services.panel_notification.sending import Post
from shared.contracts.catalogue import type_for
from shared.contracts.envelope import case_stream
from shared.contracts.event_codes import Channel as Name
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.payload import Payload
from shared.contracts.strict_json import parse
from shared.messaging.order import Outcome
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.services.panel_notification.sample_facts import event


async def tell(store: Store, case_id: UUID, sequence: int, data: Payload) -> None:
    """Applies an event of intake as the consumer would, in one transaction."""
    told = event(case_id, sequence, data)
    async with store.transaction(told.envelope.id, "test", caused_by_event=True) as tx:
        outcome = await registry.apply(told.envelope, data.model_dump_json().encode(), tx)
    assert outcome is Outcome.APPLIED


async def notices(store: Store, *case_ids: UUID) -> dict[str, Notice]:
    """By recipient, of one case or of several."""
    async with store.reading() as connection:
        return {each.recipient: each for each in await notices_of(connection, list(case_ids))}


async def published(store: Store, case_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    """Topics and data of everything said about a case, in order."""
    async with store.reading() as connection:
        rows = await connection.fetch(
            "select topic, payload from outbox where stream = $1 order by sequence",
            case_stream(case_id),
        )
    return [(row["topic"], parse(row["payload"])) for row in rows]


async def notified(store: Store, case_id: UUID) -> IncidentNotified | None:
    topic = type_for(IncidentNotified).topic
    found = [data for name, data in await published(store, case_id) if name == topic]
    assert len(found) <= 1, "an incident is notified once"
    return IncidentNotified.model_validate(found[0]) if found else None


def sender_of(store: Store, *channels: Channel, by: Addressing | None = None) -> NoticeSender:
    """One whose recipients are told as `by` says: everybody by email unless it is given."""
    post = post_by(by or read_addressing(), *channels)
    return NoticeSender(store, post, Tracing("panel_notification", None), Metrics())


def post_by(addressing: Addressing, *channels: Channel) -> Post:
    composer = Composer(addressing, "notices@vigil.example", "http://127.0.0.1:8103")
    return Post(addressing, {Name(each.name): each for each in channels}, composer)


@asynccontextmanager
async def living_sender(store: Store) -> AsyncIterator[tuple[Any, int]]:
    """The connection and number of a sender that others see as alive."""
    number = uuid4().int % (2**31 - 1) + 1
    async with store.pool.acquire() as connection:
        await attempt_store.become_sender(connection, number)
        yield connection, number


async def send_all(sender: NoticeSender) -> None:
    """Rounds until nothing is due any more."""
    async with living_sender(sender.store) as (connection, number):
        while await sender.send_due(connection, number):
            pass
