"""SQL of cases: link groups, locked in id order; statements, candidates, decisions."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.intake.stated_facts import StatedFacts
from shared.contracts.event_codes import Decision
from shared.messaging.case_keys import data_key_of
from shared.messaging.store import Row, Store, Tx
from shared.sealing.envelope import seal

_CASE = """
select case_id, opened_at, owner_area, cycle, version, survivor, decided_cycle, synthetic
from incident_case
"""


@dataclass(frozen=True)
class Group:
    """A case and those linked to it, all locked. `asked` is the one that was named."""

    asked: Row
    survivor: Row
    losers: tuple[Row, ...]

    @property
    def ids(self) -> list[UUID]:
        return [self.survivor["case_id"], *(row["case_id"] for row in self.losers)]


class _GroupChanged(Exception):
    """A case was linked while its group was being locked."""


async def open_case(tx: Tx, case_id: UUID, owner_area: str, opened_at: datetime) -> Group | None:
    """The new case, which nobody else sees before the commit and which is locked by that. None
    and nothing done for a case that a restored store knows of already."""
    row = await tx.fetchrow(
        """insert into incident_case (case_id, opened_at, owner_area, synthetic)
           values ($1, $2, $3, $4) on conflict (case_id) do nothing returning *""",
        case_id,
        opened_at,
        owner_area,
        tx.synthetic,
    )
    return Group(row, row, ()) if row else None


async def lock_groups(tx: Tx, case_ids: Sequence[UUID]) -> dict[UUID, Group]:
    """Locks the link groups of these cases in id order, again from the start if one changed.

    Cases that do not exist are left out. The first lock of a command, before any fact is read.
    """
    rows: list[Row] = []
    while not rows:
        wanted = await _members(tx, case_ids)
        if not wanted:
            return {}
        # A savepoint rolled back gives its locks back, so the next try starts without any.
        with suppress(_GroupChanged):
            async with tx.connection.transaction():
                found = await tx.fetch(
                    _CASE + " where case_id = any($1) order by case_id for update", wanted
                )
                if await _members(tx, case_ids) != wanted:
                    raise _GroupChanged
            rows = found
    by_id = {row["case_id"]: row for row in rows}
    return {case_id: _group(by_id[case_id], by_id) for case_id in case_ids if case_id in by_id}


async def _members(tx: Tx, case_ids: Sequence[UUID]) -> list[UUID]:
    rows = await tx.fetch(
        """with kept as (
               select coalesce(survivor, case_id) as case_id from incident_case
               where case_id = any($1))
           select case_id from kept
           union
           select member.case_id from incident_case member join kept
             on member.survivor = kept.case_id
           order by case_id""",
        list(case_ids),
    )
    return [row["case_id"] for row in rows]


def _group(asked: Row, by_id: dict[UUID, Row]) -> Group:
    survivor = by_id[asked["survivor"] or asked["case_id"]]
    losers = tuple(row for row in by_id.values() if row["survivor"] == survivor["case_id"])
    return Group(asked, survivor, losers)


async def count_change(tx: Tx, case_id: UUID) -> int:
    """Raises the version that callers must have seen; returns the new one."""
    return int(
        await tx.fetchval(
            "update incident_case set version = version + 1 where case_id = $1 returning version",
            case_id,
        )
    )


async def set_survivor(tx: Tx, loser: UUID, survivor: UUID) -> None:
    await tx.execute(
        "update incident_case set survivor = $2, version = version + 1 where case_id = $1",
        loser,
        survivor,
    )


async def set_decided(tx: Tx, case_id: UUID, cycle: int) -> int:
    return int(
        await tx.fetchval(
            """update incident_case set decided_cycle = $2, version = version + 1
               where case_id = $1 returning version""",
            case_id,
            cycle,
        )
    )


async def insert_statement(
    tx: Tx, case_id: UUID, cycle: int, stated_by: str, facts: StatedFacts
) -> None:
    await tx.execute(
        """insert into statement (case_id, number, cycle, stated_at, stated_by, facts)
           select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5
           from statement where case_id = $1""",
        case_id,
        cycle,
        tx.now,
        stated_by,
        facts.model_dump(mode="json", exclude_none=True),
    )


async def statements_of(tx: Tx, case_id: UUID) -> list[StatedFacts]:
    rows = await tx.fetch("select facts from statement where case_id = $1 order by number", case_id)
    return [StatedFacts.model_validate_json(json.dumps(row["facts"])) for row in rows]


async def insert_decision(
    tx: Tx, case_id: UUID, cycle: int, decided_by: str, decision: Decision, command: bytes
) -> int:
    """Keeps the command sealed; returns the content version."""
    sealed = seal(
        await data_key_of(tx, case_id),
        command,
        table="decision",
        column="sealed_record",
        row=f"{case_id}/{cycle}",
        case=case_id,
    )
    await tx.execute(
        """insert into decision (case_id, cycle, decided_at, decided_by, decision,
                                 content_version, sealed_record)
           values ($1, $2, $3, $4, $5, 1, $6)""",
        case_id,
        cycle,
        tx.now,
        decided_by,
        decision,
        sealed,
    )
    return 1


async def open_candidates(tx: Tx, case_ids: Sequence[UUID]) -> list[Row]:
    """Unanswered pairs of which one is among these and the other stands for itself still."""
    return await tx.fetch(
        """select c.first_case, c.second_case, c.reasons from candidate c
           join incident_case f on f.case_id = c.first_case
           join incident_case s on s.case_id = c.second_case
           where c.answer is null and (c.first_case = any($1) or c.second_case = any($1))
             and coalesce(f.survivor, f.case_id) <> coalesce(s.survivor, s.case_id)
           order by c.first_case, c.second_case""",
        list(case_ids),
    )


async def answer_candidates(
    tx: Tx, ones: Sequence[UUID], others: Sequence[UUID], answer: str, by: str
) -> int:
    """Answers every open pair between the two groups; says how many."""
    rows = await tx.fetch(
        """update candidate set answer = $3, answered_at = $4, answered_by = $5
           where answer is null
             and ((first_case = any($1) and second_case = any($2))
               or (first_case = any($2) and second_case = any($1)))
           returning 1""",
        list(ones),
        list(others),
        answer,
        tx.now,
        by,
    )
    return len(rows)


async def opened_lately(store: Store, within: timedelta) -> list[tuple[UUID, datetime]]:
    """Cases opened within this time before now, and when."""
    async with store.reading() as connection:
        now = await store.clock.now(connection)
        rows = await connection.fetch(
            """select case_id, opened_at from incident_case
               where opened_at > $1 order by opened_at""",
            now - within,
        )
    return [(row["case_id"], row["opened_at"]) for row in rows]
