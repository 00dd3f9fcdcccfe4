"""SQL of what a person submits by hand: the pack that is ready, and the reference they got."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.panel_notification.attempt_store import lock_notice
from services.panel_notification.notice import State
from services.panel_notification.notice_store import bring_in_line, lock_group
from services.panel_notification.outcome_store import note_submitted
from services.panel_notification.receipt_store import CLOCK_TOLERANCE
from services.panel_notification.submission_pack import form
from services.panel_notification.wanted import owner_area
from shared.calendar.london import london_date
from shared.contracts.event_codes import Channel
from shared.messaging.audit import audit
from shared.messaging.case_keys import data_key_of
from shared.messaging.facts import facts_of
from shared.messaging.store import Tx
from shared.reference.succession import authorities_of
from shared.sealing.envelope import open_sealed


class SubmissionRefused(Exception):
    """`code` is one of unknown_notice, nothing_to_submit, in_the_future."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Submitted:
    """`reference` is what the other side gave back; `by` who says so, a system or a person."""

    reference: str
    submitted_at: datetime | None
    by: str


async def owners_of(tx: Tx, case_id: UUID) -> tuple[str, ...]:
    """The authority that owns a case, or its survivor if it is part of another; none while nobody
    decided about it. Of an area that was divided: each that took its place."""
    survivor = await tx.fetchval("select survivor from notice_case where case_id = $1", case_id)
    cases = [case_id, survivor] if survivor else [case_id]
    facts = await facts_of(tx, cases)
    for each in reversed(cases):
        owner = owner_area(facts, each)
        if owner is not None:
            return authorities_of(owner, london_date(tx.now))
    return ()


async def pack_of(tx: Tx, notice_id: UUID, organisation: str | None) -> dict[str, Any]:
    """The pack as it was made ready, for the authority that owns the case; None: for whoever runs
    this service. Raises SubmissionRefused `unknown_notice`, `nothing_to_submit`."""
    row = await lock_notice(tx, notice_id)
    owners = await owners_of(tx, row["case_id"]) if row else ()
    if row is None or organisation not in (None, *owners):
        raise SubmissionRefused("unknown_notice")
    if row["message_channel"] != Channel.MANUAL or not row["sealed_message"]:
        raise SubmissionRefused("nothing_to_submit")
    content = open_sealed(
        await data_key_of(tx, row["case_id"]),
        row["sealed_message"],
        table="notice",
        column="sealed_message",
        row=notice_id,
        case=row["case_id"],
    )
    await audit(tx, "notice.pack_read", str(notice_id))
    return {**json.loads(content), "to_do": form(row["about"])["to_do"]}


async def record_submission(
    tx: Tx, notice_id: UUID, organisation: str | None, said: Submitted
) -> dict[str, str]:
    """What the notice's recipient gave back makes it notified: the reference is its receipt.

    Commits with the caller. Raises SubmissionRefused.
    """
    row = await lock_notice(tx, notice_id)
    owners = await owners_of(tx, row["case_id"]) if row else ()
    if row is None or organisation not in (None, *owners):
        raise SubmissionRefused("unknown_notice")
    at = said.submitted_at or tx.now
    if row["state"] != State.HANDED:
        raise SubmissionRefused("nothing_to_submit")
    if at > tx.now + CLOCK_TOLERANCE:
        raise SubmissionRefused("in_the_future")
    at = min(at, tx.now)
    await note_submitted(tx, notice_id, at, "submitted")
    await tx.execute(
        """insert into receipt (notice_id, reference, received_at, recorded_at, system)
           values ($1, $2, $3, $4, $5) on conflict (notice_id) do nothing""",
        notice_id,
        said.reference,
        at,
        tx.now,
        said.by,
    )
    await audit(tx, "notice.submitted", str(notice_id), reference=said.reference)
    await bring_in_line(tx, await lock_group(tx, row["case_id"]))
    return {
        "notice_id": str(notice_id),
        "reference": said.reference,
        "submitted_at": at.isoformat(),
    }
