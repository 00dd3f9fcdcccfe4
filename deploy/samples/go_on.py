"""Takes a sample case through the steps that it has before or after its decision, each once."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid5

import httpx

from deploy.samples.case_desk import CaseDesk
from deploy.samples.incidents import INCIDENTS
from deploy.samples.kept import KeptSamples
from deploy.samples.later_steps import INTAKE, Later, Moment, Step
from deploy.samples.review_room import ReviewRoom
from deploy.samples.settings import SampleSettings
from deploy.samples.signed_http import SignedClient
from shared.calendar.london import london_date

SYSTEM = "la-cases"


class Authorities:
    """The desks of all areas of the samples, and the rooms of their reviews."""

    def __init__(self, settings: SampleSettings, client: httpx.AsyncClient) -> None:
        key_file = settings.secrets_dir / f"{SYSTEM}.jwk"
        intake = SignedClient(client, settings.intake_url, "intake", SYSTEM, key_file)
        areas = sorted(frozenset[str]().union(*(one.areas for one in INCIDENTS.values())))
        self.desks = {area: CaseDesk(intake, area) for area in areas}
        self.room = ReviewRoom(settings, client)
        self.samples = KeptSamples(settings.state_dir)

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
        if step.at != INTAKE or step.told:
            review = await self.room.review(case_id, of.area, today)
        body = step.says(Moment(incident, today, aware_at, review))
        if step.at == INTAKE:
            desk = self.desks[of.reported_in if step.by == "OTHER_LA" else of.area]
            await desk.command(case_id, step.path, body, key, seen=step.seen)
        else:
            await self.room.says(step.by, case_id, of.area, step.path, body, on=today, key=key)
