"""SQL of what leaves: which synthetic cases have been kept long enough, what is known of those that
have left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.intake.report_store import Submission
from shared.contracts.catalogue import type_for
from shared.contracts.erasure_events import CaseErasureOrdered
from shared.contracts.strict_json import parse
from shared.messaging.store import Row, Tx

_KEPT_LONG_ENOUGH = """
select array_agg(member.case_id order by member.case_id) as cases
from incident_case member left join report said on said.case_id = member.case_id
where member.synthetic and member.opened_at < $1
group by coalesce(member.survivor, member.case_id)
having max(coalesce(said.received_at, member.opened_at)) < $1
order by max(coalesce(said.received_at, member.opened_at)) limit $2
"""


async def kept_long_enough(connection: Any, before: datetime, limit: int) -> list[list[UUID]]:
    """Synthetic cases, each with those linked with it, whose last report is older; the oldest
    first. One of a group that was opened later keeps the group: it is looked at when it is held."""
    return [list(row["cases"]) for row in await connection.fetch(_KEPT_LONG_ENOUGH, before, limit)]


async def last_report_at(tx: Tx, case_ids: Sequence[UUID]) -> datetime:
    """Of cases that are locked."""
    latest: datetime = await tx.fetchval(
        """select max(coalesce(said.received_at, member.opened_at))
           from incident_case member left join report said on said.case_id = member.case_id
           where member.case_id = any($1)""",
        list(case_ids),
    )
    return latest


async def unfulfilled_orders(connection: Any) -> list[CaseErasureOrdered]:
    """What a restored store has ordered, and has forgotten that it did. Each group once."""
    rows = await connection.fetch(
        """select distinct on (payload) payload from outbox
           where type = $1 and not exists (
               select 1 from erased_case gone where gone.stream = outbox.stream)""",
        type_for(CaseErasureOrdered).type,
    )
    return [CaseErasureOrdered.model_validate(parse(row["payload"])) for row in rows]


async def erased_report(source: Any, report_id: UUID) -> Row | None:
    found: Row | None = await source.fetchrow(
        "select * from erased_sending where kind = 'report' and sending_id = $1", report_id
    )
    return found


async def note_erased_report(
    tx: Tx, submission: Submission, case_id: UUID, receipt_id: UUID, received_at: datetime
) -> None:
    """Of a report that came again after its case had left; once."""
    await tx.execute(
        """insert into erased_sending (kind, organisation, sender_id, system, case_id, sending_id,
                                       receipt_id, received_at)
           values ('report', $1, $2, $3, $4, $5, $6, $7) on conflict do nothing""",
        submission.organisation,
        submission.sender_report_id,
        submission.system,
        case_id,
        submission.report_id,
        receipt_id,
        received_at,
    )
