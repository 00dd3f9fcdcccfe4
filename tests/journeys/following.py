"""Every notice of a decided case followed to its end: it arrives, and its recipient confirms it.

Recipients learn of a notice as in life, from the mail that came. The Panel, the department and
Ofsted are the stack's own stub, which reads its mail itself; where a notice goes by the national
form, the authority fills it in from the pack and records the reference that it was given.
"""

import json
from typing import Any
from uuid import UUID

from services.panel_notification.fulfilment import reference_of
from tests.journeys.speaking import Doors
from tests.journeys.worked_reports import SYSTEM_OF
from tests.support.waiting import eventually

OF_THE_STUB = frozenset({"panel", "dfe", "ofsted"})
ARRIVED = frozenset({"delivered", "receipt"})
WITHIN_SECONDS = 180.0


def has_ended(notice: dict[str, Any]) -> bool:
    """The recipient confirmed it. Where it has no system here, the mail server's word is all that
    can come back."""
    confirms = notice["recipient"] in SYSTEM_OF or notice["recipient"] in OF_THE_STUB
    return bool(notice["receipt"] if confirms else notice["delivered_at"])


async def follow(
    doors: Doors, organisation: str, case_id: UUID, owed: set[str]
) -> list[dict[str, Any]]:
    """The notices of a case, once there is one for each obligation and nothing of any is open."""
    found: list[dict[str, Any]] = []
    answered: set[str] = set()

    async def nothing_open() -> bool:
        seen = await doors.notices(organisation, case_id)
        if seen is None:
            return False
        found[:] = seen
        for notice in seen:
            if notice["notice_id"] not in answered and await _answer(doors, organisation, notice):
                answered.add(notice["notice_id"])
        return {one["obligation_id"] for one in seen} == owed and all(map(has_ended, seen))

    try:
        await eventually(nothing_open, "", within=WITHIN_SECONDS, every=doors.every)
    except AssertionError:
        left = [(one["recipient"], one["state"]) for one in found if not has_ended(one)]
        raise AssertionError(
            f"case {case_id}: {len(owed)} owed, {len(found)} notices, open: {left}"
        ) from None
    return found


async def _answer(doors: Doors, organisation: str, notice: dict[str, Any]) -> bool:
    if notice["state"] == "handed":
        return await _fill_in_the_form(doors, organisation, notice)
    return await _confirm(doors, notice)


async def _confirm(doors: Doors, notice: dict[str, Any]) -> bool:
    """By the recipient's own system, if it has one here and the mail is there."""
    recipient, id_ = notice["recipient"], notice["notice_id"]
    if recipient in OF_THE_STUB or recipient not in SYSTEM_OF or not notice["delivered_at"]:
        return False
    letters = doors.letters(id_)
    if not letters:
        return False
    said = {"reference": f"GOT-{id_[:8].upper()}", "received_at": letters[0].received_at}
    client = doors.client("panel_notification", SYSTEM_OF[recipient])
    headers = {"Idempotency-Key": id_}
    await client.post(recipient, f"/v1/notices/{id_}/receipt", json.dumps(said), headers=headers)
    return True


async def _fill_in_the_form(doors: Doors, organisation: str, notice: dict[str, Any]) -> bool:
    id_ = notice["notice_id"]
    client = doors.client("panel_notification")
    pack = await client.get(organisation, f"/v1/notices/{id_}/pack")
    assert pack["reference"] == notice["reference"] == reference_of(UUID(id_))
    said = json.dumps({"reference": f"FORM-{id_[:8].upper()}"})
    headers = {"Idempotency-Key": f"form-{id_}"}
    await client.post(organisation, f"/v1/notices/{id_}/submission", said, headers=headers)
    return True


async def shown_whole(
    doors: Doors, organisation: str, case_id: UUID, stage: str, notices: list[dict[str, Any]]
) -> dict[str, Any]:
    """The journey, once it shows the case in this stage and each of these notices as arrived."""
    wanted = {one["notice_id"] for one in notices}
    shown: dict[str, Any] = {}

    async def whole() -> bool:
        seen = await doors.journey(organisation, case_id)
        if seen is None:
            return False
        shown.update(seen)
        there = {one["notice_id"] for one in seen["told"] if one["state"] in ARRIVED}
        return seen["heading"]["stage"] == stage and wanted <= there

    await eventually(
        whole,
        f"the journey of case {case_id} in {stage}, with {len(wanted)} notices",
        within=WITHIN_SECONDS,
        every=doors.every,
    )
    return shown
