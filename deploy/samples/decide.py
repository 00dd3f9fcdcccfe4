"""The authorities work through their sample cases: duplicates linked, then each case decided.

Run again it finds what is decided and leaves it alone.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from deploy.samples.case_desk import CaseDesk, CaseView
from deploy.samples.decisions import decision_on
from deploy.samples.incidents import INCIDENTS
from deploy.samples.kept import KeptSamples
from deploy.samples.settings import SampleSettings
from deploy.samples.signed_http import Declined, SignedClient, new_http_client
from shared.calendar.london import london_date
from shared.reference.directory import organisation

SYSTEM = "la-cases"
ARRIVAL_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.5
Say = Callable[[str], None]


async def decide(settings: SampleSettings, say: Say) -> None:
    """Raises Declined when reports do not arrive or a command is refused."""
    reports = accepted_reports(settings)
    async with new_http_client() as client:
        key_file = settings.secrets_dir / f"{SYSTEM}.jwk"
        intake = SignedClient(client, settings.intake_url, "intake", SYSTEM, key_file)
        for area in sorted({incident.area for incident in INCIDENTS.values()}):
            desk = CaseDesk(intake, area)
            of_area = {name: reports[name] for name, one in INCIDENTS.items() if one.area == area}
            await _wait_for(desk, frozenset[str]().union(*of_area.values()))
            for incident, report_ids in of_area.items():
                await _work_through(desk, incident, report_ids, say)


def accepted_reports(settings: SampleSettings) -> dict[str, frozenset[str]]:
    """By incident, the ids of its reports. Raises Declined unless intake has accepted all."""
    samples = KeptSamples(settings.state_dir)
    answers = samples.answers()
    ids: dict[str, set[str]] = {name: set() for name in INCIDENTS}
    for report in samples.reports(datetime.now(UTC)):
        if report.incident not in ids:
            continue
        if report.id not in answers or not answers[report.id].accepted:
            raise Declined(
                f"The report {report.name} was not acknowledged: "
                "run `python -m deploy.samples publish` first."
            )
        ids[report.incident].add(report.id)
    return {name: frozenset(of_incident) for name, of_incident in ids.items()}


async def _wait_for(desk: CaseDesk, expected: frozenset[str]) -> None:
    give_up = time.monotonic() + ARRIVAL_SECONDS
    while True:
        arrived = frozenset[str]().union(*(case.report_ids for case in await desk.cases()))
        if expected <= arrived:
            return
        if time.monotonic() > give_up:
            raise Declined(
                f"{organisation(desk.organisation).name} does not see "
                f"{len(expected - arrived)} of {len(expected)} reports in its cases after "
                f"{ARRIVAL_SECONDS:.0f} s: see DATA/logs/intake.log."
            )
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _work_through(
    desk: CaseDesk, incident: str, report_ids: frozenset[str], say: Say
) -> None:
    name = f"{organisation(desk.organisation).name}: “{INCIDENTS[incident].title}”"
    about_it = cases_about(await desk.cases(), report_ids)
    case, *losers = by_precedence(about_it, desk.organisation)
    if case.decision:
        say(f"{name} (case {case.case_id.hex[:8]}) is decided already")
        return
    for loser in losers:
        await desk.link(case.case_id, loser.case_id)
    if losers:
        say(f"{name}: {len(losers) + 1} reports are the same incident, linked to one case")
    for other in others_that_look_alike(await desk.cases(), case.case_id):
        await desk.say_not_the_same(case.case_id, other)
        say(f"{name}: case {other.hex[:8]} looked like it and is not the same")
    said = decision_on(incident, london_date(datetime.now(UTC)))
    answer = await desk.decide(case.case_id, said)
    say(f"{name} (case {case.case_id.hex[:8]}): {_in_words(said, answer)}")


def cases_about(cases: Sequence[CaseView], report_ids: frozenset[str]) -> list[CaseView]:
    """The cases that stand for themselves and hold any of these reports, a survivor those of
    what was linked to it."""
    standing = {case.case_id: case for case in cases if case.survivor is None}
    holding = {
        case.survivor or case.case_id
        for case in cases
        if not report_ids.isdisjoint(case.report_ids)
    }
    return [case for case_id, case in standing.items() if case_id in holding]


def others_that_look_alike(cases: Sequence[CaseView], case_id: UUID) -> list[UUID]:
    """Candidates without an answer, of the case or of any that was linked to it; each once, by
    the case that stands for it."""
    stands_for = {case.case_id: case.survivor or case.case_id for case in cases}
    found = {
        stands_for.get(candidate.case_id, candidate.case_id)
        for case in cases
        if stands_for[case.case_id] == case_id
        for candidate in case.open_candidates
    }
    return sorted(found - {case_id})


def by_precedence(cases: Sequence[CaseView], authority: str) -> list[CaseView]:
    """The case to go on with first: one decided before, one that others were linked to, the
    authority's own, the earliest."""

    def rank(case: CaseView) -> tuple[bool, int, bool, str, str]:
        own = any(report.organisation == authority for report in case.reports)
        first = min((report.received_at for report in case.reports), default="")
        return (not case.decision, -len(case.reports), not own, first, str(case.case_id))

    return sorted(cases, key=rank)


def _in_words(said: Mapping[str, object], answer: Mapping[str, Sequence[object]]) -> str:
    decision = str(said["decision"]).replace("_", " ")
    rows = ", ".join(map(str, answer["rows"]))
    told = len(answer["obligations"])
    review = ", rapid review to follow" if answer["rapid_review"] else ""
    late = f", late: {str(said['late_reason']).replace('_', ' ')}" if said["late_reason"] else ""
    return f"decided {decision} ({rows}), {told} to be told{review}{late}"
