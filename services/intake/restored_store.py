"""SQL of a restored store: cases, decisions and statements made again from what was told."""

from collections.abc import Sequence
from datetime import datetime
from itertools import filterfalse
from typing import Any
from uuid import UUID

from services.intake.restored_case import CaseTold
from services.intake.stated_facts import StatedFacts
from shared.contracts.area_record import is_area_record
from shared.contracts.envelope import case_of, case_stream
from shared.contracts.intake_events import IncidentDecided
from shared.messaging.case_keys import data_key_of
from shared.messaging.store import Row, Tx
from shared.sealing.envelope import seal

VERSIONS_APART = 1000
"""No caller has seen so high a version of a case: what it saw before the restore is out of date."""


async def cases_of(connection: Any, event_ids: Sequence[UUID]) -> list[UUID]:
    """The cases in whose streams these own events are. An area's record is none: intake says of one
    only that it is held."""
    rows = await connection.fetch(
        "select distinct stream from outbox where event_id = any($1)", list(event_ids)
    )
    found = [case_id for row in rows if (case_id := case_of(row["stream"]))]
    return sorted(filterfalse(is_area_record, found))


async def insert_case(tx: Tx, case_id: UUID, told: CaseTold) -> None:
    await tx.execute(
        """insert into incident_case (case_id, opened_at, owner_area, cycle, synthetic)
           values ($1, $2, $3, $4, (select coalesce(bool_or(headers ->> 'ce_synthetic' = 'true'),
                                                    false)
                                    from outbox where stream = $5))
           on conflict (case_id) do nothing""",
        case_id,
        told.opened_at,
        told.owner_area,
        told.cycle,
        case_stream(case_id),
    )


async def bring_up_to(tx: Tx, case_id: UUID, told: CaseTold) -> None:
    await tx.execute(
        """update incident_case set owner_area = $2, cycle = greatest(cycle, $3),
               survivor = coalesce($4, survivor), decided_cycle = coalesce($5, decided_cycle)
           where case_id = $1""",
        case_id,
        told.owner_area,
        told.cycle,
        told.survivor,
        told.decided_cycle,
    )


async def outdate_versions(tx: Tx) -> None:
    await tx.execute("update incident_case set version = version + $1", VERSIONS_APART)


async def has_report(tx: Tx, report_id: UUID) -> bool:
    return bool(await tx.fetchval("select 1 from report where report_id = $1", report_id))


async def keep_decision(tx: Tx, case_id: UUID, decided: IncidentDecided, decided_by: str) -> bool:
    """With what was told of it as its content; False if it is there."""
    sealed = seal(
        await data_key_of(tx, case_id),
        decided.model_dump_json().encode(),
        table="decision",
        column="sealed_record",
        row=f"{case_id}/{decided.cycle}",
        case=case_id,
    )
    kept: Row | None = await tx.fetchrow(
        """insert into decision (case_id, cycle, decided_at, decided_by, decision,
                                 content_version, sealed_record)
           values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning cycle""",
        case_id,
        decided.cycle,
        decided.decided_at,
        decided_by,
        decided.decision,
        decided.content_version,
        sealed,
    )
    return kept is not None


async def keep_statement(
    tx: Tx, case_id: UUID, cycle: int, stated_by: str, stated_at: datetime, facts: StatedFacts
) -> None:
    await tx.execute(
        """insert into statement (case_id, number, cycle, stated_at, stated_by, facts)
           select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5
           from statement where case_id = $1""",
        case_id,
        cycle,
        stated_at,
        stated_by,
        facts.model_dump(mode="json", exclude_none=True),
    )


async def last_statement_at(tx: Tx, case_id: UUID) -> datetime | None:
    at: datetime | None = await tx.fetchval(
        "select max(stated_at) from statement where case_id = $1", case_id
    )
    return at
