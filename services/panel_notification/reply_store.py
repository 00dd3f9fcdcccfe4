"""A reply of the Panel is taken in: checked against what is known, kept sealed, published."""

from typing import Any
from uuid import UUID, uuid5

from services.panel_notification.notice_store import case_of_notice, lock_group
from services.panel_notification.panel_replies import (
    ReplyRefused,
    considered,
    instant_of,
    reply,
)
from shared.contracts.area_record import is_area_record
from shared.contracts.envelope import case_stream
from shared.contracts.panel_events import PanelReply
from shared.contracts.panel_said import PanelSays
from shared.messaging.audit import audit
from shared.messaging.case_keys import data_key_of
from shared.messaging.facts import facts_of, of_type, own_facts_of
from shared.messaging.outbox import emit
from shared.messaging.store import Tx
from shared.sealing.envelope import open_sealed, seal

PANEL = "panel"


async def case_told_of(tx: Tx, notice_id: UUID, organisation: str) -> UUID | None:
    """The case of a notice that went out to this organisation; None for any other, and for one
    of a yearly report, which is of no case."""
    told = await tx.fetchval(
        "select 1 from notice where notice_id = $1 and recipient = $2 and attempts > 0",
        notice_id,
        organisation,
    )
    case_id = await case_of_notice(tx, notice_id) if told else None
    return None if case_id is None or is_area_record(case_id) else case_id


async def is_known(tx: Tx, case_id: UUID) -> bool:
    known = await tx.fetchval("select 1 from notice_case where case_id = $1", case_id)
    return bool(known) and not is_area_record(case_id)


async def record_reply(tx: Tx, case_id: UUID, said: PanelSays, system: str) -> dict[str, Any]:
    """The answer. What is said of a case that was linked counts for the one that stands for it.

    Commits with the caller's transaction. Raises ReplyRefused.
    """
    group = await lock_group(tx, case_id)
    row = await tx.fetchrow(
        """select head.case_id, head.synthetic from notice_case as asked
           join notice_case as head on head.case_id = coalesce(asked.survivor, asked.case_id)
           where asked.case_id = $1""",
        case_id,
    )
    if row is None:
        raise ReplyRefused("not_submitted")
    head, tx.synthetic = row["case_id"], row["synthetic"]
    reply_id = uuid5(tx.cause, "panel reply")
    own = await own_facts_of(tx, group)
    known = next((r for _, r in of_type(own, PanelReply) if r.reply_id == reply_id), None)
    told = known or reply(considered([*await facts_of(tx, group), *own]), said, reply_id, tx.now)
    await _keep_words(tx, head, reply_id, said, system)
    if known is not None:
        return _answer(said, known)
    await emit(tx, told, case_stream(head), happened_at=instant_of(told))
    await audit(
        tx, "panel.replied", str(reply_id), case=str(head), cycle=told.cycle, reply=said.reply
    )
    return _answer(said, told)


async def _keep_words(tx: Tx, case_id: UUID, reply_id: UUID, said: PanelSays, system: str) -> None:
    """Also where a restored store knows that it was said, and not the words."""
    await tx.execute(
        """insert into panel_reply (reply_id, case_id, recorded_at, system, sealed_record)
           values ($1, $2, $3, $4, $5) on conflict (reply_id) do nothing""",
        reply_id,
        case_id,
        tx.now,
        system,
        seal(
            await data_key_of(tx, case_id),
            said.model_dump_json().encode(),
            table="panel_reply",
            column="sealed_record",
            row=reply_id,
            case=case_id,
        ),
    )


def _answer(said: PanelSays, told: PanelReply) -> dict[str, Any]:
    return {
        "reply_id": str(told.reply_id),
        "reply": said.reply,
        "decision": said.decision,
        "cycle": told.cycle,
        "replied_at": instant_of(told).isoformat(),
    }


async def replies_of(tx: Tx, case_id: UUID) -> list[dict[str, Any]]:
    """What the Panel wrote about a case and those linked with it, opened, oldest first. Each
    reading leaves a row in the audit table."""
    group = await lock_group(tx, case_id)
    rows = await tx.fetch(
        """select reply_id, case_id, recorded_at, sealed_record from panel_reply
           where case_id = any($1) order by recorded_at, reply_id""",
        group,
    )
    found = []
    for row in rows:
        place = {"table": "panel_reply", "column": "sealed_record"}
        key = await data_key_of(tx, row["case_id"])
        opened = open_sealed(
            key, row["sealed_record"], **place, row=row["reply_id"], case=row["case_id"]
        )
        found.append(
            {
                "reply_id": str(row["reply_id"]),
                "recorded_at": row["recorded_at"].isoformat(),
                **PanelSays.model_validate_json(opened).model_dump(mode="json"),
            }
        )
        await audit(tx, "panel.reply_read", str(row["reply_id"]), case=str(row["case_id"]))
    return found


async def replies_without_record(tx: Tx, group: list[UUID]) -> list[UUID]:
    """Replies that were told of and of which a restored store lacks what the Panel wrote."""
    told = {said.reply_id for _, said in of_type(await own_facts_of(tx, group), PanelReply)}
    rows = await tx.fetch("select reply_id from panel_reply where case_id = any($1)", group)
    return sorted(told - {row["reply_id"] for row in rows})
