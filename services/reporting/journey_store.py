"""Facts of cases and link groups, and the row of each case that lists are made from."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID, uuid4

from services.reporting import area_store
from services.reporting.area_journey import AreaJourney
from services.reporting.cases import AreaList, CasePage, ListedCase
from services.reporting.journey import Journey, journey, seen
from services.reporting.stopped_store import stopped_in
from shared.contracts.area_record import is_area_record
from shared.messaging.audit import audit
from shared.messaging.callers import remember_in
from shared.messaging.erasing import refuse_erased
from shared.messaging.facts import facts_of
from shared.messaging.store import Row, Store, Tx

READER = "reader"
_SYNTHETIC = "select true from synthetic_case where case_id = $1"
_RENEW = """
update case_seen set last_event_at = $2, stage = $3, areas = $4, survivor = $5, next_rule = $6,
       next_due = $7, next_late_from = $8, needs_attention = $9
where case_id = $1
  and (last_event_at, stage, areas, survivor, next_rule, next_due, next_late_from, needs_attention)
      is distinct from ($2, $3, $4, $5, $6, $7, $8, $9)
returning true
"""


class _GroupChanged(Exception):
    """A link was told while this transaction waited for a lock."""


async def lock_group(tx: Tx, case_ids: Iterable[UUID]) -> tuple[UUID, ...]:
    """Locks the rows of these cases and of all linked with them, in id order; makes missing ones.
    What regions are to be told of them is worked out anew.

    If the group grew meanwhile, the locks are given back and taken again from the start, because
    locks taken out of order deadlock.
    """
    group = set(case_ids)
    while True:
        try:
            async with tx.connection.transaction():
                for case_id in sorted(group):
                    await tx.execute(
                        """with told_of as (
                               insert into region_case (case_id) values ($1)
                               on conflict (case_id) do update set stale = true
                           )
                           insert into case_seen as seen (case_id) values ($1)
                           on conflict (case_id) do update set stage = seen.stage""",
                        case_id,
                    )
                found = group | await linked_with(tx, group)
                if found == group:
                    return tuple(sorted(group))
                raise _GroupChanged
        except _GroupChanged:
            group = found


async def linked_with(tx: Tx, case_ids: Iterable[UUID]) -> set[UUID]:
    """These cases, their survivors and everything merged into those."""
    rows = await tx.fetch(
        """with kept as (
               select coalesce(survivor, case_id) as case_id from case_seen
               where case_id = any($1))
           select case_id from kept
           union
           select case_seen.case_id from case_seen join kept on survivor = kept.case_id""",
        list(case_ids),
    )
    return {row["case_id"] for row in rows} | set(case_ids)


async def renew(tx: Tx, group: Sequence[UUID]) -> None:
    """Derives the rows of a locked group anew and writes those that differ."""
    facts = await facts_of(tx, group)
    for case_id in group:
        derived = seen(case_id, facts)
        renewed = await tx.fetchval(_RENEW, *asdict(derived).values())
        if renewed:
            await audit(tx, "case_seen.renewed", str(case_id), stage=derived.stage)


class StoredCases:
    """What the store knows of cases, for those who read: each answer as of the store's present."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def now(self) -> datetime:
        async with self.store.reading() as connection:
            return await self.store.token_clock.now(connection)

    async def journey(self, case_id: UUID) -> Journey | None:
        if is_area_record(case_id):
            return None
        async with self.store.transaction(uuid4(), READER) as tx:
            await refuse_erased(tx, case_id)
            group = await linked_with(tx, [case_id])
            facts = await facts_of(tx, sorted(group))
            stopped = await stopped_in(tx, group)
            if not facts and not stopped:
                return None
            found = journey(case_id, facts, stopped, tx.now)
            invented = bool(await tx.fetchval(_SYNTHETIC, case_id))
            return replace(found, heading=replace(found.heading, synthetic=invented))

    async def listed(self, areas: Sequence[str] | None, *, page: int, size: int) -> CasePage:
        async with self.store.transaction(uuid4(), READER) as tx:
            rows = await tx.fetch(
                """select seen.*, count(*) over () as total,
                          exists (select 1 from quarantine where status = 'open'
                                  and stream = 'case/' || seen.case_id) as stopped
                   from case_seen as seen
                   where last_event_at is not null and ($1::text[] is null or areas && $1)
                     and ($4 or not exists (select 1 from synthetic_case as invented
                                            where invented.case_id = seen.case_id))
                   order by next_late_from nulls last, last_event_at desc, case_id
                   limit $2 offset $3""",
                None if areas is None else list(areas),
                size,
                (page - 1) * size,
                self.store.synthetic,
            )
            return CasePage(
                cases=tuple(_listed(row, tx.now) for row in rows),
                total=rows[0]["total"] if rows else 0,
                as_of=tx.now,
            )

    async def area_journey(self, code: str) -> AreaJourney:
        async with self.store.transaction(uuid4(), READER) as tx:
            return await area_store.read_journey(tx, code)

    async def areas_listed(self, areas: Sequence[str] | None) -> AreaList:
        async with self.store.transaction(uuid4(), READER) as tx:
            return await area_store.listed(tx, areas)

    async def remember_token(self, issuer: str, token_id: str, expires_at: datetime) -> bool:
        return await remember_in(self.store)(issuer, token_id, expires_at)


def _listed(row: Row, now: datetime) -> ListedCase:
    overdue = row["next_late_from"] is not None and row["next_late_from"] <= now
    return ListedCase(
        case_id=row["case_id"],
        stage=row["stage"],
        areas=tuple(row["areas"]),
        survivor=row["survivor"],
        last_event_at=row["last_event_at"],
        next_rule=row["next_rule"],
        next_due=row["next_due"],
        overdue=overdue,
        needs_attention=overdue or row["needs_attention"] or row["stopped"],
    )
