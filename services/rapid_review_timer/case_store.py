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

    `linked_to` is the survivor that the event in hand names. If the group grew meanwhile the
    locks are given back and taken again, so that the order holds.
    """
    group = await _group(tx, case_id, linked_to)
    while True:
        try:
            async with tx.connection.transaction():
                await _lock(tx, group.members)
                if linked_to is not None:
                    await tx.execute(
                        "update case_state set survivor = $2 where case_id = $1", case_id, linked_to
                    )
                now = await _group(tx, case_id, linked_to)
                if not now.members <= group.members:
                    raise _Changed
                return now
        except _Changed:
            group = LinkGroup(now.survivor, group.members | now.members)


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


async def _lock(tx: Tx, case_ids: Iterable[UUID]) -> None:
    for case_id in sorted(case_ids):
        await tx.execute(
            """insert into case_state as known (case_id) values ($1)
               on conflict (case_id) do update set survivor = known.survivor""",
            case_id,
        )


async def _group(tx: Tx, case_id: UUID, linked_to: UUID | None) -> LinkGroup:
    survivor = linked_to or await tx.fetchval(
        "select coalesce(survivor, case_id) from case_state where case_id = $1", case_id
    )
    survivor = survivor or case_id
    rows = await tx.fetch("select case_id from case_state where survivor = $1", survivor)
    return LinkGroup(survivor, frozenset({case_id, survivor, *(row["case_id"] for row in rows)}))
