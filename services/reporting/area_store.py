"""SQL of the records of areas: the row of each that lists are made from, and its journey."""

from collections.abc import Sequence
from datetime import datetime

from services.reporting.area_journey import AreaJourney, area_journey
from services.reporting.cases import AreaList, ListedArea
from services.reporting.journey import seen
from services.reporting.stopped_store import stopped_in
from shared.contracts.area_record import KIND, area_record
from shared.messaging.audit import audit
from shared.messaging.facts import facts_of
from shared.messaging.store import Row, Tx

_LOCK = """
insert into area_seen as seen (area) values ($1) on conflict (area) do update set area = seen.area
"""
_RENEW = """
update area_seen set last_event_at = $2, next_rule = $3, next_due = $4, next_late_from = $5,
       needs_attention = $6
where area = $1 and (last_event_at, next_rule, next_due, next_late_from, needs_attention)
                    is distinct from ($2, $3, $4, $5, $6)
returning true
"""


async def renew_area(tx: Tx, code: str) -> None:
    """Derives the row of an area anew under its lock."""
    await tx.execute(_LOCK, code)
    record = area_record(code)
    derived = seen(record, await facts_of(tx, [record]))
    renewed = await tx.fetchval(
        _RENEW,
        code,
        derived.last_event_at,
        derived.next_rule,
        derived.next_due,
        derived.next_late_from,
        derived.needs_attention,
    )
    if renewed:
        await audit(tx, "area_seen.renewed", code)


async def read_journey(tx: Tx, code: str) -> AreaJourney:
    record = area_record(code)
    facts = await facts_of(tx, [record])
    return area_journey(code, facts, await stopped_in(tx, [record]), tx.now)


async def listed(tx: Tx, areas: Sequence[str] | None) -> AreaList:
    """Also an area whose first record is one that this service stopped."""
    rows = await tx.fetch(
        """with held as (
               select distinct split_part(stream, '/', 2) as area from quarantine
               where status = 'open' and stream like $2 || '/%')
           select area, last_event_at, next_rule, next_due, next_late_from,
                  coalesce(needs_attention, false) or held.area is not null as needs_attention
           from area_seen full join held using (area)
           where $1::text[] is null or area = any($1)
           order by next_late_from nulls last, area""",
        None if areas is None else list(areas),
        KIND,
    )
    return AreaList(tuple(_listed(row, tx.now) for row in rows), tx.now)


def _listed(row: Row, now: datetime) -> ListedArea:
    overdue = row["next_late_from"] is not None and row["next_late_from"] <= now
    return ListedArea(
        area=row["area"],
        last_event_at=row["last_event_at"],
        next_rule=row["next_rule"],
        next_due=row["next_due"],
        overdue=overdue,
        needs_attention=overdue or row["needs_attention"],
    )
