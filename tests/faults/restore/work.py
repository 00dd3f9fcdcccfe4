"""Work whose senders keep what they sent, to send it again when they are asked to."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.intake.receive_report import cause_of
from shared.contracts.catalogue import REPORT_SUBMITTED
from tests.faults.crash.four_services import FourServices
from tests.faults.crash.work import AUTHORITY, AUTHORITY_SYSTEM, OFFICE, POLICE, Work
from tests.faults.restore.topics import records_of


class RememberedWork(Work):
    """`sent`: system, organisation and event of each report that went by HTTP, by report id."""

    def __init__(self, four: FourServices, seed: int) -> None:
        super().__init__(four, seed)
        self.sent: dict[UUID, tuple[str, str, dict[str, Any]]] = {}
        self.years = 0

    async def batch(self) -> None:
        """A wave, a report about which the authority knew for weeks, and one of the area's yearly
        reports, long after its publication: clocks of a case and of none fire at once."""
        await self.wave()
        await self.late_report()
        await self.yearly_report()

    async def report(self, sender_id: UUID) -> None:
        await self._by_http(POLICE, OFFICE, sender_id, self._content())

    async def late_report(self) -> None:
        known = (datetime.now(UTC) - timedelta(days=40)).isoformat()
        content = self._content() | {"la_incident_aware_at": known, "la_criteria_known_at": known}
        content["reporter"] = content["reporter"] | {
            "agency_type": "local_authority",
            "organisation": AUTHORITY,
        }
        content["agency_aware_at"] = known
        content["incident"] = content["incident"] | {
            "date": (datetime.now(UTC) - timedelta(days=41)).date().isoformat()
        }
        await self._by_http(AUTHORITY_SYSTEM, AUTHORITY, uuid4(), content)

    async def yearly_report(self) -> None:
        """Of the year before that of the one before: no two overlap."""
        self.years += 1
        published_on = datetime.now(UTC).date() - timedelta(days=20)
        until = published_on - timedelta(days=365 * self.years)
        report = {
            "period_from": (until - timedelta(days=364)).isoformat(),
            "period_to": until.isoformat(),
            "published_on": published_on.isoformat(),
            "address": "https://partners.example/yearly-report",
        }
        path = f"/v1/areas/{AUTHORITY.removeprefix('la-')}/yearly-reports"
        once = {"Idempotency-Key": f"year-{self.years}"}
        await self.post("rapid_review_timer", path, AUTHORITY_SYSTEM, AUTHORITY, report, once)

    async def _by_http(
        self, system: str, organisation: str, sender_id: UUID, content: dict[str, Any]
    ) -> None:
        event = {
            "specversion": "1.0",
            "id": str(sender_id),
            "source": f"/org/{organisation}/{system}",
            "type": REPORT_SUBMITTED,
            "data": content,
        }
        self.sent[cause_of(organisation, sender_id)] = (system, organisation, event)
        await self._send_report(system, organisation, event)
        self.accepted.add(sender_id)

    async def _send_report(self, system: str, organisation: str, event: dict[str, Any]) -> None:
        headers = {"Content-Type": "application/cloudevents+json"}
        await self.post("intake", "/v1/reports", system, organisation, event, headers)

    async def answer_requests(self) -> int:
        """Sends again what was asked for again, as often as it was; says how many reports."""
        asked = set()
        for system in (POLICE, AUTHORITY_SYSTEM):
            for record in await records_of(self.four.infrastructure, system, f"replies.{system}"):
                if b"report.requested" in dict(record.headers)["ce_type"]:
                    asked.add(UUID(json.loads(record.value)["report_id"]))
        for report_id in asked:
            await self._send_report(*self.sent[report_id])
        return len(asked)
