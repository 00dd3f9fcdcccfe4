"""What became of the sample cases, read from intake's list and reporting's journeys."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from deploy.samples.case_desk import CaseDesk, CaseView
from deploy.samples.incidents import INCIDENTS, Incident
from deploy.samples.kept import Answer, KeptReport, KeptSamples
from deploy.samples.settings import SampleSettings
from deploy.samples.signed_http import Declined, SignedClient, new_http_client

SYSTEM = "la-cases"
SETTLE_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.5
NOT_FOUND = 404
RAPID_REVIEW = "DL07"
_UNDER_WAY = frozenset({"reported", "triage", "notifiable", "simple_notification", "notified"})
_ON_THE_WAY = frozenset({"to_be_told", "sent"})


class _Tolerant(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class ClockView(_Tolerant):
    rule: str
    name: str
    state: str
    state_words: str
    due_date: date
    working_days_late: int | None = None


class ToldView(_Tolerant):
    state: str


class HeadingView(_Tolerant):
    stage: str | None
    stage_words: str
    owner_area: dict[str, Any] | None = None


class DecisionView(_Tolerant):
    decision: str
    rapid_review: bool


class JourneyView(_Tolerant):
    heading: HeadingView
    decision: DecisionView | None = None
    told: Sequence[ToldView] = ()
    clocks: Sequence[ClockView] = ()

    def has_settled(self, incident: Incident) -> bool:
        """Nothing more happens before somebody acts: decided, told, and the next clock runs."""
        stage = self.heading.stage
        if stage in {"merged", incident.rests_in}:
            return True
        if stage is None or stage in _UNDER_WAY or stage == incident.passes:
            return False
        if incident.ends_in and stage != incident.ends_in:
            return False
        everybody_told = all(told.state not in _ON_THE_WAY for told in self.told)
        review = self.decision is not None and self.decision.rapid_review
        return everybody_told and (
            not review or any(clock.rule == RAPID_REVIEW for clock in self.clocks)
        )


@dataclass(frozen=True)
class SampleCase:
    """`reporters` opened it; `journey` is None until reporting has heard of the case."""

    case_id: UUID
    survivor: UUID | None
    incident: Incident
    reporters: tuple[str, ...]
    journey: JourneyView | None

    @property
    def settled(self) -> bool:
        return self.journey is not None and self.journey.has_settled(self.incident)


@dataclass(frozen=True)
class Outcome:
    cases: tuple[SampleCase, ...]
    refused: tuple[tuple[KeptReport, Answer], ...]

    @property
    def settled(self) -> int:
        return sum(case.settled for case in self.cases)


async def settled_outcome(settings: SampleSettings, progress: Callable[[Outcome], None]) -> Outcome:
    """The outcome once every case has settled, or as it is after SETTLE_SECONDS. Raises Declined
    when a service does not answer."""
    samples = KeptSamples(settings.state_dir)
    reports = {report.id: report for report in samples.reports(datetime.now(UTC))}
    refused = tuple(
        (reports[id_], answer)
        for id_, answer in samples.answers().items()
        if id_ in reports and not answer.accepted
    )
    give_up = time.monotonic() + SETTLE_SECONDS
    async with new_http_client() as client:
        key_file = settings.secrets_dir / f"{SYSTEM}.jwk"
        intake = SignedClient(client, settings.intake_url, "intake", SYSTEM, key_file)
        reporting = SignedClient(client, settings.reporting_url, "reporting", SYSTEM, key_file)
        while True:
            outcome = Outcome(await _cases(intake, reporting, reports), refused)
            progress(outcome)
            if outcome.settled == len(outcome.cases) or time.monotonic() > give_up:
                return outcome
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _cases(
    intake: SignedClient, reporting: SignedClient, reports: dict[str, KeptReport]
) -> tuple[SampleCase, ...]:
    """In the order of the incidents; of each the case that goes on first."""

    async def of_area(area: str) -> list[SampleCase]:
        desk, found = CaseDesk(intake, area), []
        for case in await desk.cases():
            incident = _incident_of(case, reports)
            if incident is not None:
                journey = await _journey(reporting, desk.organisation, case.case_id)
                reporters = tuple(sorted(report.organisation for report in case.reports))
                found.append(SampleCase(case.case_id, case.survivor, incident, reporters, journey))
        return found

    areas = sorted(frozenset[str]().union(*(one.areas for one in INCIDENTS.values())))
    every = await asyncio.gather(*(of_area(area) for area in areas))
    order = list(INCIDENTS.values())
    return tuple(
        sorted(
            (case for of_one in every for case in of_one),
            key=lambda case: (
                order.index(case.incident),
                case.survivor is not None,
                case.reporters,
            ),
        )
    )


def _incident_of(case: CaseView, reports: dict[str, KeptReport]) -> Incident | None:
    """None for a case that is none of the samples."""
    names = {reports[id_].incident for id_ in case.report_ids if id_ in reports}
    return next((INCIDENTS[name] for name in sorted(names) if name in INCIDENTS), None)


async def _journey(reporting: SignedClient, organisation: str, case_id: UUID) -> JourneyView | None:
    try:
        answer = await reporting.get(organisation, f"/v1/cases/{case_id}/journey")
    except Declined as refusal:
        if refusal.status != NOT_FOUND:
            raise
        return None
    return JourneyView.model_validate(answer)
