"""The authorities work through their sample cases: duplicates linked, then each case decided; and
one of them records its yearly report.

Run again it finds what is decided and leaves it alone.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from deploy.samples.case_desk import CaseView
from deploy.samples.decisions import decision_on
from deploy.samples.go_on import Authorities
from deploy.samples.incidents import INCIDENTS
from deploy.samples.kept import KeptSamples
from deploy.samples.later_steps import AFTER, BEFORE
from deploy.samples.settings import SampleSettings
from deploy.samples.signed_http import Declined, new_http_client
from deploy.samples.standing import decide_standing
from deploy.samples.yearly_report import record_yearly_report
from shared.calendar.london import london_date
from shared.reference.directory import la_of, organisation

HELD = "facts_unknown"
ARRIVAL_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.5
Say = Callable[[str], None]


async def decide(settings: SampleSettings, say: Say) -> None:
    """Area by area, all areas at once. Raises Declined when reports do not arrive or a command is
    refused."""
    reports = {name: ids for name, ids in accepted_reports(settings).items() if ids}
    async with new_http_client() as client:
        authorities = Authorities(settings, client)
        await _wait_for(authorities, frozenset[str]().union(*reports.values()))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(decide_standing(settings, client))
            tasks.create_task(record_yearly_report(settings, client, say))
            for area in authorities.desks:
                of_area = {name: ids for name, ids in reports.items() if _decides(area, name)}
                tasks.create_task(_work_through(authorities, of_area, say))
        async with asyncio.TaskGroup() as tasks:
            for name in reports.keys() & AFTER.keys():
                tasks.create_task(_go_on_after(authorities, name, reports[name], say))


def _decides(area: str, incident: str) -> bool:
    return INCIDENTS[incident].area == area


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


async def _wait_for(authorities: Authorities, expected: frozenset[str]) -> None:
    give_up = time.monotonic() + ARRIVAL_SECONDS
    while True:
        found = [await desk.cases() for desk in authorities.desks.values()]
        arrived = frozenset[str]().union(*(case.report_ids for cases in found for case in cases))
        if expected <= arrived:
            return
        if time.monotonic() > give_up:
            raise Declined(
                f"The authorities do not see {len(expected - arrived)} of {len(expected)} reports "
                f"in their cases after {ARRIVAL_SECONDS:.0f} s: see DATA/logs/intake.log."
            )
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _work_through(
    authorities: Authorities, reports: Mapping[str, frozenset[str]], say: Say
) -> None:
    for incident in reports.keys() & BEFORE.keys():
        await _hand_over(authorities, incident, reports[incident], say)
    seen: list[CaseView] = []
    for incident, report_ids in reports.items():
        desk = authorities.desks[INCIDENTS[incident].area]
        name = _name(incident)
        seen = seen or await desk.cases()
        about_it = cases_about(seen, report_ids)
        case, *losers = by_precedence(about_it, desk.organisation)
        if case.decision or case.cycle > 1:
            say(f"{name} (case {case.case_id.hex[:8]}) is decided already")
            continue
        seen = []
        for loser in losers:
            await desk.link(case.case_id, loser.case_id)
        if losers:
            say(f"{name}: {len(losers) + 1} reports are the same incident, linked to one case")
        for other in others_that_look_alike(await desk.cases(), case.case_id):
            await desk.say_not_the_same(case.case_id, other)
            say(f"{name}: case {other.hex[:8]} looked like it and is not the same")
        said = decision_on(incident, london_date(datetime.now(UTC)))
        try:
            answer = await desk.decide(case.case_id, said)
        except Declined as refusal:
            if refusal.code != HELD or not INCIDENTS[incident].rests_in:
                raise
            say(f"{name} (case {case.case_id.hex[:8]}): held, a fact that matters is not known")
            continue
        say(f"{name} (case {case.case_id.hex[:8]}): {_in_words(said, answer)}")


async def _hand_over(
    authorities: Authorities, incident: str, report_ids: frozenset[str], say: Say
) -> None:
    """From the authority that had the report; nothing to do where that was done before."""
    desk = authorities.desks[INCIDENTS[incident].reported_in]
    for case in cases_about(await desk.cases(), report_ids):
        aware_at = authorities.samples.aware_at(incident)
        await authorities.go_on(incident, case.case_id, BEFORE[incident], aware_at)
        say(f"{_name(incident)} (case {case.case_id.hex[:8]}): {BEFORE[incident].words}")


async def _go_on_after(
    authorities: Authorities, incident: str, report_ids: frozenset[str], say: Say
) -> None:
    desk = authorities.desks[INCIDENTS[incident].area]
    case = by_precedence(cases_about(await desk.cases(), report_ids), desk.organisation)[0]
    aware_at = authorities.samples.aware_at(incident)
    new = await authorities.go_on(incident, case.case_id, AFTER[incident], aware_at)
    already = "" if new else ", as before"
    say(f"{_name(incident)} (case {case.case_id.hex[:8]}): {AFTER[incident].words}{already}")


def _name(incident: str) -> str:
    authority = organisation(la_of(INCIDENTS[incident].area)).name
    return f"{authority}: “{INCIDENTS[incident].title}”"


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
    rows = ", ".join(map(str, answer["rows"])) or "no row applies"
    told = len(answer["obligations"])
    review = ", rapid review to follow" if answer["rapid_review"] else ""
    late = f", late: {str(said['late_reason']).replace('_', ' ')}" if said["late_reason"] else ""
    return f"decided {decision} ({rows}), {told} to be told{review}{late}"
