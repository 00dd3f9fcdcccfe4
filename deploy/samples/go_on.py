"""Takes a sample case through the steps that it has before or after its decision, each once."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

import httpx

from deploy.samples.by_bus import PANEL_REPLY, SUMMARY, Submitted, submit_once_heard
from deploy.samples.case_desk import CaseDesk
from deploy.samples.decisions import Body
from deploy.samples.incidents import INCIDENTS
from deploy.samples.kept import KeptSamples
from deploy.samples.review_room import ReviewRoom
from deploy.samples.settings import SampleSettings
from deploy.samples.signed_http import Declined, SignedClient
from deploy.samples.steps import INTAKE, PANEL, REVIEW, Later, Moment, Step
from shared.calendar.london import london_date
from shared.reference.directory import la_of

SYSTEM, PANEL_SYSTEM = "la-cases", "panel-desk"
HEARING_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.2
_NOT_HEARD_YET = frozenset({"not_submitted", "still_open"})


class Authorities:
    """The desks of all areas of the samples, and the rooms of their reviews."""

    def __init__(self, settings: SampleSettings, client: httpx.AsyncClient) -> None:
        key_file = settings.secrets_dir / f"{SYSTEM}.jwk"
        intake = SignedClient(client, settings.intake_url, "intake", SYSTEM, key_file)
        areas = sorted(frozenset[str]().union(*(one.areas for one in INCIDENTS.values())))
        self.desks = {area: CaseDesk(intake, area) for area in areas}
        self.room = ReviewRoom(settings, client)
        self.panel = SignedClient(
            client,
            settings.notification_url,
            "panel_notification",
            PANEL_SYSTEM,
            settings.secrets_dir / f"{PANEL_SYSTEM}.jwk",
        )
        self.notices = SignedClient(
            client, settings.notification_url, "panel_notification", SYSTEM, key_file
        )
        self.samples = KeptSamples(settings.state_dir)
        self._settings = settings

    async def go_on(self, incident: str, case_id: UUID, later: Later, aware_at: datetime) -> bool:
        """Whether anything was left to do. A step that was cut off is taken again under its key."""
        names = [f"{incident}/{place} {step.path}" for place, step in enumerate(later.steps)]
        left = [
            (name, step)
            for name, step in zip(names, later.steps, strict=True)
            if name not in self.samples.steps()
        ]
        for name, step in left:
            today = london_date(datetime.now(UTC))
            await self._take(incident, case_id, step, str(uuid5(case_id, name)), today, aware_at)
            self.samples.keep_step(name)
        return bool(left)

    async def _take(
        self,
        incident: str,
        case_id: UUID,
        step: Step,
        key: str,
        today: date,
        aware_at: datetime,
    ) -> None:
        of = INCIDENTS[incident]
        review = {}
        if step.at == REVIEW or step.told:
            review = await self.room.review(case_id, of.area, today)
        body = step.says(Moment(incident, today, aware_at, review))
        if step.by_bus:
            about = await self._about(step, case_id, of.area, body, review)
            await submit_once_heard(self._settings, step.by_bus, about, UUID(key))
        elif step.at == INTAKE:
            desk = self.desks[of.reported_in if step.by == "OTHER_LA" else of.area]
            await _once_heard(lambda: desk.command(case_id, step.path, body, key, seen=step.seen))
        elif step.at == PANEL:
            await _once_heard(lambda: self._panel_says(case_id, body, key))
        else:
            await self.room.says(step.by, case_id, of.area, step.path, body, on=today, key=key)

    async def _about(
        self, step: Step, case_id: UUID, area: str, body: Body, review: Mapping[str, Any]
    ) -> Submitted:
        """What goes by the bus names no case: an agency's summary names the request, the Panel's
        reply the notice by which it was told."""
        if step.at == REVIEW:
            said = {name: value for name, value in body.items() if name != "agency"}
            (asked,) = [one for one in review["summaries"] if one["agency"] == body["agency"]]
            content = {**said, "request_id": asked["request_id"]}
            return Submitted(SUMMARY, body["agency"], content, asked["request_id"])
        seen = await self.notices.get(la_of(area), "/v1/notices", case=str(case_id))
        (told,) = [
            one
            for one in seen["notices"]
            if (one["recipient"], one["about"]) == ("panel", "incident")
        ]
        return Submitted(PANEL_REPLY, "panel", {**body, "notice_id": told["notice_id"]})

    async def _panel_says(self, case_id: UUID, body: Mapping[str, Any], key: str) -> None:
        path = f"/v1/cases/{case_id}/panel-responses"
        headers = {"Idempotency-Key": key}
        await self.panel.post("panel", path, json.dumps(body), headers=headers)


async def _once_heard(say: Callable[[], Awaitable[object]]) -> None:
    """Again while the service has yet to hear, from the others, what goes before it. Raises
    Declined."""
    give_up = time.monotonic() + HEARING_SECONDS
    while True:
        try:
            await say()
            return
        except Declined as refusal:
            if refusal.code not in _NOT_HEARD_YET or time.monotonic() > give_up:
                raise
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
