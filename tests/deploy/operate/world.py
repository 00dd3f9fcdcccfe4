"""A small Vigil filled through its own code, then at rest: four stores and a bus to look at.

A synthetic case of last week has come and gone. Two reports of one child are linked and decided, a
third waits in triage and is overdue, one is refused at each door; the Panel has sent its receipt.
The authority has published a yearly report, of which copies went out late, and withdrawn another.
Afterwards nothing runs.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from deploy.operate.estate import Estate, StoreAddress
from deploy.operate.verify import verify
from shared.contracts.catalogue import CHECKER, SERVICES
from tests.conftest import SYSTEMS
from tests.contracts.sample_report import sample_body
from tests.deploy.operate.leaving import a_synthetic_case_leaves
from tests.deploy.operate.vigil import AUTHORITY, HEALTH, POLICE, SERIOUS, Vigil
from tests.deploy.operate.world_area import yearly_reports_are_recorded
from tests.deploy.operate.world_region import let_the_region_hear, told_every_second
from tests.services.intake.conftest import LIVERPOOL, decision_body
from tests.services.panel_notification.mail_server import MailServer, running_mail_server
from tests.support.bus import access
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually


@dataclass(frozen=True)
class World:
    """`acknowledged`: what senders were told over HTTP, as a ledger keeps it. `erased`: a case that
    was synthetic and a week old, its notices and its clocks."""

    infrastructure: Infrastructure
    estate: Estate
    acknowledged: list[dict[str, str]]
    mail: list[dict[str, str]]
    erased: list[UUID]

    def with_store(self, service: str, database: str) -> Estate:
        address = replace(self.estate.stores[service], database=database)
        return replace(self.estate, stores={**self.estate.stores, service: address})


def estate_for(infrastructure: Infrastructure) -> Estate:
    password = infrastructure.database_password("chk_ro")
    return Estate(
        kafka=access(infrastructure, CHECKER),
        stores={s: StoreAddress(infrastructure.postgres_port, s, password) for s in SERVICES},
        urls=dict.fromkeys(SERVICES),
        systems=SYSTEMS,
    )


async def fill(infrastructure: Infrastructure, directory: Path) -> World:
    estate = estate_for(infrastructure)
    async with running_mail_server() as mail:
        vigil = Vigil(infrastructure, directory, mail)
        with told_every_second(directory):
            async with vigil.running():
                erased = await a_synthetic_case_leaves(vigil)
                acknowledged = await _live_through(vigil, mail, erased)
                await eventually(lambda: _at_rest(estate), "everything published and consumed")
        taken = [{"notice_id": str(m["X-Vigil-Notice"])} for m in mail.messages()]
    return World(infrastructure, estate, acknowledged, taken, erased)


async def _live_through(
    vigil: Vigil, mail: MailServer, erased: Collection[UUID]
) -> list[dict[str, str]]:
    health = {"reporter.agency_type": "health_provider", "reporter.organisation": HEALTH[1]}
    known_long_ago = {
        "children.0.surname": "Two",
        "children.0.nhs_number": "999 000 0026",
        "reporter.agency_type": "local_authority",
        "reporter.organisation": AUTHORITY[1],
        "la_incident_aware_at": "2026-03-01T10:00:00Z",
    }
    await vigil.send(POLICE, json.dumps(sample_body()).encode())
    await vigil.send(POLICE, b'{"not": "a report"}')
    accepted = [
        await vigil.submit(HEALTH, sample_body(health)),
        await vigil.submit(AUTHORITY, sample_body(known_long_ago)),
    ]
    assert [answer.status_code for answer in accepted] == [202, 202], accepted[0].text
    assert (await vigil.submit(POLICE, {"not": "a report"})).status_code == 422

    async def all_opened() -> bool:
        return len(await vigil.cases()) == 3

    await eventually(all_opened, "a case for each accepted report")
    cases = [case for case in await vigil.cases() if case["open_candidates"]]
    survivor, loser = cases
    await vigil.command(survivor, "links", {"loser": loser["case_id"]})
    (survivor,) = [c for c in await vigil.cases() if c["case_id"] == survivor["case_id"]]
    await vigil.command(
        survivor, "decisions", decision_body(LIVERPOOL, "notifiable", serious_harm=SERIOUS)
    )

    async def panel_was_told() -> str | None:
        told = [m["X-Vigil-Notice"] for m in mail.messages() if "panel" in str(m["To"]).lower()]
        return next((str(one) for one in told if UUID(str(one)) not in erased), None)

    notice_id = await eventually(panel_was_told, "the Panel's notice sent")
    await vigil.confirm(str(UUID(str(notice_id))), "panel")
    await yearly_reports_are_recorded(vigil)
    await let_the_region_hear(vigil.clients["intake"], vigil.signed(AUTHORITY, "intake"))
    return [
        {name: str(answer.json()[name]) for name in answer.json() if name in LEDGER_NAMES}
        for answer in accepted
    ]


LEDGER_NAMES = ("organisation", "sender_report_id", "receipt_id", "content_sha256")


async def _at_rest(estate: Estate) -> bool:
    findings = {finding.id: finding for finding in await verify(estate, strict=True)}
    happened = all(findings[each].checked > 0 for each in ("I09", "I29", "I41"))
    return happened and all(finding.passed for finding in findings.values())
