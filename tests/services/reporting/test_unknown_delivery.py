"""Confirmations of what their sender was never told are counted, and by the reason."""

from datetime import timedelta
from uuid import UUID

from services.reporting.unknown_delivery import LATELY, UnknownDeliveries
from services.reporting.unknown_delivery_store import MAY_STILL_COME, unknown_deliveries
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from tests.conftest import OpenStore
from tests.services.reporting.sample_events import an_id, at

NOW = at(20)
TOPIC, OTHER_TOPIC = "shared.pan-merseyside.incident.notified", "shared.london.case.stage"
REGION = "region-pan-merseyside"
TOLD, FOLLOWED = an_id("told"), an_id("followed")


async def known(store: Store) -> None:
    """A region was told one event, and one came in from intake."""
    async with store.reading() as connection:
        await connection.execute(
            """insert into region_told (event_id, topic, subject, told_at)
               values ($1, $2, 'caseref/x', $3)""",
            TOLD,
            TOPIC,
            at(19),
        )
        await connection.execute(
            """insert into inbox (source, stream, sequence, event_id, type, topic, kafka_partition,
                                  kafka_offset, outcome, applied_at)
               values ('/vigil/intake', 'case/x', 1, $1, 'uk.vigil.incident.decided.v1',
                       'incident.decided', 0, 7, 'applied', $2)""",
            FOLLOWED,
            at(19),
        )


async def confirmed(
    store: Store, event_id: UUID, topic: str, subscriber: str, ago: timedelta = MAY_STILL_COME
) -> None:
    async with store.reading() as connection:
        await connection.execute(
            """insert into delivery (event_id, subscriber, topic, received_at, processed_at,
                                     confirmed_at)
               values ($1, $2, $3, $4, $4, $4)""",
            event_id,
            subscriber,
            topic,
            NOW - ago,
        )


async def found(store: Store) -> set[tuple[UUID, str]]:
    async with store.reading() as connection:
        rows = await unknown_deliveries(connection, NOW, LATELY)
    return {(row.event_id, row.because) for row in rows}


async def test_what_was_told_to_its_sender_is_in_order(open_store: OpenStore) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    await known(store)
    await confirmed(store, TOLD, TOPIC, REGION)
    await confirmed(store, FOLLOWED, "incident.decided", "icb-casework")
    await confirmed(store, an_id("answer"), "replies.la-cases", "la-cases")
    assert await found(store) == set()


async def test_unknown_ids_forged_ones_and_another_subscribers_are_counted_apart(
    open_store: OpenStore,
) -> None:
    store, metrics = await open_store("reporting", clock=SetClock(NOW)), Metrics()
    await known(store)
    await confirmed(store, TOLD, TOPIC, "la-cases")
    await confirmed(store, an_id("invented"), TOPIC, REGION)
    await confirmed(store, TOLD, OTHER_TOPIC, "region-london")
    await confirmed(store, an_id("inside"), "incident.decided", "la-cases")
    await confirmed(store, an_id("answer"), "replies.police-records", "la-cases")
    assert await found(store) == {
        (TOLD, "told_to_another"),
        (an_id("invented"), "no_such_event"),
        (TOLD, "no_such_event"),
        (an_id("inside"), "no_such_event"),
        (an_id("answer"), "told_to_another"),
    }
    await UnknownDeliveries(store, metrics).look()
    counted = {
        because: metrics.registry.get_sample_value("vigil_deliveries_unknown", {"because": because})
        for because in ("no_such_event", "told_to_another")
    }
    assert counted == {"no_such_event": 3, "told_to_another": 2}


async def test_one_that_is_early_or_long_ago_is_not_counted(open_store: OpenStore) -> None:
    store = await open_store("reporting", clock=SetClock(NOW))
    await confirmed(store, an_id("early"), TOPIC, REGION, MAY_STILL_COME - timedelta(seconds=1))
    await confirmed(store, an_id("long ago"), TOPIC, REGION, LATELY)
    assert await found(store) == set()
