"""Tells a region each month that is over by the decisions of all its authorities; and again, as a
revision, where figures that it was shown have been corrected since."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from pydantic import ValidationError

from services.reporting import region_month_store, region_store
from services.reporting.region_batch_store import standing_decisions
from services.reporting.region_figures import Month, figures, months_over
from services.reporting.region_rests import Standing
from services.reporting.region_store import ToldRow
from shared.calendar.london import london_date
from shared.contracts.envelope import NAMESPACE, derived_id
from shared.contracts.region_events import SharedMetricsMonthly
from shared.contracts.region_topics import region_subject, shared_topic, shared_type
from shared.contracts.sharing_codes import SharedTopic
from shared.contracts.standing_sharing import Because, Rests
from shared.messaging.audit import audit
from shared.messaging.outbox import tell_region
from shared.messaging.reading_back import ToldBefore
from shared.messaging.store import Tx
from shared.reference.shared_regions import spans

TOPIC = SharedTopic.METRICS_MONTHLY


async def release_months(tx: Tx, region: str) -> int:
    """How many were told. Commits with the caller's transaction, in which this region's release is
    locked. Earlier months are looked at again when another one is told, so that several corrections
    go out together and none by itself."""
    since = await region_month_store.first_heard(tx)
    if since is None:
        return 0
    months = months_over(tx.now, since)
    told = [m for m in months if await region_month_store.is_told(tx, _event_id(region, m, 1))]
    new = [month for month in months if month not in told]
    if not new:
        return 0
    standing = Standing(tx.now, region, await standing_decisions(tx))
    first = sum([await _first(tx, region, month, standing) for month in new])
    if not first:
        return 0
    return first + sum([await _again(tx, region, month, standing) for month in told])


async def _first(tx: Tx, region: str, month: Month, standing: Standing) -> bool:
    areas = _areas_of(tx, region, month)
    rests = {area: standing.of(area, TOPIC) for area in areas}
    held = {
        area: one.because.value
        for area, one in rests.items()
        if not one.allowed and one.because is not Because.WITHHELD
    }
    allowed = {area: one for area, one in rests.items() if one.allowed}
    if held or not allowed:
        await region_month_store.hold(tx, region, month.name, held)
        return False
    counted = await region_month_store.counted(tx, month)
    made = figures(counted, list(allowed))
    data = SharedMetricsMonthly(region=region, month=month.name, figures=made)
    await _tell(tx, month, data, allowed)
    return True


async def _again(tx: Tx, region: str, month: Month, standing: Standing) -> bool:
    """The same areas as before, each by a decision that holds now: without one of them the others
    would give it away."""
    before = await region_month_store.shown(tx, region, month.name)
    if before is None:
        return False
    revision, shown = before
    areas = sorted({one.area for one in shown if one.area is not None})
    rests = {area: standing.of(area, TOPIC) for area in areas}
    if not all(one.allowed for one in rests.values()):
        return False
    made = figures(await region_month_store.counted(tx, month), areas, shown)
    if made == shown:
        return False
    data = SharedMetricsMonthly(
        region=region, month=month.name, figures=made, revision=revision + 1
    )
    await _tell(tx, month, data, rests)
    return True


def _areas_of(tx: Tx, region: str, month: Month) -> list[str]:
    """Those that belonged to the region at the month's end."""
    held = spans(london_date(tx.now))
    day = month.last_day
    return sorted(
        area
        for area, of_area in held.items()
        if any(span.region == region and span.holds_on(day) for span in of_area)
    )


async def _tell(tx: Tx, month: Month, data: SharedMetricsMonthly, rests: dict[str, Rests]) -> None:
    event_id, subject = _event_id(data.region, month, data.revision), region_subject(data.region)
    await tell_region(tx, data, TOPIC, subject, event_id, synthetic=False)
    told_on = shared_topic(data.region, TOPIC)
    await region_store.note_told(tx, [ToldRow(event_id, told_on, subject, tx.now)])
    rests_on = {area: str(one.decision_id) for area, one in rests.items()}
    await region_month_store.settle(tx, data, rests_on, tx.now)
    codes = {"region": data.region, "topic": TOPIC.value, "revision": data.revision}
    await audit(tx, "region.told", str(event_id), **codes)


async def note_months(tx: Tx, region: str, told: Sequence[ToldBefore]) -> None:
    """What a region's own topic says that it was told: so a store that was made anew shows the
    next revision as the last one was shown."""
    for one in told:
        if one.topic != shared_topic(region, TOPIC) or one.told_at is None:
            continue
        try:
            data = SharedMetricsMonthly.model_validate_json(one.content)
        except ValidationError:
            continue
        await region_month_store.settle(tx, data, {}, one.told_at)


def _event_id(region: str, month: Month, revision: int) -> UUID:
    source = uuid5(NAMESPACE, f"month|{region}|{month.name}")
    return derived_id(source, shared_type(TOPIC), shared_topic(region, TOPIC), revision - 1)
