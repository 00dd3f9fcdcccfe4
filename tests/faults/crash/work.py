"""What systems, authorities and the Panel do meanwhile: each tries until it has its answer."""

import asyncio
import json
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx
from aiokafka import AIOKafkaProducer

from deploy.samples.decisions import decision_on
from services.panel_notification.message import NOTICE_HEADER
from shared.calendar.london import london_date
from shared.contracts.catalogue import REPORT_SUBMITTED, ingress_topic
from shared.contracts.envelope import NAMESPACE
from shared.sealing.ingress import IngressKeys, encrypt
from tests.contracts.sample_report import sample_body
from tests.faults.crash.four_services import FourServices
from tests.faults.crash.in_review import panel_receives, review
from tests.support.bus import access
from tests.support.waiting import eventually

POLICE, OFFICE = "police-records", "police-merseyside"
AUTHORITY_SYSTEM, AUTHORITY = "la-cases", "la-E08000012"
KNOWN_LONG_AGO = {
    "la_incident_aware_at": "2026-03-02T10:00:00+00:00",
    "la_criteria_known_at": "2026-03-02T10:00:00+00:00",
}
"""The clocks that start with it are late at once."""
CORRECTED = {
    "details": [{"detail": "address", "value": "Invented."}],
    "reason": "recorded_wrongly",
    "explanation": "Invented.",
}
BUSY = frozenset({429, 502, 503, 504})
PATIENCE = 90.0


