"""The authorities of a run: they link what is the same incident, state facts, and decide."""

from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID, uuid5

from deploy.samples.decisions import decision_on
from deploy.samples.incidents import BARNET, LIVERPOOL, WIRRAL
from shared.calendar.london import london_date
from shared.contracts.envelope import NAMESPACE
from shared.reference.directory import la_of
from tests.soak.ledger import Ledger
from tests.soak.observer import AWAY
from tests.soak.reports import Happening
from tests.soak.signed import Signed, Unanswered
from tests.soak.world import World

SYSTEM = "la-cases"
TRIES = 6
COMMANDS = frozenset({"links", "assessments", "decisions"})
OPEN = frozenset({409, 412})
ASSESSED_SHARE = 0.5
_SAMPLE_OF = {LIVERPOOL: "toddler", WIRRAL: "looked_after", BARNET: "late"}


class Authority:
    """`refused`: commands that were answered with a refusal nobody expects."""

    def __init__(self, world: World, signed: Signed, ledger: Ledger) -> None:
        self.world = world
        self.signed = signed
        self.ledger = ledger
        self.refused: list[str] = []

    async def deals_with(self, happening: Happening) -> None:
        """Links the cases of one incident, states a fact for a share, decides."""
        random = Random(str(happening.reports[0].id))
        try:
            cases = await self._cases_of(happening)
            if not cases:
                return
            survivor, *losers = cases
            by = la_of(happening.area)
            for loser in losers:
                await self._command(by, survivor, "links", {"loser": str(loser)})
            if random.random() < ASSESSED_SHARE:
                facts = {"facts": {"looked_after": False, "care_leaver": False}}
                await self._command(by, survivor, "assessments", facts)
            await self._command(by, survivor, "decisions", decision_in(happening.area))
        except Unanswered:
            self.ledger.command("unanswered", number=happening.reports[0].number)

    async def _cases_of(self, happening: Happening) -> list[UUID]:
        """Which cases these reports opened, oldest first; what a person reads off the pages."""
        try:
            connection = await self.world.connect("intake")
            try:
                rows = await connection.fetch(
                    """select case_id from report where sender_report_id = any($1)
                       order by received_at, report_id""",
                    [report.id for report in happening.reports],
                )
            finally:
                await connection.close(timeout=2)
        except AWAY:
            return []
        return [row["case_id"] for row in rows]

    async def _command(self, by: str, case_id: UUID, path: str, body: dict[str, Any]) -> None:
        """On the version it has just seen; looks again when that moved or a candidate came."""
        url = f"{self.world.url('intake')}/v1/cases/{case_id}"
        for number in range(TRIES):
            seen = await self.signed.ask("GET", url, SYSTEM, by, "intake")
            if seen.status_code != 200:
                self._refused(path, seen.status_code, "not seen")
                return
            if path == "decisions":
                await self._say_not_the_same(by, case_id, seen.json())
                seen = await self.signed.ask("GET", url, SYSTEM, by, "intake")
            key = str(uuid5(NAMESPACE, f"{case_id}|{path}|{body.get('loser')}|{number}"))
            self.ledger.command("intended", command=path, case_id=str(case_id), key=key)
            answer = await self.signed.ask(
                "POST",
                f"{url}/{path}",
                SYSTEM,
                by,
                "intake",
                headers={"Idempotency-Key": key, "If-Match": f'"{seen.json()["version"]}"'},
                json=body,
            )
            if answer.is_success:
                self.ledger.command("done", command=path, case_id=str(case_id), key=key)
                return
            if answer.status_code not in OPEN:
                break
        if path in COMMANDS:  # a candidate may have been answered in the meantime
            reason = answer.json()["type"].rpartition(":")[2]
            self._refused(path, answer.status_code, reason)

    async def _say_not_the_same(self, by: str, case_id: UUID, case: dict[str, Any]) -> None:
        for candidate in case["open_candidates"]:
            other = UUID(candidate["case_id"])
            path, body = f"candidates/{other}/answers", {"answer": "not_the_same"}
            await self._command(by, case_id, path, body)

    def _refused(self, path: str, status: int, reason: str) -> None:
        self.ledger.command("refused", command=path, status=status, reason=reason)
        self.refused.append(f"{path}: {status} {reason}")


def decision_in(area: str) -> dict[str, Any]:
    """That the incident is notifiable, with the positions of the partners of an area."""
    return {
        **decision_on(_SAMPLE_OF[area], london_date(datetime.now(UTC))),
        "decision": "notifiable",
        "facts": {
            "looked_after": False,
            "care_leaver": False,
            "abuse_neglect": "suspected",
            "outcome": "seriously_harmed",
            "residence_area": area,
        },
        "serious_harm": {
            "decision": "met",
            "domains": ["physical_health"],
            "reasons": "Invented sample. The injuries were grave.",
        },
        "late_reason": "not_recognised",
    }
