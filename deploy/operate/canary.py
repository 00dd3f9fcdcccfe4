"""One synthetic case through everything that runs: front door, decision, clock, notice, region, and
back. It signs in as the canary's own system and as the region's subscriber, and as nobody else.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from deploy.operate import canary_case as said
from deploy.operate import canary_hops as hops
from deploy.operate.canary_hops import Missing, Way
from deploy.operate.canary_region import SUBSCRIBER, TOPIC, RegionStandIn
from deploy.samples.bus_system import BusSystem, Said, password_of
from deploy.samples.settings import SampleSettings
from deploy.samples.signed_http import Declined, SignedClient, new_http_client
from shared.contracts.catalogue import REPORT_SUBMITTED
from shared.messaging.security import KafkaAccess

JSON = dict[str, Any]


@dataclass
class Canary:
    """Its ways into the running stack."""

    bus: BusSystem
    region: RegionStandIn
    intake: SignedClient
    notices: SignedClient
    reporting: SignedClient
    public_key: JSON

    async def fly(self, way: Way) -> UUID:
        """The case. Raises Missing with the hop that was not reached."""
        report_id = uuid4()
        await self._report(way, report_id)
        case = await way.until(hops.OPENED, lambda: self._case_of(report_id))
        case_id = UUID(case["case_id"])
        await way.reach(hops.DECIDED, self._decide(case))
        await way.until(hops.CLOCK_SET, lambda: self._clock(case_id))
        notices = await way.until(hops.TOLD, lambda: self._all_sent(case_id))
        await self._receipt(notices)
        await way.until(hops.NOTIFIED, lambda: self._notified(case_id))
        event_id = await way.until(hops.SHARED, lambda: self._shared(case_id))
        await self.region.confirm(event_id)
        await way.until(hops.CONFIRMED, lambda: self._confirmed(case_id, event_id))
        return case_id

    async def _report(self, way: Way, report_id: UUID) -> None:
        now = datetime.now(UTC)
        event = Said(
            REPORT_SUBMITTED,
            report_id,
            said.AUTHORITY,
            now.isoformat(),
            said.report(report_id, now),
        )

        async def acknowledged() -> None:
            await self.bus.say(event, self.public_key)
            async for _, answer in self.bus.answers([str(report_id)], way.within):
                if not answer.accepted:
                    raise Missing(hops.ACKNOWLEDGED, f"refused: {answer.reason} {answer.faults}")

        await way.reach(hops.ACKNOWLEDGED, acknowledged())

    async def _case_of(self, report_id: UUID) -> JSON | None:
        answer = await self.intake.get(said.AUTHORITY, "/v1/cases", area=said.AREA)
        for case in answer["cases"]:
            if any(one["sender_report_id"] == str(report_id) for one in case["reports"]):
                return dict(case)
        return None

    async def _decide(self, case: JSON) -> None:
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{case["version"]}"'}
        body = json.dumps(said.decision(datetime.now(UTC)))
        path = f"/v1/cases/{case['case_id']}/decisions"
        await self.intake.post(said.AUTHORITY, path, body, headers=headers)

    async def _journey(self, case_id: UUID) -> JSON | None:
        try:
            found = await self.reporting.get(said.AUTHORITY, f"/v1/cases/{case_id}/journey")
        except Declined as refusal:
            if refusal.status != 404:
                raise
            return None
        return dict(found)

    async def _clock(self, case_id: UUID) -> JSON | None:
        journey = await self._journey(case_id)
        return journey if journey and journey["clocks"] else None

    async def _notified(self, case_id: UUID) -> JSON | None:
        journey = await self._journey(case_id)
        stage = journey["heading"]["stage"] if journey else None
        return journey if stage in ("notified", "rapid_review") else None

    async def _all_sent(self, case_id: UUID) -> list[JSON] | None:
        try:
            answer = await self.notices.get(said.AUTHORITY, "/v1/notices", case=str(case_id))
        except Declined as refusal:
            if refusal.status != 404:
                raise
            return None
        notices = list(answer["notices"])
        return notices if notices and all(one["sent_at"] for one in notices) else None

    async def _receipt(self, notices: list[JSON]) -> None:
        """As the Panel would answer; the canary may do so for synthetic notices alone."""
        for notice in notices:
            if notice["recipient"] == said.PANEL:
                headers = {"Idempotency-Key": str(uuid4())}
                path = f"/v1/notices/{notice['notice_id']}/receipt"
                body = json.dumps({"reference": f"CANARY-{notice['reference']}"})
                await self.notices.post(said.PANEL, path, body, headers=headers)

    async def _deliveries(self, case_id: UUID) -> list[JSON]:
        answer = await self.reporting.get(said.AUTHORITY, "/v1/deliveries", case=str(case_id))
        return [
            one
            for one in answer["deliveries"]
            if (one["topic"], one["subscriber"]) == (TOPIC, SUBSCRIBER)
        ]

    async def _shared(self, case_id: UUID) -> str | None:
        await self.region.look()
        told = [one["event_id"] for one in await self._deliveries(case_id)]
        return next((event_id for event_id in told if event_id in self.region.read), None)

    async def _confirmed(self, case_id: UUID, event_id: str) -> JSON | None:
        for one in await self._deliveries(case_id):
            if one["event_id"] == event_id and one["state"] == "processed":
                return one
        return None


@asynccontextmanager
async def opened(settings: SampleSettings) -> AsyncIterator[Canary]:
    """Signed in on the bus. Raises OSError or a Kafka error where that cannot be."""
    key_file = settings.secrets_dir / f"{said.SYSTEM}.jwk"
    key = settings.ingress_public_key.read_text()

    def on_the_bus(system: str) -> BusSystem:
        return BusSystem(
            system, settings.kafka_bootstrap, password_of(system, settings.secrets_dir)
        )

    subscriber = on_the_bus(SUBSCRIBER)
    access = _access(settings.kafka_bootstrap, settings.secrets_dir)
    async with (
        new_http_client() as client,
        on_the_bus(said.SYSTEM).signed_in() as bus,
        subscriber.signed_in(),
        RegionStandIn(access, subscriber, key).reading() as region,
    ):

        def at(url: str, service: str) -> SignedClient:
            return SignedClient(client, url, service, said.SYSTEM, key_file)

        yield Canary(
            bus=bus,
            region=region,
            intake=at(settings.intake_url, "intake"),
            notices=at(settings.notification_url, "panel_notification"),
            reporting=at(settings.reporting_url, "reporting"),
            public_key=json.loads(key),
        )


def _access(bootstrap: str, secrets_dir: Path) -> KafkaAccess:
    return KafkaAccess(bootstrap, SUBSCRIBER, password_of(SUBSCRIBER, secrets_dir))
