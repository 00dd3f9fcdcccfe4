"""Confirmations as they come in, in whatever order, kept in a real Postgres."""

from collections.abc import Iterable
from datetime import datetime
from itertools import permutations
from uuid import UUID

import pytest

from services.reporting.delivery_store import deliveries_of
from services.reporting.handlers import registry
from shared.contracts.catalogue import event_type, source_of, type_for
from shared.contracts.delivery_events import DeliveryArrived, delivery_stream
from shared.contracts.envelope import Envelope, case_stream, correlation_of
from shared.contracts.payload import Payload
from shared.contracts.wire import Record, headers_of
from shared.messaging.clock import SetClock
from shared.messaging.receiving import Receiver
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.conftest import OpenStore
from tests.services.reporting.sample_case import notified_case
from tests.services.reporting.sample_events import CASE, an_id, at

NOW = at(28)
PARTNER, OTHER = "icb-casework", "la-cases"
SENT = next(fact for fact in notified_case().facts if fact.type == "uk.vigil.notice.sent.v1")


def record_of(
    service: str, type_: str, stream: str, number: int, data: Payload, event_id: UUID, at_: datetime
) -> Record:
    row = event_type(type_)
    assert row is not None
    envelope = Envelope(
        id=event_id,
        source=source_of(service),
        type=type_,
        time=at_,
        recordedtime=at_,
        subject=stream,
        correlationid=correlation_of(stream),
        sequence=number,
    )
    headers = tuple((name, value.encode()) for name, value in headers_of(envelope).items())
    value = data.model_dump_json().encode()
    return Record(row.topic, 0, number, stream.encode(), headers, value)


def confirmation(number: int, subscriber: str, *, processed: bool, day: int = 7) -> Record:
    stream = delivery_stream(SENT.event_id)
    said = DeliveryArrived(
        event_id=SENT.event_id,
        topic="notice.sent",
        subscriber=subscriber,
        received_at=at(day),
        processed_at=at(day, 10) if processed else None,
    )
    type_ = type_for(DeliveryArrived).type
    return record_of("intake", type_, stream, number, said, an_id("said", number), at(day, 11))


def told_of_the_case() -> list[Record]:
    """What panel notification told of the case, up to the notice that is confirmed."""
    return [
        record_of(
            "panel_notification",
            fact.type,
            case_stream(fact.case_id),
            fact.sequence,
            fact.data,
            fact.event_id,
            fact.recorded_at,
        )
        for fact in notified_case().facts
        if fact.source == SENT.source
        and fact.case_id == SENT.case_id
        and fact.sequence <= SENT.sequence
    ]


async def take_in(store: Store, service: str, records: Iterable[Record]) -> None:
    receiver = Receiver(service, store, registry, Tracing("reporting", None), Metrics())
    for record in records:
        await receiver.consume(record)


async def test_a_notice_that_a_partners_system_confirmed_is_shown_with_its_case(
    open_store: OpenStore,
) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    await take_in(store, "panel_notification", told_of_the_case())
    assert await deliveries_of(store, CASE) == ()
    await take_in(store, "intake", [confirmation(1, PARTNER, processed=True)])
    (one,) = await deliveries_of(store, CASE)
    assert (one.event_id, one.topic) == (SENT.event_id, "notice.sent")
    assert (one.subscriber, one.state) == (PARTNER, "processed")
    assert (one.published_at, one.received_at) == (SENT.recorded_at, at(7))


async def test_a_confirmation_of_an_event_not_yet_known_counts_once_it_is(
    open_store: OpenStore,
) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    await take_in(store, "intake", [confirmation(1, PARTNER, processed=False)])
    assert await deliveries_of(store, CASE) == ()
    await take_in(store, "panel_notification", told_of_the_case())
    (one,) = await deliveries_of(store, CASE)
    assert one.state == "received"


@pytest.mark.parametrize("order", sorted(permutations((1, 2, 3))))
async def test_confirmations_repeated_and_in_any_order_end_the_same(
    open_store: OpenStore, order: tuple[int, ...]
) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    said = {
        1: confirmation(1, PARTNER, processed=False),
        2: confirmation(2, PARTNER, processed=True, day=9),
        3: confirmation(3, OTHER, processed=True, day=20),
    }
    await take_in(store, "panel_notification", told_of_the_case())
    await take_in(store, "intake", [said[n] for n in (*order, *order)])
    partner, other = await deliveries_of(store, CASE)
    assert (partner.subscriber, partner.state) == (PARTNER, "processed")
    assert (partner.received_at, partner.processed_at) == (at(7), at(9, 10))
    assert (other.subscriber, other.received_at) == (OTHER, at(20))
