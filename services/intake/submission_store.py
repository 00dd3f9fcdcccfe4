"""SQL of what came in by the bus beside reports: once per organisation and id, sealed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.contracts.event_codes import Submission
from shared.messaging.store import Row, Tx
from shared.sealing.envelope import WrappedKey, open_sealed, seal


@dataclass(frozen=True)
class Submitted:
    """`about` is what it names: a notice or a request. `content` is the JSON's canonical text."""

    submission_id: UUID
    kind: Submission
    organisation: str
    system: str
    sender_id: UUID
    about: UUID
    content: bytes
    fingerprint: bytes
    content_sha256: str
    traceparent: str | None


async def lock_submission(tx: Tx, submission_id: UUID) -> None:
    """Two deliveries of one submission, or one and its answer, take turns."""
    await tx.execute(
        "select pg_advisory_xact_lock($1)", int.from_bytes(submission_id.bytes[:8], signed=True)
    )


async def known_submission(tx: Tx, submission_id: UUID) -> Row | None:
    return await tx.fetchrow("select * from submission where submission_id = $1", submission_id)


async def insert_submission(tx: Tx, sent: Submitted) -> None:
    """Sealed under a key of its own: intake cannot say to which case a notice belongs."""
    wrapped = tx.keyring.new_data_key()
    key = tx.keyring.opened(wrapped)
    await tx.execute(
        """insert into submission (submission_id, kind, organisation, system, sender_id, about,
                                   received_at, fingerprint, content_sha256, kek_id, wrapped_key,
                                   sealed_content, traceparent)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
        sent.submission_id,
        sent.kind,
        sent.organisation,
        sent.system,
        sent.sender_id,
        sent.about,
        tx.now,
        sent.fingerprint,
        sent.content_sha256,
        wrapped.kek_id,
        wrapped.wrapped,
        seal(key, sent.content, **_place(sent.submission_id)),
        sent.traceparent,
    )


def opened_content(tx: Tx, row: Row) -> bytes:
    """The caller writes into the audit table who reads it."""
    key = tx.keyring.opened(WrappedKey(row["kek_id"], row["wrapped_key"]))
    return open_sealed(key, row["sealed_content"], **_place(row["submission_id"]))


def _place(submission_id: UUID) -> dict[str, Any]:
    return {
        "table": "submission",
        "column": "sealed_content",
        "row": submission_id,
        "case": submission_id,
    }


async def keep_answer_of(
    tx: Tx, submission_id: UUID, accepted: bool, reason: str | None, answered_at: object
) -> None:
    await tx.execute(
        """insert into submission_answer (submission_id, accepted, reason, answered_at)
           values ($1, $2, $3, $4) on conflict (submission_id) do nothing""",
        submission_id,
        accepted,
        reason,
        answered_at,
    )


async def answer_of(tx: Tx, submission_id: UUID) -> Row | None:
    return await tx.fetchrow(
        "select * from submission_answer where submission_id = $1", submission_id
    )


async def case_of_request(tx: Tx, request_id: UUID, agency: str) -> UUID | None:
    """The case in which this agency was asked; None for a request of another or of nobody."""
    found: UUID | None = await tx.fetchval(
        "select case_id from summary_request where request_id = $1 and agency = $2",
        request_id,
        agency,
    )
    return found
