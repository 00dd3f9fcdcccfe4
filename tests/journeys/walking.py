"""Walks worked cases through a running stack: reported, linked, decided, told, confirmed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from deploy.local.layout import Layout
from deploy.local.received_mail import ReceivedMail
from deploy.samples.case_desk import CaseDesk, CaseView
from deploy.samples.signed_http import Declined, new_http_client
from shared.calendar.london import london_date
from shared.reference.directory import la_of, partners_of
from tests.journeys.following import follow, shown_whole
from tests.journeys.speaking import Doors
from tests.journeys.worked_cases import WorkedCase

FEW = 5
KIND_OF_SEAT = {"LA": "local_authority", "HEALTH": "health", "POLICE": "police"}


@dataclass(frozen=True)
class Walked:
    """A case at its end. `decided`: what intake answered; `notices`, `journey` and `clocks` as the
    authority sees them; `letters`: what the mail server took, by the notice it is about."""

    case: WorkedCase
    case_id: UUID
    stage: str
    decided: dict[str, Any]
    notices: list[dict[str, Any]]
    journey: dict[str, Any]
    clocks: dict[str, dict[str, Any]]
    letters: dict[str, list[ReceivedMail]]


async def walk(layout: Layout, cases: Sequence[WorkedCase]) -> list[Walked]:
    """All at once, and every report is in before anything is decided."""
    async with new_http_client() as http:
        doors = Doors(layout, http, every=1.0 if len(cases) > FEW else 0.3)
        ids = await asyncio.gather(*(_reported(doors, case) for case in cases))
        by_area: dict[str, set[str]] = {}
        for case, of_it in zip(cases, ids, strict=True):
            by_area.setdefault(case.area, set()).update(of_it)
        areas = list(by_area)
        seen = await asyncio.gather(*(doors.arrived(area, by_area[area]) for area in areas))
        held = [one for of_area in seen for one in of_area]
        return list(
            await asyncio.gather(
                *(
                    _to_its_end(doors, case, [one for one in held if one.report_ids & of_it])
                    for case, of_it in zip(cases, ids, strict=True)
                )
            )
        )


async def _reported(doors: Doors, case: WorkedCase) -> set[str]:
    return {await doors.report(content) for content in case.reports}


async def _to_its_end(doors: Doors, case: WorkedCase, held: Sequence[CaseView]) -> Walked:
    desk, organisation = doors.desk(case.area), la_of(case.area)
    first, *others = held
    for other in others:
        assert other.case_id in {one.case_id for one in first.open_candidates}
        await desk.link(first.case_id, other.case_id)
    if case.without_judgement:
        body = decision_of(case) | {"serious_harm": None}
        assert await refused(desk, first.case_id, body) == case.without_judgement
    decided = await desk.decide(first.case_id, decision_of(case))
    owed = {one["obligation_id"] for one in decided["obligations"]}
    notices = await follow(doors, organisation, first.case_id, owed)
    journey = await shown_whole(doors, organisation, first.case_id, case.stage, notices)
    return Walked(
        case=case,
        case_id=first.case_id,
        stage=str((await desk.case(first.case_id)).stage),
        decided=decided,
        notices=notices,
        journey=journey,
        clocks=await doors.clocks(organisation, first.case_id),
        letters={one["notice_id"]: doors.letters(one["notice_id"]) for one in notices},
    )


def decision_of(case: WorkedCase) -> dict[str, Any]:
    """The body of the decision command, with the position of each partner of the day."""
    return {
        "decision": case.decision,
        "facts": dict(case.facts),
        "serious_harm": {**case.harm, "reasons": "Invented reasons."} if case.harm else None,
        "positions": positions(case.area, case.against),
        "reasons": f"Invented walk {case.name}. Why it is so decided.",
        "late_reason": "other" if case.late else None,
    }


def positions(area: str, against: str = "") -> list[dict[str, Any]]:
    """Of each partner that holds a seat today; `against`: the kind that disagrees."""
    found: list[dict[str, Any]] = []
    for seat in partners_of(area, london_date(datetime.now(UTC))):
        kind = KIND_OF_SEAT[seat.kind]
        said = {"kind": kind, "organisation": seat.organisation, "position": "agree"}
        if kind == against:
            said |= {"position": "disagree", "reasons": "Invented. We see it otherwise."}
        found.append(said)
    return found


async def refused(desk: CaseDesk, case_id: UUID, body: dict[str, Any]) -> str:
    """With which code a decision is refused; empty if it is not."""
    try:
        await desk.decide(case_id, body)
    except Declined as refusal:
        return refusal.code
    return ""
