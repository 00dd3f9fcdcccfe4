"""SQL of a region's months: what is counted in one, which were told, which wait for whom."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.reporting.region_figures import Month
from shared.contracts.region_events import Figure, Measure, SharedMetricsMonthly
from shared.messaging.store import Tx

_DEATH_IN_CARE = ["N5", "N6"]
_COUNTED = """
with happened as (
    select distinct on (kept.case_id, f.type, f.payload ->> 'cycle', f.payload ->> 'action_id',
                        f.payload ->> 'local_review_id')
           kept.case_id, kept.area, f.type, f.payload
    from fact f
    join lateral (select coalesce(s.survivor, s.case_id) as case_id
                  from case_seen s where s.case_id = f.case_id) head on true
    join lateral (select s.case_id, coalesce((
                      select coalesce(o.payload ->> 'to_area', o.payload ->> 'owner_area')
                      from fact o
                      where o.case_id = s.case_id
                        and o.type = any(array['uk.vigil.incident.assessed.v1',
                                'uk.vigil.incident.decided.v1', 'uk.vigil.incident.corrected.v1',
                                'uk.vigil.incident.transferred.v1'])
                        and (o.recorded_at < $4 or o.payload ->> 'reason' = 'area_corrected')
                      order by o.sequence desc limit 1), s.areas[1]) as area
                  from case_seen s where s.case_id = head.case_id) kept on true
    where f.happened_at >= $1 and f.happened_at < $2 and kept.area is not null
      and f.type = any(array['uk.vigil.incident.notified.v1', 'uk.vigil.review.submitted.v1',
                             'uk.vigil.lcspr.published.v1', 'uk.vigil.learning.action.closed.v1'])
      and not exists (select 1 from synthetic_case x where x.case_id in (f.case_id, kept.case_id))
      and not (f.type = 'uk.vigil.incident.notified.v1' and exists (
          select 1 from fact w where w.case_id in (f.case_id, kept.case_id)
             and w.type = 'uk.vigil.incident.withdrawn.v1'
             and w.payload ->> 'cycle' = f.payload ->> 'cycle'))
    order by kept.case_id, f.type, f.payload ->> 'cycle', f.payload ->> 'action_id',
             f.payload ->> 'local_review_id', f.happened_at
)
select happened.type, happened.area, happened.payload ->> 'kind' as kind,
       coalesce(stated.outcome, decided.payload ->> 'nature') as nature,
       coalesce(coalesce(corrected.payload, decided.payload) -> 'rows' ?| $3, false) as in_care
from happened left join lateral (
    select payload, sequence from fact d
    where d.case_id = happened.case_id and d.type = 'uk.vigil.incident.decided.v1'
      and d.payload ->> 'cycle' = happened.payload ->> 'cycle'
    order by d.sequence desc limit 1) decided on true
left join lateral (
    select payload from fact c
    where c.case_id = happened.case_id and c.type = 'uk.vigil.incident.corrected.v1'
      and c.payload ->> 'cycle' = happened.payload ->> 'cycle' and c.sequence > decided.sequence
    order by c.sequence desc limit 1) corrected on true
left join lateral (
    select changed ->> 'after' as outcome
    from fact c cross join lateral jsonb_array_elements(c.payload -> 'changed') as changed
    where c.case_id = happened.case_id and c.type = 'uk.vigil.incident.corrected.v1'
      and c.payload ->> 'cycle' = happened.payload ->> 'cycle' and c.sequence > decided.sequence
      and changed ->> 'fact' = 'outcome' and changed ->> 'after' is not null
    order by c.sequence desc limit 1) stated on true
"""
"""By the owner when the month had settled, unless the area was put right since; what was corrected
or withdrawn since as it is known now."""
_OF_TYPE = {
    "uk.vigil.review.submitted.v1": Measure.REVIEWS_SUBMITTED,
    "uk.vigil.lcspr.published.v1": Measure.LOCAL_REVIEWS_PUBLISHED,
    "uk.vigil.learning.action.closed.v1": Measure.ACTIONS_CLOSED,
}


async def first_heard(tx: Tx) -> datetime | None:
    """Before that nobody can say that nothing happened; cases that have left were heard of."""
    found: datetime | None = await tx.fetchval(
        """select least((select min(recorded_at) from fact),
                        (select min(last_report_at) from erased_case))"""
    )
    return found


async def is_told(tx: Tx, event_id: UUID) -> bool:
    return bool(
        await tx.fetchval("select exists (select 1 from region_told where event_id = $1)", event_id)
    )


async def counted(tx: Tx, month: Month) -> list[tuple[Measure, str]]:
    """Measure and owner's area of everything that happened, each once; a merged case counts with
    its survivor, a synthetic one nowhere, and nowhere a notification that was withdrawn."""
    found: list[tuple[Measure, str]] = []
    rows = await tx.fetch(_COUNTED, month.start, month.end, _DEATH_IN_CARE, month.settled)
    for row in rows:
        if (measure := _OF_TYPE.get(row["type"])) is not None:
            found.append((measure, row["area"]))
            continue
        died = row["nature"] == "died"
        if died and row["in_care"]:
            found.append((Measure.DIED_LOOKED_AFTER, row["area"]))
        if row["kind"] == "panel":
            found.append((Measure.NOTIFIED, row["area"]))
            found.append((Measure.DIED if died else Measure.SERIOUSLY_HARMED, row["area"]))
    return found


async def hold(tx: Tx, region: str, month: str, held: Mapping[str, str]) -> None:
    """Why it waits, by area."""
    await tx.execute(
        """insert into region_month as known (region, month, held, waits_since)
           values ($1, $2, $3, $4)
           on conflict (region, month) do update set held = excluded.held
               where known.figures is null and known.held <> excluded.held""",
        region,
        month,
        dict(held),
        tx.now,
    )


async def waits(tx: Tx, region: str) -> dict[tuple[str, str], int]:
    """How many decisions are lacking for months of a region, by topic and reason."""
    rows = await tx.fetch(
        """select held.value as because, count(*) as number
           from region_month, jsonb_each_text(held) as held
           where region = $1 and figures is null group by held.value""",
        region,
    )
    return {("metrics.monthly", row["because"]): row["number"] for row in rows}


async def settle(
    tx: Tx, data: SharedMetricsMonthly, rests_on: Mapping[str, str], told_at: datetime
) -> None:
    """Keeps what was told, as it was told last; `rests_on`: by area, empty if not known."""
    await tx.execute(
        """insert into region_month as known (region, month, held, waits_since, figures, told_at,
                                              revision, rests_on)
           values ($1, $2, '{}', $3, $4, $3, $5, $6)
           on conflict (region, month) do update
               set held = excluded.held, figures = excluded.figures, told_at = excluded.told_at,
                   revision = excluded.revision, rests_on = excluded.rests_on
               where known.figures is null or known.revision < excluded.revision""",
        data.region,
        data.month,
        told_at,
        [figure.model_dump(mode="json") for figure in data.figures],
        data.revision,
        dict(rests_on),
    )


async def shown(tx: Tx, region: str, month: str) -> tuple[int, list[Figure]] | None:
    """The last revision that was told, and its figures."""
    row = await tx.fetchrow(
        """select revision, figures from region_month
           where (region, month) = ($1, $2) and figures is not null""",
        region,
        month,
    )
    if row is None:
        return None
    return row["revision"], [Figure.model_validate(figure) for figure in row["figures"]]
