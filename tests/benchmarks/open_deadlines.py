"""A store full of open deadlines, made by the store itself."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.calendar.bank_holidays import england_and_wales
from tests.support.local_stack import Infrastructure

AT_ONCE = 20_000
RULES = ["DL01", "DL02"]
SECONDS_FOR_ROWS = 600


@dataclass(frozen=True)
class Kind:
    """Deadlines of one start: two of a case. Instants are UTC, `next_at` that of `next_kind`."""

    started_at: datetime
    due_date: str
    late_from: datetime
    next_kind: str
    next_at: datetime


def utc(day: int, hour: int, month: int = 6) -> datetime:
    return datetime(2019, month, day, hour, tzinfo=UTC)


BURST = Kind(utc(29, 9, 5), "2019-06-05", utc(5, 23), "overdue", utc(5, 23))
"""All overdue at one instant."""
BESIDE = Kind(utc(30, 9, 5), "2019-06-06", utc(6, 23), "overdue", utc(6, 23))
"""Fall due while a calendar is revised."""
ELSEWHERE = Kind(utc(31, 9, 5), "2019-06-07", utc(7, 23), "due_today", utc(7, 7))
"""Open, and touched by nothing."""
MOVED = Kind(utc(5, 9), "2019-06-12", utc(12, 23), "due_soon", utc(10, 7))
"""Over 10 June 2019, which becomes a bank holiday."""

_MAKE = """
with made as (
    insert into case_state (case_id, owner_area)
    select gen_random_uuid(), 'E08000012' from generate_series(1, $1)
    returning case_id
)
insert into deadline (deadline_id, case_id, cycle, rule, revision, rule_version, rule_set, force,
    calendar_version, started_at, caused_by, due_date, late_from, state, synthetic,
    awaits_receipt, next_kind, next_at)
select gen_random_uuid(), case_id, 1, rule, 1, '1', 'WT2018.1', 'should', $2, $3, $4, $5::date,
    $6, 'running', true, false, $7, $8
from made cross join unnest($9::text[]) as rule
"""


async def fill(infrastructure: Infrastructure, kinds: dict[Kind, int]) -> None:
    """Adds so many deadlines of each kind, as the owner of the store, who may also analyze."""
    owner = await asyncpg.connect(
        host=infrastructure.postgres_host,
        port=infrastructure.postgres_port,
        database="rapid_review_timer",
        user="rapid_review_timer_owner",
        password=infrastructure.database_password("rapid_review_timer_owner"),
        timeout=SECONDS_FOR_ROWS,
    )
    try:
        for kind, number in kinds.items():
            for first in range(0, number, AT_ONCE):
                await _make(owner, kind, min(AT_ONCE, number - first))
        await owner.execute("vacuum analyze case_state, deadline", timeout=SECONDS_FOR_ROWS)
    finally:
        await owner.close()


async def _make(owner: Any, kind: Kind, number: int) -> None:
    await owner.execute(
        _MAKE,
        number // len(RULES),
        england_and_wales().version,
        kind.started_at,
        UUID(int=1),
        datetime.fromisoformat(kind.due_date).date(),
        kind.late_from,
        kind.next_kind,
        kind.next_at,
        RULES,
    )
