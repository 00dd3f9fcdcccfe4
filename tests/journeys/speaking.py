"""Agencies and authorities at the doors of a running stack, each through its own system."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from deploy.local.layout import Layout
from deploy.local.received_mail import MailDirectory, ReceivedMail
from deploy.samples.case_desk import CaseDesk, CaseView
from deploy.samples.signed_http import Declined, SignedClient
from shared.contracts.catalogue import REPORT_SUBMITTED
from tests.journeys.worked_reports import SYSTEM_OF, Content
from tests.support.waiting import eventually

NOT_YET = frozenset({"case_not_found", "unknown_case"})


@dataclass
class Doors:
    """Of one stack, with one HTTP client for all who speak. `every`: seconds between two looks at
    what is not there yet; many who look keep the stack from its work."""

    layout: Layout
    http: httpx.AsyncClient
    every: float = 0.3
    mail: MailDirectory = field(init=False)

    def __post_init__(self) -> None:
        self.mail = MailDirectory(self.layout.mail)

    def client(self, service: str, system: str = "la-cases") -> SignedClient:
        key = self.layout.secrets("systems") / f"{system}.jwk"
        return SignedClient(self.http, self.layout.url(service), service, system, key)

    def desk(self, area: str) -> CaseDesk:
        return CaseDesk(self.client("intake"), area)

    async def report(self, content: Content) -> str:
        """The sender's own id of it, once intake has acknowledged it."""
        organisation, id_ = content["reporter"]["organisation"], str(uuid4())
        system = SYSTEM_OF[organisation]
        event = {
            "specversion": "1.0",
            "id": id_,
            "source": f"/org/{organisation}/{system}",
            "type": REPORT_SUBMITTED,
            "data": content,
        }
        receipt = await self.client("intake", system).post(
            organisation,
            "/v1/reports",
            json.dumps(event),
            headers={"Idempotency-Key": id_},
            content_type="application/cloudevents+json",
        )
        assert receipt["sender_report_id"] == id_
        return id_

    async def arrived(self, area: str, report_ids: set[str]) -> list[CaseView]:
        """The cases that an authority has of these reports, once it has all of them."""
        found: list[CaseView] = []

        async def all_there() -> bool:
            every = await self.desk(area).cases()
            found[:] = [case for case in every if case.report_ids & report_ids]
            return report_ids <= frozenset[str]().union(*(case.report_ids for case in found))

        await eventually(
            all_there, f"{len(report_ids)} reports in cases of {area}", every=self.every
        )
        return found

    async def case_of(self, content: Content, area: str) -> CaseView:
        """The case that one report opens."""
        (case,) = await self.arrived(area, {await self.report(content)})
        return case

    async def notices(self, organisation: str, case_id: UUID) -> list[dict[str, Any]] | None:
        """As the authority that owns the case sees them; None until it is known who that is."""
        client = self.client("panel_notification")
        try:
            seen = await client.get(organisation, "/v1/notices", case=str(case_id))
        except Declined as refusal:
            if refusal.code not in NOT_YET:
                raise
            return None
        return list(seen["notices"])

    async def journey(self, organisation: str, case_id: UUID) -> dict[str, Any] | None:
        """None until reporting has heard of the case."""
        client = self.client("reporting")
        try:
            return dict(await client.get(organisation, f"/v1/cases/{case_id}/journey"))
        except Declined as refusal:
            if refusal.code not in NOT_YET:
                raise
            return None

    async def clocks(self, organisation: str, case_id: UUID) -> dict[str, dict[str, Any]]:
        """By the rule that each of them runs for."""
        client = self.client("rapid_review_timer")
        seen = await client.get(organisation, f"/v1/cases/{case_id}/deadlines")
        return {clock["rule"]: clock for clock in seen["deadlines"]}

    def letters(self, notice_id: str) -> list[ReceivedMail]:
        """What the mail server took about a notice."""
        return [one for one in self.mail.all() if f"/v1/notices/{notice_id}" in one.text]