class Work:
    """`accepted`: sender's ids of reports that were answered as accepted; `on_the_bus`: of those
    written to the ingress topic; `half_answered`: answers that broke off after their status, by
    service."""

    def __init__(self, four: FourServices, seed: int) -> None:
        self.four = four
        self.random = Random(seed)
        self.accepted: set[UUID] = set()
        self.on_the_bus: set[UUID] = set()
        self.commands: set[str] = set()
        self.half_answered: Counter[str] = Counter()
        self._producer: AIOKafkaProducer | None = None
        private = four.infrastructure.secrets / "intake" / "vigil_ingress_private_key"
        (self._key,) = IngressKeys([json.loads(private.read_text())]).public()

    async def open(self) -> None:
        self._producer = access(self.four.infrastructure, POLICE).new_producer()
        await self._producer.start()
        self._client = httpx.AsyncClient(timeout=10, trust_env=False)

    async def close(self) -> None:
        await self._client.aclose()
        if self._producer is not None:
            await self._producer.stop()

    async def wave(self) -> None:
        """Two reports by each door; two are linked and decided, the Panel told; one is late. What
        the Panel confirmed is corrected, and its rapid review goes to the Panel."""
        first, second, third, fourth = (uuid4() for _ in range(4))
        await asyncio.gather(
            self.report(first), self.report(second), self.send(third), self.send(fourth)
        )
        survivor, loser, assessed = [await self.case_of(one) for one in (first, second, third)]
        await self.command(survivor, "links", {"loser": str(loser)})
        await self.command(assessed, "assessments", {"facts": KNOWN_LONG_AGO})
        await self.decide(survivor)
        notice_id = await self.confirm(survivor)
        if notice_id is not None:
            await self.command(survivor, "corrections", CORRECTED)
            await review(self, survivor)
            await panel_receives(self, notice_id)

    async def report(self, sender_id: UUID) -> None:
        event = {
            "specversion": "1.0",
            "id": str(sender_id),
            "source": f"/org/{OFFICE}/{POLICE}",
            "type": REPORT_SUBMITTED,
            "data": self._content(),
        }
        headers = {"Content-Type": "application/cloudevents+json"}
        await self.post("intake", "/v1/reports", POLICE, OFFICE, event, headers)
        self.accepted.add(sender_id)

    async def send(self, sender_id: UUID) -> None:
        attributes = {
            "ce_specversion": "1.0",
            "ce_id": str(sender_id),
            "ce_type": REPORT_SUBMITTED,
            "ce_source": f"/org/{OFFICE}/{POLICE}",
            "content-type": "application/jose",
        }
        assert self._producer is not None, "open it first"
        await self._producer.send_and_wait(
            ingress_topic(POLICE),
            encrypt(json.dumps(self._content()).encode(), self._key),
            headers=[(name, value.encode()) for name, value in attributes.items()],
            partition=0,
        )
        self.on_the_bus.add(sender_id)

    async def command(self, case_id: UUID, path: str, body: dict[str, Any]) -> None:
        """On the version that it has just seen, under one key however often it is asked."""
        key = str(uuid5(NAMESPACE, f"{case_id}|{path}"))
        while True:
            version = await self.four.value(
                "intake", "select version from incident_case where case_id = $1", case_id
            )
            headers = {"Idempotency-Key": key, "If-Match": f'"{version}"'}
            where = f"/v1/cases/{case_id}/{path}"
            status = await self.post(
                "intake", where, AUTHORITY_SYSTEM, AUTHORITY, body, headers, also=412
            )
            if status != 412:
                self.commands.add(key)
                return

    async def decide(self, case_id: UUID) -> None:
        said = decision_on("toddler", london_date(datetime.now(UTC)))
        await self.command(case_id, "decisions", said | {"late_reason": "not_recognised"})

    async def confirm(self, case_id: UUID) -> UUID | None:
        """The Panel confirms what it got by mail; what it never got it cannot confirm: None."""

        async def settled() -> Any:
            return await self.four.value(
                "panel_notification",
                """select notice_id from notice where case_id = $1 and recipient = 'panel'
                   and state in ('accepted', 'outcome_unknown', 'undeliverable')""",
                case_id,
            )

        notice_id = await eventually(settled, "the Panel's notice is settled", within=PATIENCE)
        assert isinstance(notice_id, UUID)
        if str(notice_id) not in self.mailed():
            return None
        headers = {"Idempotency-Key": str(notice_id)}
        where = f"/v1/notices/{notice_id}/receipt"
        body = {"reference": f"PANEL-{notice_id.hex[:8]}"}
        await self.post("panel_notification", where, "panel-desk", "panel", body, headers)
        return notice_id

    def mailed(self) -> Counter[str]:
        """How often the mail server accepted each notice."""
        return Counter(str(message[NOTICE_HEADER]) for message in self.four.mail.messages())

    async def case_of(self, sender_id: UUID) -> UUID:
        async def opened() -> Any:
            return await self.four.value(
                "intake", "select case_id from report where sender_report_id = $1", sender_id
            )

        return await eventually(opened, "the report opened a case", within=PATIENCE)  # type: ignore[return-value]

    async def post(
        self,
        service: str,
        path: str,
        system: str,
        organisation: str,
        body: dict[str, Any],
        headers: dict[str, str],
        also: int = 0,
    ) -> int:
        """Asks until the whole answer is there, and that is a success or the status `also`."""
        give_up, status = time.monotonic() + PATIENCE, 0
        while time.monotonic() < give_up:
            status, whole = await self._once(service, path, system, organisation, body, headers)
            if whole and status < 300:
                self.four.answered_at[service] = time.monotonic()
            if whole and status not in BUSY:
                assert status < 300 or status == also, f"{service} answered {status} to {path}"
                return status
            await asyncio.sleep(0.1)
        raise AssertionError(f"{service} did not answer {path}, at last {status}")

    async def read(self, service: str, path: str, system: str, organisation: str) -> str:
        """The version of what is there, as soon as it is."""
        give_up = time.monotonic() + PATIENCE
        while time.monotonic() < give_up:
            token = self.four.processes.systems.bearer(system, organisation, service)
            with suppress(httpx.HTTPError):
                answer = await self._client.get(f"{self.four.url(service)}{path}", headers=token)
                if answer.status_code == httpx.codes.OK:
                    return str(answer.headers["etag"])
            await asyncio.sleep(0.1)
        raise AssertionError(f"{service} did not show {path}")

    async def _once(
        self,
        service: str,
        path: str,
        system: str,
        organisation: str,
        body: dict[str, Any],
        headers: dict[str, str],
    ) -> tuple[int, bool]:
        """Status, and whether the answer is whole; status 503 when there is none."""
        token = self.four.processes.systems.bearer(system, organisation, service)
        status = 503
        try:
            async with self._client.stream(
                "POST", f"{self.four.url(service)}{path}", json=body, headers=headers | token
            ) as response:
                status = response.status_code
                await response.aread()
        except httpx.HTTPError:
            self.half_answered[service] += status != 503
            return status, False
        return status, True

    def _content(self) -> dict[str, Any]:
        """A report about a child of its own."""
        letters = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex[:12])
        born = datetime.now(UTC) - timedelta(days=self.random.randint(400, 6000))
        body = sample_body(
            {
                "children.0.surname": f"Sample-{letters.title()}",
                "children.0.date_of_birth": born.date().isoformat(),
            },
            without="children.0.nhs_number",
        )
        return body
