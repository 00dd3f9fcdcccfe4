"""The partners take a rapid review to the Panel meanwhile, and the Panel says that it has it."""

from typing import Any, Protocol
from uuid import UUID, uuid5

from shared.contracts.envelope import NAMESPACE
from tests.services.rapid_review_timer.review_client import AIMS

TIMER, PANEL = "rapid_review_timer", "panel_notification"
AUTHORITY = ("la-cases", "la-E08000012")
PARTNERS = (AUTHORITY, ("health-incidents", "icb-QYG"), ("police-records", "police-merseyside"))
APPROVED = {"answer": "approved", "content_version": 1}
NOT_SEEN, NOT_HEARD_YET = 412, 409


class Callers(Protocol):
    """Asks until it has its answer."""

    async def read(self, service: str, path: str, system: str, organisation: str, /) -> str: ...

    async def post(
        self,
        service: str,
        path: str,
        system: str,
        organisation: str,
        body: dict[str, Any],
        headers: dict[str, str],
        also: int = 0,
        /,
    ) -> int: ...


async def review(callers: Callers, case_id: UUID) -> None:
    """From its opening to the submission, each step once however often it is asked."""
    await _say(callers, case_id, "aims", AIMS, AUTHORITY)
    for partner in PARTNERS:
        await _say(callers, case_id, "approvals", APPROVED, partner)
    await _say(callers, case_id, "submission", {}, AUTHORITY)


async def _say(
    callers: Callers, case_id: UUID, path: str, body: dict[str, Any], by: tuple[str, str]
) -> None:
    where, (system, organisation) = f"/v1/cases/{case_id}/review", by
    key = str(uuid5(NAMESPACE, f"{case_id}|{path}|{organisation}"))
    status = NOT_SEEN
    while status == NOT_SEEN:
        version = await callers.read(TIMER, where, system, organisation)
        headers = {"Idempotency-Key": key, "If-Match": version}
        place = f"{where}/{path}"
        status = await callers.post(TIMER, place, system, organisation, body, headers, NOT_SEEN)


async def panel_receives(callers: Callers, notice_id: UUID) -> None:
    """Once panel notification has heard that the review was sent."""
    where = f"/v1/notices/{notice_id}/panel-responses"
    headers = {"Idempotency-Key": f"received-{notice_id}"}
    status = NOT_HEARD_YET
    while status == NOT_HEARD_YET:
        status = await callers.post(
            PANEL, where, "panel-desk", "panel", {"reply": "received"}, headers, NOT_HEARD_YET
        )
