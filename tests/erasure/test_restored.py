"""A store that was put back to before an erasure carries it out again, and says nothing anew."""

from uuid import UUID, uuid4

import pytest

from services.intake.restored import RestoredCases
from services.panel_notification.addressing import read_addressing
from services.panel_notification.restored import RestoredNotices
from services.rapid_review_timer.restored import RestoredClocks
from shared.messaging.audit import audit
from shared.messaging.restoring import Run, Settling
from shared.messaging.taking_back import TAKEN_BACK
from tests.erasure.canary import a_week_passes, ids_of, left_of, reported, told_and_reviewed
from tests.services.panel_notification.told import post_by
from tests.two_owners.callers import INTAKE, PANEL, TIMER
from tests.two_owners.conftest import Stores
from tests.two_owners.estate import Estate

_ALL_BUT_WHAT_IT_SAID = """
do $$ declare written text; begin
    set local session_replication_role = replica;
    for written in select relname from pg_class
        where relkind = 'r' and relnamespace = 'public'::regnamespace
          and relname not in ('alembic_version', 'outbox', 'numbered_stream')
    loop execute format('delete from %I', written); end loop;
end $$
"""


async def only_what_it_said(estate: Estate, stores: Stores, service: str) -> Run:
    """As after the first step of a reconciliation of a store that had lost everything."""
    await stores.owners[service].execute(_ALL_BUT_WHAT_IT_SAID)
    run = Run(uuid4(), estate.stores[service], "A. Operator (invented)")
    events = await estate.rows(service, "select event_id, stream from outbox order by position")
    async with run.transaction("taken back") as tx:
        for row in events:
            codes = {"event": str(row["event_id"]), "run": str(run.run_id)}
            await audit(tx, TAKEN_BACK, row["stream"], **codes)
    return run


async def said(estate: Estate, service: str) -> list[UUID]:
    return [row[0] for row in await estate.rows(service, "select event_id from outbox order by 1")]


async def test_a_restored_intake_takes_out_again_what_it_had_ordered(
    estate: Estate, stores: Stores
) -> None:
    real = await estate.report()
    linked = [await reported(estate), await reported(estate)]
    assert (await estate.link(linked[0], linked[1])).status_code == 200
    await told_and_reviewed(estate, linked[0])
    ids = await ids_of(estate, linked)
    await a_week_passes(estate)
    before = await said(estate, INTAKE)
    run = await only_what_it_said(estate, stores, INTAKE)
    settling = RestoredCases()
    for _ in range(2):
        await settling.before_catching_up(run)
    await settling.after_catching_up(run)
    assert INTAKE not in await left_of(stores, ids)
    kept = await estate.rows(INTAKE, "select case_id from incident_case")
    assert [row["case_id"] for row in kept] == [real]
    gone = await estate.rows(INTAKE, "select case_id from erased_case")
    assert {row["case_id"] for row in gone} == set(linked)
    new = set(await said(estate, INTAKE)) - set(before)
    about = await estate.rows(
        INTAKE,
        "select type from outbox where event_id = any($1) and stream = any($2)",
        list(new),
        [f"case/{case_id}" for case_id in linked],
    )
    assert [row["type"] for row in about] == [], "what was said of it is not said anew"


@pytest.mark.long
@pytest.mark.parametrize("service", [TIMER, PANEL])
async def test_a_restored_follower_makes_nothing_of_what_it_had_said_of_an_erased_case(
    estate: Estate, stores: Stores, service: str
) -> None:
    case_id = await reported(estate)
    await told_and_reviewed(estate, case_id)
    ids = await ids_of(estate, [case_id])
    await a_week_passes(estate)
    await estate.everybody_hears()
    before = await said(estate, service)
    run = await only_what_it_said(estate, stores, service)
    for source in (INTAKE, TIMER, PANEL):
        estate.heard.pop((service, source), None)
    store = estate.stores[service]
    store.catching_up = True
    await estate.hears(service)
    store.catching_up = False
    settling: Settling = RestoredClocks()
    if service == PANEL:
        settling = RestoredNotices(post_by(read_addressing()).compose)
    assert await settling.after_catching_up(run) == []
    assert service not in await left_of(stores, ids)
    assert await said(estate, service) == before
