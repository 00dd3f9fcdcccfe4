"""An authority's own view of its cases at intake, and the commands it gives about them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict

from deploy.samples.signed_http import Declined, SignedClient
from shared.reference.directory import la_of

TRIES = 5
_STALE = 412


class _Tolerant(BaseModel):
    """A caller ignores what it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class CandidateView(_Tolerant):
    case_id: UUID


class ReportView(_Tolerant):
    organisation: str
    sender_report_id: str
    received_at: str


class CaseView(_Tolerant):
    """`survivor`: the case that this one was linked to."""

    case_id: UUID
    version: int
    cycle: int = 1
    owner_area: str = ""
    stage: str | None = None
    survivor: UUID | None = None
    decision: Any = None
    open_candidates: Sequence[CandidateView] = ()
    reports: Sequence[ReportView] = ()

    @property
    def report_ids(self) -> frozenset[str]:
        return frozenset(report.sender_report_id for report in self.reports)


class CaseDesk:
    """Speaks for the authority of one area."""

    def __init__(self, intake: SignedClient, area: str) -> None:
        self._intake = intake
        self.area = area
        self.organisation = la_of(area)

    async def cases(self) -> list[CaseView]:
        answer = await self._intake.get(self.organisation, "/v1/cases", area=self.area)
        return [CaseView.model_validate(case) for case in answer["cases"]]

    async def case(self, case_id: UUID) -> CaseView:
        answer = await self._intake.get(self.organisation, f"/v1/cases/{case_id}")
        return CaseView.model_validate(answer)

    async def link(self, survivor: UUID, loser: UUID) -> None:
        await self.command(survivor, "links", {"loser": str(loser)})

    async def say_not_the_same(self, case_id: UUID, other: UUID) -> None:
        await self.command(case_id, f"candidates/{other}/answers", {"answer": "not_the_same"})

    async def decide(self, case_id: UUID, decision: Mapping[str, Any]) -> dict[str, Any]:
        return await self.command(case_id, "decisions", decision)

    async def command(
        self, case_id: UUID, path: str, body: Mapping[str, Any], key: str = "", *, seen: bool = True
    ) -> dict[str, Any]:
        """On the version it has just seen; looks again when somebody else was faster. `seen`: false
        for one that another authority sends, which has not seen the case."""
        for tries_left in reversed(range(TRIES)):
            headers = {"Idempotency-Key": key or str(uuid4())}
            if seen:
                headers["If-Match"] = f'"{(await self.case(case_id)).version}"'
            try:
                answer: dict[str, Any] = await self._intake.post(
                    self.organisation,
                    f"/v1/cases/{case_id}/{path}",
                    json.dumps(body),
                    headers=headers,
                )
                return answer
            except Declined as refusal:
                if refusal.status != _STALE or not tries_left:
                    raise
        raise Declined(f"Case {case_id} could not be changed: it never rests.")
