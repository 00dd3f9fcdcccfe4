"""SQL of decisions to share. They are only ever added; one that another replaces stays."""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.intake.stated_sharing import DecideSharing
from shared.contracts.sharing_events import SharingDecided
from shared.messaging.case_keys import data_key_of
from shared.messaging.store import Row, Tx
from shared.sealing.envelope import open_sealed, seal

_TABLE, _COLUMN = "sharing_decision", "sealed_record"


async def lock_standing(tx: Tx, told: SharingDecided) -> None:
    """Two who decide about one topic and recipient at once take turns."""
    if told.standing is not None:
        about = (told.organisation, told.standing.region, told.standing.topic, told.recipient)
        await tx.execute(
            "select pg_advisory_xact_lock(hashtextextended($1, 0))", f"sharing|{'|'.join(about)}"
        )


async def insert_decision(
    tx: Tx, told: SharingDecided, first: UUID, said: DecideSharing | None
) -> None:
    """Keeps what was said sealed; `said` is None where only what was published is known, and may
    come later."""
    sealed = None
    if said is not None:
        sealed = seal(
            await data_key_of(tx, told.case_id or first),
            said.model_dump_json().encode(),
            table=_TABLE,
            column=_COLUMN,
            row=told.decision_id,
            case=told.case_id or first,
        )
    standing = told.standing
    await tx.execute(
        """insert into sharing_decision
               (decision_id, case_id, first_decision, replaces, decided_at, recorded_at,
                organisation, recipient, topic, region, expires_on, review_on, told, sealed_record)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
           on conflict (decision_id) do update
               set sealed_record = coalesce(sharing_decision.sealed_record, excluded.sealed_record)
        """,
        told.decision_id,
        told.case_id,
        first,
        told.replaces,
        told.decided_at,
        tx.now,
        told.organisation,
        told.recipient,
        standing.topic if standing else None,
        standing.region if standing else None,
        standing.expires_on if standing else None,
        told.review_on,
        told.model_dump(mode="json"),
        sealed,
    )


async def decision_of(tx: Tx, decision_id: UUID) -> Row | None:
    """With the id of what replaced it."""
    return await tx.fetchrow(
        """select d.*, r.decision_id as replaced_by from sharing_decision d
           left join sharing_decision r on r.replaces = d.decision_id
           where d.decision_id = $1""",
        decision_id,
    )


async def opened(tx: Tx, row: Row) -> DecideSharing | None:
    """What was said, with its texts. Whoever calls this writes an audit row."""
    if row["sealed_record"] is None:
        return None
    case = row["case_id"] or row["first_decision"]
    plain = open_sealed(
        await data_key_of(tx, case),
        row["sealed_record"],
        table=_TABLE,
        column=_COLUMN,
        row=row["decision_id"],
        case=case,
    )
    return DecideSharing.model_validate_json(plain)


async def group_of(tx: Tx, case_id: UUID) -> Row | None:
    """The cases linked with this one, itself among them, and the area that owns them."""
    return await tx.fetchrow(
        """select s.owner_area, array(select m.case_id from incident_case m
                                      where s.case_id in (m.case_id, m.survivor)) as case_ids
           from incident_case c
           join incident_case s on s.case_id = coalesce(c.survivor, c.case_id)
           where c.case_id = $1""",
        case_id,
    )


async def of_cases(tx: Tx, case_ids: Sequence[UUID], organisation: str | None) -> list[Row]:
    """About these cases, oldest first; all, or those of one organisation."""
    return await tx.fetch(
        """select d.*, r.decision_id as replaced_by from sharing_decision d
           left join sharing_decision r on r.replaces = d.decision_id
           where d.case_id = any($1) and ($2::text is null or d.organisation = $2)
           order by d.recorded_at, d.decision_id""",
        list(case_ids),
        organisation,
    )


async def due_for_review(tx: Tx, organisation: str, areas: Sequence[str], day: date) -> list[Row]:
    """Whose review date has come and that stand still, the longest due first: its own, and those
    about the cases of these areas."""
    return await tx.fetch(
        """select d.*, r.decision_id as replaced_by from sharing_decision d
           left join sharing_decision r on r.replaces = d.decision_id
           left join incident_case c on c.case_id = d.case_id
           left join incident_case s on s.case_id = coalesce(c.survivor, c.case_id)
           where r.decision_id is null and d.review_on <= $3
             and (d.organisation = $1 or s.owner_area = any($2))
           order by d.review_on, d.decision_id""",
        organisation,
        list(areas),
        day,
    )


async def reviews_due(connection: Any, day: date) -> tuple[int, int]:
    """How many that nothing replaces are to be looked at again on a London date: standing ones, and
    those about a case."""
    row = await connection.fetchrow(
        """select count(*) filter (where d.case_id is null) as standing,
                  count(*) filter (where d.case_id is not null) as of_cases
           from sharing_decision d left join sharing_decision r on r.replaces = d.decision_id
           where r.decision_id is null and d.review_on <= $1""",
        day,
    )
    return row["standing"], row["of_cases"]


async def standing_of(
    tx: Tx, organisation: str, region: str, topic: str, recipient: str
) -> list[SharingDecided]:
    """Every decision ever made about what is told by one topic to one recipient."""
    rows = await tx.fetch(
        """select told from sharing_decision
           where (organisation, region, topic, recipient) = ($1, $2, $3, $4)
           order by recorded_at, decision_id""",
        organisation,
        region,
        topic,
        recipient,
    )
    return [told_of(row) for row in rows]


def told_of(row: Row) -> SharingDecided:
    return SharingDecided.model_validate_json(json.dumps(row["told"]))
