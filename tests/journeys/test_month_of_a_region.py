"""Worked example P16: two deaths of looked-after children in a month, told to the region.

Two of all that the stack was told of: one of its samples, in Wirral, and the walked C02, in
Liverpool. Nothing is set but that the month is over now: it is released from the stack's own store,
the stack's reporting publishes it, and librdkafka reads it as the region's subscriber.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.reporting import region_month
from services.reporting.region_figures import Month
from services.reporting.region_month_store import counted
from shared.contracts.region_events import Measure
from shared.contracts.region_topics import shared_topic, subscriber_of
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.store import Store, open_pool
from shared.reference.shared_regions import use_regions_file
from shared.sealing.envelope import Keyring
from tests.journeys.test_region import REGION
from tests.journeys.walking import Walked
from tests.journeys.worked_reports import LIVERPOOL, WIRRAL
from tests.support.region_reader import Heard, read
from tests.support.whole_stack import WholeStack

TOPIC = shared_topic(REGION, SharedTopic.METRICS_MONTHLY)
IN_CARE = Measure.DIED_LOOKED_AFTER


@asynccontextmanager
async def reporting_on(stack: WholeStack) -> AsyncIterator[Store]:
    secret = stack.layout.secrets("reporting") / "vigil_database_password"
    pool = await open_pool(
        host="127.0.0.1",
        port=stack.layout.ports["postgres"],
        database="reporting",
        user="reporting_app",
        password=await asyncio.to_thread(secret.read_text),
        size=1,
    )
    try:
        yield Store(pool, "reporting", Keyring(b"k" * 32, kek_id="test"))
    finally:
        await pool.close()


async def test_p16_two_deaths_of_looked_after_children_are_told_to_the_region_as_c(
    stack: WholeStack, c02: Walked, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (c02.stage, c02.case.area) == ("closed", LIVERPOOL)
    use_regions_file(stack.layout.regions_file)
    now = datetime.now(UTC)
    month = Month(f"{now:%Y-%m}", now - timedelta(days=1), now)
    monkeypatch.setattr(region_month, "months_over", lambda _now, _since: [month])
    async with reporting_on(stack) as store, store.transaction(uuid4(), "test") as tx:
        exact = Counter(await counted(tx, month))
        deaths = {area: number for (what, area), number in exact.items() if what == IN_CARE}
        assert deaths == {LIVERPOOL: 1, WIRRAL: 1}
        assert await region_month.release_months(tx, REGION) == 1
    figures = await told_of(stack, month)
    assert figures["died_looked_after", None] == "c"
    assert figures["died_looked_after", LIVERPOOL] == figures["died_looked_after", WIRRAL] == "c"
    assert figures["died_looked_after", "E08000011"] == "0", "a true zero"
    assert int(figures["notified", None]) > 5, "what is not small is told as it is"


async def told_of(stack: WholeStack, month: Month) -> dict[tuple[str, str | None], str]:
    """Value of each figure by measure and area, as the region's own user reads it."""

    def there(found: list[Heard]) -> bool:
        return any(one.data["month"] == month.name for one in found)

    found = await asyncio.to_thread(read, stack.kafka(subscriber_of(REGION)), [TOPIC], there)
    (heard,) = [one for one in found if one.data["month"] == month.name]
    return {(one["measure"], one["area"]): one["value"] for one in heard.data["figures"]}
