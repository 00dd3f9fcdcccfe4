"""The rows that stand for cases: what every transaction about a case's clocks locks first."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from shared.messaging.store import Tx


@dataclass(frozen=True)
class LinkGroup:
    """A case, the case it counts for (itself, if it was not linked) and all linked to that."""

    survivor: UUID
    members: frozenset[UUID]


class _Changed(Exception):
    """Somebody linked another case before the locks were held."""


async def lock_link_group(tx: Tx, case_id: UUID, linked_to: UUID | None) -> LinkGroup:
    """Locks the rows of a case's link group in the order of their ids, until the transaction ends.

    `linked_to` is the survivor that the event in hand names. If the group is larger than what is
    locked, the locks are given back and all are taken anew, so that the order holds.
    """
    wanted = frozenset({case_id, linked_to} - {None})
    while True:
        try:
            async with tx.connection.transaction():
                await _lock(tx, wanted)
                if linked_to is not None:
                    await tx.execute(
                        "update case_state set survivor = $2 where case_id = $1", case_id, linked_to
                    )
                now = await _group(tx, case_id)
                if not now.members <= wanted:
                    raise _Changed
                return now
        except _Changed:
            wanted |= now.members


async def note_owner(tx: Tx, case_id: UUID, area: str) -> None:
    """The area whose authority may read the case's deadlines."""
    await tx.execute("update case_state set owner_area = $2 where case_id = $1", case_id, area)


async def claim(tx: Tx, case_ids: Iterable[UUID]) -> list[UUID]:
    """Locks those of the cases that nobody else holds now, and says which."""
    rows = await tx.fetch(
        """select case_id from case_state where case_id = any($1)
           order by case_id for update skip locked""",
        list(case_ids),
    )
    return [row["case_id"] for row in rows]


async def _lock(tx: Tx, case_ids: Iterable[UUID | None]) -> None:
    """Row by row in the order of the ids."""
    await tx.execute(
        """insert into case_state as known (case_id) select unnest($1::uuid[])
           on conflict (case_id) do update set survivor = known.survivor""",
        sorted(case_id for case_id in case_ids if case_id),
    )


async def _group(tx: Tx, case_id: UUID) -> LinkGroup:
    rows = await tx.fetch(
        """select coalesce(asked.survivor, asked.case_id) as survivor, member.case_id
           from case_state asked left join case_state member
             on member.survivor = coalesce(asked.survivor, asked.case_id)
           where asked.case_id = $1""",
        case_id,
    )
    survivor = rows[0]["survivor"]
    members = {row["case_id"] for row in rows if row["case_id"]}
    return LinkGroup(survivor, frozenset({case_id, survivor} | members))
