"""A case that was erased, and stores that are put back to when it was there."""

from uuid import UUID, uuid4

import pytest

from shared.contracts.catalogue import REPORT_SUBMITTED, SERVICES
from tests.faults.crash.work import AUTHORITY
from tests.faults.restore.restored import PERSON, Estate
from tests.support.erased import BOOKKEEPING, tables_with
from tests.support.waiting import eventually

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]

CANARY = "canary"
_OF_LAST_WEEK = """
with aged as (
    update report set received_at = received_at - interval '8 days'
    where case_id in (select case_id from incident_case where synthetic))
update incident_case set opened_at = opened_at - interval '8 days' where synthetic
"""


async def test_stores_that_are_put_back_to_before_the_erasure_erase_again(estate: Estate) -> None:
    await estate.start()
    real = uuid4()
    await estate.work.report(real)
    case_id, ids = await _synthetic_case(estate)
    await estate.at_rest()
    await estate.stop()
    await estate.four.pools["intake"].execute(_OF_LAST_WEEK)
    old = {service: await estate.copy(service) for service in SERVICES}

    await estate.start()
    await _left_everywhere(estate, case_id)
    await estate.at_rest()
    assert await estate.breaches() == []
    assert await _left(estate, ids) == {}
    before = await estate.told()

    await estate.stop()
    for service in SERVICES:
        await estate.put_back(service, old[service])
    assert (await _left(estate, ids)).keys() == set(SERVICES)
    for service in SERVICES:
        await estate.reconcile(service, *PERSON)
    assert (await estate.reconcile("intake", *PERSON))["conflicts"] == []
    await estate.start()
    await estate.at_rest()
    assert await _left(estate, ids) == {}
    assert await estate.told() == before, "nothing is mailed or told a second time"
    assert await estate.breaches() == []


async def _synthetic_case(estate: Estate) -> tuple[UUID, list[UUID]]:
    """Decided, and everybody told; its id, with those of its notices and its clocks."""
    sender_id = uuid4()
    content = estate.work._content()
    content["reporter"] = content["reporter"] | {
        "agency_type": "local_authority",
        "organisation": AUTHORITY,
    }
    event = {
        "specversion": "1.0",
        "id": str(sender_id),
        "source": f"/org/{AUTHORITY}/{CANARY}",
        "type": REPORT_SUBMITTED,
        "data": content,
    }
    headers = {"Content-Type": "application/cloudevents+json"}
    await estate.work.post("intake", "/v1/reports", CANARY, AUTHORITY, event, headers)
    case_id: UUID = await estate.work.case_of(sender_id)
    await estate.work.decide(case_id)
    await estate.at_rest()
    notices = await estate.four.rows(
        "panel_notification",
        "select notice_id as id from notice where case_id = $1 and state = 'accepted'",
        case_id,
    )
    clocks = await estate.four.rows(
        "rapid_review_timer", "select deadline_id as id from deadline where case_id = $1", case_id
    )
    assert notices
    assert clocks
    return case_id, [case_id, *(row["id"] for row in (*notices, *clocks))]


async def _left_everywhere(estate: Estate, case_id: UUID) -> None:
    for service in SERVICES:

        async def gone(service: str = service) -> bool:
            rows = await estate.four.rows(service, "select case_id from erased_case")
            return [row["case_id"] for row in rows] == [case_id]

        await eventually(gone, f"{service} has erased it", within=120)


async def _left(estate: Estate, ids: list[UUID]) -> dict[str, set[str]]:
    found = {
        service: await tables_with(estate.four.pools[service], ids) - BOOKKEEPING
        for service in SERVICES
    }
    return {service: tables for service, tables in found.items() if tables}
