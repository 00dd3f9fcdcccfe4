"""The synthetic people at work: each act of a plan, carried out over HTTP as the real bodies would.

All speak through one system of the drill; each request names the body it speaks for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from deploy.drill.bodies import (
    authority_of,
    change,
    decision,
    in_review,
    panel_reply,
    partners,
    report,
)
from deploy.drill.calendars import Sent
from deploy.drill.incident import Incident, Planned
from deploy.samples.signed_http import Declined, SignedClient
from shared.calendar.london import london_date
from shared.contracts.envelope import NAMESPACE

NOTICE_READERS = ("panel", "dfe", "ofsted")
NOT_FOUND = 404
KEEPER = "panel"
"""Who sends the bank holidays."""


@dataclass(frozen=True)
class Doors:
    """The services that people speak to."""

    intake: SignedClient
    timer: SignedClient
    notices: SignedClient


@dataclass
class People:
    """`refused`: what was not granted, in a sentence each; whoever met a refusal stops there."""

    doors: Doors
    incidents: Mapping[int, Incident]
    seed: int
    cases: dict[int, UUID] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _told_before: dict[int, UUID] = field(default_factory=dict)
    _stopped: set[int] = field(default_factory=set)

    async def do(self, planned: Planned) -> None:
        """Carries out one act. A refusal is kept, and the incident is left as it is."""
        if planned.incident in self._stopped:
            return
        try:
            await self._do(planned, self.incidents[planned.incident])
        except Declined as refusal:
            self._stopped.add(planned.incident)
            at = planned.at.isoformat(timespec="minutes")
            self.refused.append(f"incident {planned.incident}, {planned.act} at {at}: {refusal}")

    async def send_calendar(self, sent: Sent) -> None:
        """Raises Declined."""
        await self.doors.timer.put(KEEPER, f"/v1/calendars/{sent.version}", sent.document)

    async def is_counted_anew(self, version: str) -> bool:
        """Whether no open deadline is left to be counted by a version. Raises Declined."""
        held = (await self.doors.timer.get(KEEPER, "/v1/calendars"))["calendars"]
        recount = next(each["recount"] for each in held if each["version"] == version)
        return recount is None or recount["state"] != "under_way"

    async def explained(self, deadline_id: str, area: str) -> Mapping[str, Any]:
        """What the timer says of a deadline. Raises Declined."""
        answer: Mapping[str, Any] = await self.doors.timer.get(
            f"la-{area}", f"/v1/deadlines/{deadline_id}/explanation"
        )
        return answer

    async def _do(self, planned: Planned, incident: Incident) -> None:
        on, number = london_date(planned.at), incident.number
        if planned.act in ("report", "police_report"):
            await self._report(planned, incident, on)
            return
        case_id = self.cases[number]
        if planned.act == "decide":
            await self._decide(planned, incident, case_id, on)
        elif planned.act in ("correct", "withdraw"):
            path, body = change(incident, planned.act, planned.says, on)
            await self._at_intake(planned, incident, case_id, path, body)
        elif planned.act == "receipts":
            await self._confirm(planned, case_id)
        elif planned.act.startswith("panel_"):
            await self._panel_says(planned, case_id)
        elif planned.act == "approve":
            await self._approve(planned, incident, case_id, on)
        else:
            await self._in_review(planned, incident, case_id, on)

    async def _report(self, planned: Planned, incident: Incident, on: date) -> None:
        kind = "LA" if planned.act == "report" else "POLICE"
        by = next(seat for seat in partners(incident, on) if seat.kind == kind)
        sender_id = uuid5(NAMESPACE, f"drill|{self.seed}|{planned.number}")
        known_at = planned.says.get("known_at", planned.at)
        await self.doors.intake.post(
            by.organisation,
            "/v1/reports",
            report(incident, by, sender_id, known_at, planned.at),
            headers={"Idempotency-Key": str(sender_id)},
            content_type="application/cloudevents+json",
        )
        case_id = await self._case_of(incident, sender_id)
        if planned.act == "report":
            self.cases[incident.number] = case_id
        else:
            self._told_before[incident.number] = case_id

    async def _case_of(self, incident: Incident, sender_id: UUID) -> UUID:
        listed = await self.doors.intake.get(
            authority_of(incident), "/v1/cases", area=incident.area
        )
        for case in listed["cases"]:
            if any(one["sender_report_id"] == str(sender_id) for one in case["reports"]):
                return UUID(case["case_id"])
        raise Declined(f"the authority does not see the case of its report {sender_id}")

    async def _decide(self, planned: Planned, incident: Incident, case_id: UUID, on: date) -> None:
        """First what was told of the same incident is linked; the rest is said to be another."""
        before = self._told_before.get(incident.number)
        if before:
            await self._at_intake(planned, incident, case_id, "links", {"loser": str(before)})
        seen = await self.doors.intake.get(authority_of(incident), f"/v1/cases/{case_id}")
        for candidate in seen["open_candidates"]:
            path = f"candidates/{candidate['case_id']}/answers"
            await self._at_intake(planned, incident, case_id, path, {"answer": "not_the_same"})
        body = decision(incident, on, late=planned.says["late"])
        await self._at_intake(planned, incident, case_id, "decisions", body)

    async def _at_intake(
        self, planned: Planned, incident: Incident, case_id: UUID, path: str, body: dict[str, Any]
    ) -> None:
        by, place = authority_of(incident), f"/v1/cases/{case_id}"
        seen = await self.doors.intake.get(by, place)
        await self.doors.intake.post(
            by,
            f"{place}/{path}",
            json.dumps(body),
            headers=self._headers(planned, path, seen["version"]),
        )

    async def _confirm(self, planned: Planned, case_id: UUID) -> None:
        """Panel, department and Ofsted confirm what reached them."""
        for reader in NOTICE_READERS:
            for notice in await self._notices_for(reader, case_id):
                place = f"/v1/notices/{notice['notice_id']}/receipt"
                reference = f"DRILL-{notice['notice_id'][:8].upper()}"
                await self.doors.notices.post(
                    reader,
                    place,
                    json.dumps({"reference": reference}),
                    headers={"Idempotency-Key": str(uuid5(NAMESPACE, f"{place}|{planned.number}"))},
                )

    async def _notices_for(self, reader: str, case_id: UUID) -> list[dict[str, Any]]:
        """What was sent to a body about a case; a case of which it was not told it cannot see."""
        try:
            found = await self.doors.notices.get(reader, "/v1/notices", case=str(case_id))
        except Declined as refusal:
            if refusal.status != NOT_FOUND:
                raise
            return []
        notices: list[dict[str, Any]] = found["notices"]
        return notices

    async def _panel_says(self, planned: Planned, case_id: UUID) -> None:
        key = str(uuid5(NAMESPACE, f"drill|{self.seed}|{planned.number}"))
        await self.doors.notices.post(
            KEEPER,
            f"/v1/cases/{case_id}/panel-responses",
            json.dumps(panel_reply(planned.act, planned.says)),
            headers={"Idempotency-Key": key},
        )

    async def _approve(self, planned: Planned, incident: Incident, case_id: UUID, on: date) -> None:
        for seat in partners(incident, on):
            seen = await self._review(seat.organisation, case_id)
            body = {
                "answer": "approved",
                "content_version": seen["aims_recorded"]["content_version"],
            }
            await self._say(planned, seat.organisation, case_id, "approvals", body)

    async def _in_review(
        self, planned: Planned, incident: Incident, case_id: UUID, on: date
    ) -> None:
        by = authority_of(incident)
        if planned.act == "ask_agencies":
            asked = [seat.organisation for seat in partners(incident, on) if seat.kind != "LA"]
            await self._say(planned, by, case_id, "summaries", {"agencies": asked})
            return
        seen = await self._review(by, case_id)
        for path, body in in_review(planned.act, {**planned.says, "by": by}, on, seen):
            await self._say(planned, by, case_id, path, body)

    async def _review(self, by: str, case_id: UUID) -> dict[str, Any]:
        seen: dict[str, Any] = await self.doors.timer.get(by, f"/v1/cases/{case_id}/review")
        return seen

    async def _say(
        self, planned: Planned, by: str, case_id: UUID, path: str, body: dict[str, Any]
    ) -> None:
        version = (await self._review(by, case_id))["version"]
        await self.doors.timer.post(
            by,
            f"/v1/cases/{case_id}/review/{path}",
            json.dumps(body),
            headers=self._headers(planned, f"{path}|{by}|{body.get('agency')}", version),
        )

    def _headers(self, planned: Planned, what: str, version: int) -> dict[str, str]:
        key = uuid5(NAMESPACE, f"drill|{self.seed}|{planned.number}|{what}")
        return {"Idempotency-Key": str(key), "If-Match": f'"{version}"'}
