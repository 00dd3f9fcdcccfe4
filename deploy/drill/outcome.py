"""What a drill came to, read from the stores and asked of the timer."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from deploy.drill.people import People
from deploy.drill.quiet import Stores
from deploy.drill.tally import Fired, LateFiring, Revision, Row
from deploy.local.children import ROOT, StackFailure, child_environment
from deploy.operate.invariants import Finding
from deploy.samples.signed_http import Declined

AT_A_TIME = 8
_REVISIONS = """
select deadline_id, revision, rule, rule_set, due_date, state, on_time from chk.deadline
union all
select deadline_id, revision, rule, rule_set, due_date, state, on_time from chk.deadline_revision
"""
_FIRED = "select deadline_id, revision, kind, due_at, fired_at from chk.firing"
_STARTS = "select rule, started_at from chk.deadline order by started_at, rule"
_OF_CASES = "select deadline_id, rule, case_id from chk.deadline order by deadline_id"
_OWNERS = "select case_id, coalesce(survivor, case_id) as standing, owner_area from chk.incident"


@dataclass(frozen=True)
class Outcome:
    """Of a whole drill. It is good when nothing stands in the last four."""

    first: date
    last: date
    seed: int
    incidents: int
    acts: int
    steps: int
    seconds: float
    rows: Sequence[Row]
    compared: Sequence[dict[str, Any]]
    fired_late: Sequence[LateFiring] = ()
    unexplained: Sequence[str] = ()
    refused: Sequence[str] = ()
    findings: Sequence[Finding] = field(default=())

    @property
    def broken(self) -> list[Finding]:
        return [each for each in self.findings if not each.passed]

    @property
    def good(self) -> bool:
        return not (self.fired_late or self.unexplained or self.refused or self.broken)

    def as_json(self) -> str:
        return json.dumps(asdict(self) | {"good": self.good}, indent=2, default=str)


async def revisions_of(stores: Stores) -> list[Revision]:
    rows = await stores.connections["rapid_review_timer"].fetch(_REVISIONS)
    return [Revision(**dict(row)) for row in rows]


async def fired_of(stores: Stores) -> list[Fired]:
    rows = await stores.connections["rapid_review_timer"].fetch(_FIRED)
    return [Fired(**dict(row)) for row in rows]


async def unexplained(stores: Stores, people: People) -> list[str]:
    """Deadlines of which the timer does not say, to the authority, why they fall on their day."""
    owners = await stores.connections["intake"].fetch(_OWNERS)
    area = {row["case_id"]: row["owner_area"] for row in owners}
    standing = {row["case_id"]: row["standing"] for row in owners}
    rows = await stores.connections["rapid_review_timer"].fetch(_OF_CASES)
    room = asyncio.Semaphore(AT_A_TIME)

    async def asked(deadline_id: UUID, rule: str, case_id: UUID) -> str | None:
        async with room:
            try:
                said = await people.explained(str(deadline_id), area[standing[case_id]])
            except Declined as refusal:
                return f"{deadline_id} {rule}: {refusal}"
        whole = said["sentence"] and said["citations"] and said["ledger"] and said["trigger"]
        return None if whole else f"{deadline_id} {rule}: the explanation has a gap"

    found = await asyncio.gather(*(asked(*row) for row in rows))
    return [sentence for sentence in found if sentence]


async def compared(stores: Stores) -> list[dict[str, Any]]:
    """How each rule set differs from the next, for this drill's starts. Raises StackFailure."""
    rows = await stores.connections["rapid_review_timer"].fetch(_STARTS)
    starts = "".join(_line(row["rule"], row["started_at"]) for row in rows)
    return await asyncio.to_thread(_compare, starts)


def _line(rule: str, start: datetime) -> str:
    return json.dumps({"rule": rule, "start": start.isoformat()}) + "\n"


def _compare(starts: str) -> list[dict[str, Any]]:
    result = subprocess.run(
        [sys.executable, "-m", "services.rapid_review_timer", "compare", "--json"],
        input=starts,
        cwd=ROOT,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode != 0:
        raise StackFailure(f"The rule sets could not be compared. {result.stderr.strip()}")
    return list(json.loads(result.stdout))
