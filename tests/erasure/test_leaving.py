"""A synthetic case leaves all four stores a week after its last report; no other case does."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.intake import erasure
from services.intake.erasure import SYNTHETIC_KEPT, SyntheticCases, order, order_if_due
from services.reporting.journey_store import StoredCases
from shared.contracts.catalogue import SERVICES
from shared.messaging.erasing import CannotErase
from shared.messaging.store import Tx
from shared.web.problem import Problem
from tests.erasure.canary import (
    a_week_passes,
    ids_of,
    left_of,
    reported,
    sent,
    told_and_reviewed,
)
from tests.two_owners.callers import AUTHORITY, INTAKE, PANEL, REPORTING, TIMER
from tests.two_owners.conftest import Stores
from tests.two_owners.estate import Estate

COUNTED = {
    INTAKE: ("report", "incident_case", "decision", "data_key", "blind_digest", "fact"),
    TIMER: ("case_state", "deadline", "fact"),
    PANEL: ("notice_case", "notice", "attempt", "receipt", "data_key", "fact"),
    REPORTING: ("case_seen", "region_case", "fact"),
}


async def rows_by_table(estate: Estate) -> dict[str, int]:
    return {
        f"{service}.{table}": (await estate.rows(service, f"select count(*) from {table}"))[0][0]  # noqa: S608
        for service, tables in COUNTED.items()
        for table in tables
    }


async def test_a_week_after_its_last_report_nothing_of_a_synthetic_case_is_left(
    estate: Estate, stores: Stores
) -> None:
    real = await estate.report()
    await told_and_reviewed(estate, real)
    before = await rows_by_table(estate)
    case_id = await reported(estate)
    await told_and_reviewed(estate, case_id)
    ids = await ids_of(estate, [case_id])
    assert len(ids) > 5
    assert (await left_of(stores, ids)).keys() == set(SERVICES)
    assert all(many > before[table] for table, many in (await rows_by_table(estate)).items())

    await a_week_passes(estate)
    await estate.everybody_hears()
    await estate.fire_due()
    await estate.everybody_hears()
    assert await left_of(stores, ids) == {}
    after = await rows_by_table(estate)
    clocks = ("rapid_review_timer.deadline", "reporting.fact")  # of the real case, a week later
    assert {t: n for t, n in after.items() if t not in clocks} == {
        table: many for table, many in before.items() if table not in clocks
    }
    assert (await left_of(stores, [real])).keys() == set(SERVICES)


async def test_a_case_that_cannot_be_erased_keeps_no_other_in_the_store(
    estate: Estate, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await reported(estate), await reported(estate)

    async def a_defect_in_the_first(tx: Tx, cases: Sequence[UUID], before: datetime) -> bool:
        if first in cases:
            raise ValueError("a defect")
        return await order_if_due(tx, cases, before)

    monkeypatch.setattr(erasure, "order_if_due", a_defect_in_the_first)
    await a_week_passes(estate)
    kept = await estate.rows(INTAKE, "select case_id from incident_case")
    left = {row["case_id"] for row in kept} & {first, second}
    assert left == {first}


async def test_each_service_says_that_it_has_erased_the_case_and_says_it_once(
    estate: Estate,
) -> None:
    case_id = await reported(estate)
    await estate.everybody_hears()
    await a_week_passes(estate)
    await SyntheticCases(estate.stores[INTAKE]).look()
    await estate.everybody_hears()
    for service in (INTAKE, TIMER, PANEL):
        rows = await estate.rows(
            service,
            """select topic, headers ->> 'ce_synthetic' as synthetic from outbox
               where stream = $1 and topic like '%eras%' order by sequence""",
            f"case/{case_id}",
        )
        ordered = ["case.erasure.ordered"] if service == INTAKE else []
        assert [row["topic"] for row in rows] == [*ordered, f"{service}.case.erased"]
        assert {row["synthetic"] for row in rows} == {"true"}
    for service in SERVICES:
        (row,) = await estate.rows(
            service, "select actor, codes from audit where action = 'case.erased'"
        )
        assert row["codes"] == {"reason": "synthetic_expired"}


async def test_a_case_stays_until_its_last_report_is_a_week_old(estate: Estate) -> None:
    await reported(estate)
    estate.move(seconds=SYNTHETIC_KEPT.total_seconds())
    look = SyntheticCases(estate.stores[INTAKE]).look
    await look()
    assert await estate.rows(INTAKE, "select case_id from erased_case") == []
    estate.move(seconds=1)
    await look()
    assert len(await estate.rows(INTAKE, "select case_id from erased_case")) == 1


async def test_linked_cases_leave_together_when_the_younger_is_old_enough(
    estate: Estate, stores: Stores
) -> None:
    survivor = await reported(estate)
    estate.move(days=3)
    loser = await reported(estate)
    assert (await estate.link(survivor, loser)).status_code == 200
    await told_and_reviewed(estate, survivor)
    ids = await ids_of(estate, [survivor, loser])
    estate.move(days=5)
    await SyntheticCases(estate.stores[INTAKE]).look()
    assert await estate.rows(INTAKE, "select case_id from erased_case") == []
    estate.move(days=2, seconds=1)
    await SyntheticCases(estate.stores[INTAKE]).look()
    await estate.everybody_hears()
    assert await left_of(stores, ids) == {}
    for service in SERVICES:
        gone = await estate.rows(service, "select case_id from erased_case")
        assert {row["case_id"] for row in gone} == {survivor, loser}, service


async def test_a_case_that_somebody_may_be_behind_cannot_be_erased(estate: Estate) -> None:
    case_id = await estate.report()
    await told_and_reviewed(estate, case_id)
    estate.move(days=400)
    await SyntheticCases(estate.stores[INTAKE]).look()
    async with estate.stores[INTAKE].transaction(uuid4(), "test") as tx:
        with pytest.raises(CannotErase) as refused:
            await order(tx, [case_id])
    assert refused.value.code == "case_not_synthetic"
    for service in SERVICES:
        async with estate.stores[service].reading() as connection:
            done = await connection.fetchval(
                "select erase_cases($1, 'synthetic_expired', now(), now())", [case_id]
            )
        assert done is False, f"the store of {service} itself refuses it"
        assert await estate.rows(service, "select 1 from erased_case") == []


@pytest.mark.parametrize("service", SERVICES)
async def test_no_service_may_take_out_a_case_in_another_way(estate: Estate, service: str) -> None:
    for table in (*COUNTED[service], "erased_case"):
        statement = f"delete from {table}"  # noqa: S608
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await estate.rows(service, statement)


async def test_who_asks_for_an_erased_case_hears_that_it_is_gone(estate: Estate) -> None:
    sender_id = uuid4()
    case_id = await reported(estate, sender_id)
    await estate.everybody_hears()
    await a_week_passes(estate)
    await estate.everybody_hears()
    asked = {
        estate.intake: (INTAKE, (f"/v1/cases/{case_id}",)),
        estate.panel: (PANEL, (f"/v1/notices?case={case_id}", _below(case_id, "panel-responses"))),
        estate.timer: (TIMER, (_below(case_id, "review"),)),
    }
    for client, (service, paths) in asked.items():
        for path in paths:
            answer = await client.get(path, headers=estate._bearer(*AUTHORITY, service))
            assert answer.status_code == 410, f"{path} {answer.text}"
            assert answer.json()["type"] == "urn:vigil:problem:case_erased"
            assert "do not ask" in answer.json()["detail"]
    with pytest.raises(Problem) as gone:
        await StoredCases(estate.stores[REPORTING]).journey(case_id)
    assert (gone.value.code, gone.value.status) == ("case_erased", 410)
    commanded = await estate.decide(case_id, version=1)
    assert commanded.status_code == 410, commanded.text


async def test_the_same_report_again_does_not_bring_its_case_back(estate: Estate) -> None:
    sender_id = uuid4()
    case_id = await reported(estate, sender_id)
    await a_week_passes(estate)
    again = await sent(estate, sender_id)
    assert again.status_code == 410, again.text
    assert again.json()["type"] == "urn:vigil:problem:report_erased"
    assert await estate.rows(INTAKE, "select 1 from incident_case") == []
    assert await estate.rows(INTAKE, "select 1 from quarantine") == []
    other = await reported(estate)
    assert other != case_id


def _below(case_id: UUID, path: str) -> str:
    return f"/v1/cases/{case_id}/{path}"
