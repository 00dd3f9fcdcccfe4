"""Those who call three services over HTTP, signed as sending systems sign."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.panel_notification.notice import Notice
from shared.contracts.catalogue import REPORT_SUBMITTED
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.contracts.sample_report import sample_body
from tests.services.intake.conftest import LIVERPOOL, WIRRAL, decision_body
from tests.services.rapid_review_timer.review_client import AIMS
from tests.support.systems import Systems

INTAKE, TIMER, PANEL, REPORTING = (
    "intake",
    "rapid_review_timer",
    "panel_notification",
    "reporting",
)
SERIOUS = {"decision": "met", "domains": ["physical_health"], "reasons": "Invented reasons."}
POLICE = ("police-records", "police-merseyside")
HEALTH = ("health-incidents", "trust-northbank")
BOARD = ("health-incidents", "icb-QYG")
AUTHORITY = ("la-cases", f"la-{LIVERPOOL}")
OTHER_CHILD: dict[str, Any] = {
    "children.0": {
        "surname": "Two",
        "forenames": "Sample Child",
        "date_of_birth": "2021-04-30",
    }
}


@dataclass
class Callers:
    """`clock` is everybody's, the callers' too."""

    stores: dict[str, Store]
    clock: SetClock
    systems: Systems
    intake: httpx.AsyncClient
    panel: httpx.AsyncClient
    timer: httpx.AsyncClient

    async def report(self, by: tuple[str, str] = POLICE, **changes: Any) -> UUID:
        """A report at the HTTP door; returns the case it opened."""
        before = {case["case_id"] for case in await self.cases()}
        agency = "police" if by is POLICE else "health_provider"
        body = sample_body(
            {"reporter.agency_type": agency, "reporter.organisation": by[1]} | changes
        )
        answer = await self.submit(by, body, uuid4())
        assert answer.status_code == 202, answer.text
        (new,) = {case["case_id"] for case in await self.cases()} - before
        return UUID(new)

    async def submit(
        self, by: tuple[str, str], body: dict[str, Any], sender_id: UUID
    ) -> httpx.Response:
        system, organisation = by
        event = {
            "specversion": "1.0",
            "id": str(sender_id),
            "source": f"/org/{organisation}/{system}",
            "type": REPORT_SUBMITTED,
            "data": body,
        }
        headers = self._bearer(system, organisation, INTAKE)
        return await self.intake.post(
            "/v1/reports",
            json=event,
            headers=headers | {"Content-Type": "application/cloudevents+json"},
        )

    async def cases(self) -> list[dict[str, Any]]:
        answer = await self.intake.get(
            "/v1/cases", params={"area": LIVERPOOL}, headers=self._authority()
        )
        return list(answer.json()["cases"])

    async def version(self, case_id: UUID) -> int:
        rows = await self.rows(
            INTAKE, "select version from incident_case where case_id = $1", case_id
        )
        return int(rows[0]["version"])

    async def command(
        self, case_id: UUID, path: str, body: dict[str, Any], version: int | None = None
    ) -> httpx.Response:
        seen = await self.version(case_id) if version is None else version
        return await self.intake.post(
            f"/v1/cases/{case_id}/{path}",
            json=body,
            headers=self._authority() | {"If-Match": f'"{seen}"', "Idempotency-Key": str(uuid4())},
        )

    async def decide(
        self, case_id: UUID, decision: str = "notifiable", version: int | None = None
    ) -> httpx.Response:
        body = decision_body(LIVERPOOL, decision, serious_harm=SERIOUS)
        return await self.command(case_id, "decisions", body, version)

    async def link(self, survivor: UUID, loser: UUID, version: int | None = None) -> httpx.Response:
        return await self.command(survivor, "links", {"loser": str(loser)}, version)

    async def answer_not_the_same(
        self, case_id: UUID, other: UUID, version: int | None = None
    ) -> httpx.Response:
        return await self.command(
            case_id, f"candidates/{other}/answers", {"answer": "not_the_same"}, version
        )

    async def receipt(
        self, notice: Notice, reference: str = "OURS-1", at: datetime | None = None
    ) -> httpx.Response:
        """The recipient confirms a notice, as received `at`, over HTTP."""
        body = {"reference": reference} | ({"received_at": at.isoformat()} if at else {})
        return await self.panel.post(
            f"/v1/notices/{notice.notice_id}/receipt",
            json=body,
            headers=self._bearer("panel-desk", notice.recipient, PANEL)
            | {"Idempotency-Key": str(uuid4())},
        )

    async def withdraw(self, case_id: UUID, version: int | None = None) -> httpx.Response:
        positions = decision_body(LIVERPOOL, "notifiable")["positions"]
        body = {"reason": "criteria_not_met", "positions": positions, "explanation": "Invented."}
        return await self.command(case_id, "withdrawals", body, version)

    async def hand_over(self, case_id: UUID) -> httpx.Response:
        """Liverpool proposes, Wirral accepts."""
        body = {"to_area": WIRRAL, "reason": "lead_agreed", "explanation": "Invented."}
        proposed = await self.command(case_id, "transfers", body)
        assert proposed.status_code == 202, proposed.text
        return await self.intake.post(
            f"/v1/cases/{case_id}/transfers/answers",
            json={"answer": "accepted"},
            headers=self._bearer("la-cases", f"la-{WIRRAL}", INTAKE)
            | {"Idempotency-Key": str(uuid4())},
        )

    async def in_review(
        self, case_id: UUID, path: str, body: dict[str, Any], by: tuple[str, str] = AUTHORITY
    ) -> httpx.Response:
        """A command of the rapid review by a partner who has just read it."""
        url = f"/v1/cases/{case_id}/review"
        read = await self.timer.get(url, headers=self._bearer(*by, TIMER))
        headers = self._bearer(*by, TIMER) | {
            "If-Match": read.headers.get("etag", '"0"'),
            "Idempotency-Key": str(uuid4()),
        }
        return await self.timer.post(f"{url}/{path}", json=body, headers=headers)

    async def approved_by_all(self, case_id: UUID) -> None:
        assert (await self.in_review(case_id, "aims", AIMS)).status_code == 200
        for partner in (AUTHORITY, POLICE, BOARD):
            given = {"answer": "approved", "content_version": 1}
            answer = await self.in_review(case_id, "approvals", given, partner)
            assert answer.status_code == 200, answer.text

    async def panel_says(self, notice: Notice, **reply: str) -> httpx.Response:
        """By the notice that the Panel holds."""
        return await self.panel.post(
            f"/v1/notices/{notice.notice_id}/panel-responses",
            json=reply,
            headers=self._bearer("panel-desk", "panel", PANEL) | {"Idempotency-Key": str(uuid4())},
        )

    async def rows(self, service: str, sql: str, *arguments: object) -> list[Any]:
        async with self.stores[service].reading() as connection:
            return list(await connection.fetch(sql, *arguments))

    def _authority(self) -> dict[str, str]:
        return self._bearer("la-cases", f"la-{LIVERPOOL}", INTAKE)

    def _bearer(self, system: str, organisation: str, audience: str) -> dict[str, str]:
        now = int(self.clock.instant.timestamp())
        token = self.systems.token(system, organisation, audience, iat=now, exp=now + 120)
        return {"Authorization": f"Bearer {token}"}
