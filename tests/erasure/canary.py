"""A synthetic case in four stores, and what is left of it."""

from collections.abc import Iterable
from uuid import UUID, uuid4

import httpx

from services.intake.erasure import SYNTHETIC_KEPT, SyntheticCases
from shared.contracts.catalogue import SERVICES
from tests.contracts.sample_report import sample_body
from tests.support.erased import BOOKKEEPING, tables_with
from tests.two_owners.callers import AUTHORITY, INTAKE, PANEL, TIMER
from tests.two_owners.conftest import Stores
from tests.two_owners.estate import Estate

CANARY = ("canary", AUTHORITY[1])
REPORTER = {
    "agency_type": "local_authority",
    "organisation": AUTHORITY[1],
    "name": "Canary",
    "phone": "0151 496 0199",
}


async def sent(estate: Estate, sender_id: UUID | None = None) -> httpx.Response:
    return await estate.submit(CANARY, sample_body() | {"reporter": REPORTER}, sender_id or uuid4())


async def reported(estate: Estate, sender_id: UUID | None = None) -> UUID:
    """The case that a synthetic report opens."""
    answer = await sent(estate, sender_id)
    assert answer.status_code == 202, answer.text
    rows = await estate.rows(
        INTAKE, "select case_id from report where report_id = $1", UUID(answer.json()["report_id"])
    )
    (row,) = rows
    return UUID(str(row["case_id"]))


async def told_and_reviewed(estate: Estate, case_id: UUID) -> None:
    """Decided, everybody told, the Panel's receipt in, its review open, its clocks fired."""
    decided = await estate.decide(case_id)
    assert decided.status_code == 201, decided.text
    await estate.everybody_hears()
    await estate.send_due()
    await estate.everybody_hears()
    panel = (await estate.notices(case_id))["panel"]
    assert (await estate.receipt(panel)).status_code == 201
    await estate.everybody_hears()


async def a_week_passes(estate: Estate) -> None:
    """A moment more than synthetic cases are kept, and intake looks."""
    estate.move(seconds=SYNTHETIC_KEPT.total_seconds() + 1)
    await SyntheticCases(estate.stores[INTAKE]).look()


async def ids_of(estate: Estate, cases: Iterable[UUID]) -> list[UUID]:
    """The cases, their notices and their clocks."""
    wanted = list(cases)
    notices = await estate.rows(
        PANEL, "select notice_id from notice where case_id = any($1)", wanted
    )
    clocks = await estate.rows(
        TIMER, "select deadline_id from deadline where case_id = any($1)", wanted
    )
    return wanted + [row[0] for row in (*notices, *clocks)]


async def left_of(stores: Stores, ids: Iterable[UUID]) -> dict[str, set[str]]:
    """By service, the tables beyond bookkeeping in which something of them stands."""
    wanted = list(ids)
    found = {
        service: await tables_with(stores.owners[service], wanted) - BOOKKEEPING
        for service in SERVICES
    }
    return {service: tables for service, tables in found.items() if tables}
