"""Tells a region each month that is over, once, by the decisions of all its authorities."""

from uuid import UUID, uuid5

from services.reporting import region_month_store, region_store
from services.reporting.region_batch import Standing
from services.reporting.region_batch_store import standing_decisions
from services.reporting.region_figures import Month, figures, months_over
from shared.calendar.london import london_date
from shared.contracts.envelope import NAMESPACE, derived_id
from shared.contracts.region_events import SharedMetricsMonthly
from shared.contracts.region_topics import region_subject, shared_topic, shared_type
from shared.contracts.sharing_codes import SharedTopic
from shared.contracts.standing_sharing import Because
from shared.messaging.audit import audit
from shared.messaging.outbox import tell_region
from shared.messaging.store import Tx
from shared.reference.shared_regions import spans

TOPIC = SharedTopic.METRICS_MONTHLY


async def release_months(tx: Tx, region: str) -> int:
    """How many were told. Commits with the caller's transaction, in which this region's release is
    locked."""
    since = await region_month_store.first_heard(tx)
    if since is None:
        return 0
    told = 0
    standing: Standing | None = None
    for month in months_over(tx.now, since):
        event_id = _event_id(region, month)
        if await region_month_store.is_told(tx, event_id):
            continue
        standing = standing or Standing(tx, region, await standing_decisions(tx))
        areas = _areas_of(tx, region, month)
        rests = {area: standing.of(area, TOPIC) for area in areas}
        held = {
            area: one.because.value
            for area, one in rests.items()
            if not one.allowed and one.because is not Because.WITHHELD
        }
        allowed = [area for area in areas if rests[area].allowed]
        if held or not allowed:
            await region_month_store.hold(tx, region, month.name, held)
            continue
        await _tell(tx, region, month, allowed, event_id)
        told += 1
    return told


def _areas_of(tx: Tx, region: str, month: Month) -> list[str]:
    """Those that belonged to the region at the month's end."""
    held = spans(london_date(tx.now))
    day = month.last_day
    return sorted(
        area
        for area, of_area in held.items()
        if any(span.region == region and span.holds_on(day) for span in of_area)
    )


async def _tell(tx: Tx, region: str, month: Month, areas: list[str], event_id: UUID) -> None:
    counted = await region_month_store.counted(tx, month.start, month.end)
    data = SharedMetricsMonthly(region=region, month=month.name, figures=figures(counted, areas))
    subject = region_subject(region)
    await tell_region(tx, data, TOPIC, subject, event_id, synthetic=False)
    await region_store.note_told(tx, [(event_id, shared_topic(region, TOPIC), subject)])
    await region_month_store.settle(tx, data)
    await audit(tx, "region.told", str(event_id), region=region, topic=TOPIC.value)


def _event_id(region: str, month: Month) -> UUID:
    source = uuid5(NAMESPACE, f"month|{region}|{month.name}")
    return derived_id(source, shared_type(TOPIC), shared_topic(region, TOPIC), 0)
