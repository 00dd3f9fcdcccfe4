"""SQL of reports: accepted once per organisation and id, sealed, found again by digests."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.incident import ReceivedReport
from services.intake.matching import Candidate, Hit, areas_touched
from shared.contracts.report import Report
from shared.contracts.strict_json import parse, validate
from shared.messaging.case_keys import data_key_of
from shared.messaging.crash_points import crash_point
from shared.messaging.store import Row, Tx
from shared.sealing.blind_index import Digest, DigestKind
from shared.sealing.envelope import open_sealed, seal


@dataclass(frozen=True)
class Submission:
    """A report as it came in. `content` is the parsed JSON's canonical text."""

    system: str
    organisation: str
    sender_report_id: UUID
    report_id: UUID
    door: str
    content: bytes
    fingerprint: bytes
    content_sha256: str
    traceparent: str | None


async def find_report(tx: Tx, organisation: str, sender_report_id: UUID) -> Row | None:
    return await tx.fetchrow(
        "select * from report where (organisation, sender_report_id) = ($1, $2)",
        organisation,
        sender_report_id,
    )


async def lock_report_id(tx: Tx, report_id: UUID) -> None:
    """Two deliveries of one report at once take turns: the second finds the first's receipt."""
    await tx.execute("select pg_advisory_xact_lock($1)", _signed(report_id.bytes))


async def lock_digests(tx: Tx, digests: Collection[Digest]) -> None:
    """Reports of one child at once take turns, sorted, so that each sees the one before it."""
    await tx.fetch(
        "select pg_advisory_xact_lock(key) from unnest($1::bigint[]) as key",
        sorted({_signed(digest.digest) for digest in digests}),
    )


async def insert_report(
    tx: Tx,
    submission: Submission,
    report: Report,
    case_id: UUID,
    receipt_id: UUID,
    received_at: datetime,
) -> None:
    key = await data_key_of(tx, case_id)
    sealed = seal(
        key,
        submission.content,
        table="report",
        column="sealed_report",
        row=submission.report_id,
        case=case_id,
    )
    await tx.execute(
        """insert into report (report_id, case_id, organisation, system, sender_report_id, door,
                               received_at, receipt_id, fingerprint, content_sha256, sealed_report,
                               areas, traceparent)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
        submission.report_id,
        case_id,
        submission.organisation,
        submission.system,
        submission.sender_report_id,
        submission.door,
        received_at,
        receipt_id,
        submission.fingerprint,
        submission.content_sha256,
        sealed,
        sorted(areas_touched(report)),
        submission.traceparent,
    )
    crash_point("consumer.inbox_written")


async def insert_digests(tx: Tx, report_id: UUID, digests: Sequence[Digest]) -> None:
    await tx.execute(
        """insert into blind_digest (report_id, kind, digest)
           select $1, kind, digest from unnest($2::text[], $3::bytea[]) as made(kind, digest)""",
        report_id,
        [digest.kind for digest in digests],
        [digest.digest for digest in digests],
    )


async def find_hits(tx: Tx, digests: Sequence[Digest]) -> list[Hit]:
    """Stored digests equal to these, by the case that stands for theirs now. Of a child whom nobody
    is behind a real one is no candidate, nor the other way round."""
    rows = await tx.fetch(
        """select b.kind, coalesce(c.survivor, c.case_id) as case_id, r.areas
           from unnest($1::text[], $2::bytea[]) as sought(kind, digest)
           join blind_digest b using (kind, digest)
           join report r on r.report_id = b.report_id
           join incident_case c on c.case_id = r.case_id
           where c.synthetic = $3""",
        [digest.kind for digest in digests],
        [digest.digest for digest in digests],
        tx.synthetic,
    )
    return [Hit(DigestKind(row["kind"]), row["case_id"], frozenset(row["areas"])) for row in rows]


async def insert_candidates(tx: Tx, pairs: Sequence[Candidate]) -> None:
    for pair in pairs:
        await tx.execute(
            """insert into candidate (first_case, second_case, reasons, proposed_at)
               values ($1, $2, $3, $4) on conflict do nothing""",
            pair.first,
            pair.second,
            [reason.value for reason in pair.reasons],
            tx.now,
        )


async def reports_of(tx: Tx, case_ids: Sequence[UUID]) -> list[ReceivedReport]:
    """The reports of these cases, opened; the caller writes why into the audit table."""
    rows = await tx.fetch(
        "select * from report where case_id = any($1) order by received_at, report_id",
        list(case_ids),
    )
    received = []
    for row in rows:
        plain = open_sealed(
            await data_key_of(tx, row["case_id"]),
            row["sealed_report"],
            table="report",
            column="sealed_report",
            row=row["report_id"],
            case=row["case_id"],
        )
        received.append(
            ReceivedReport(
                report_id=row["report_id"],
                case_id=row["case_id"],
                received_at=row["received_at"],
                report=validate(Report, parse(plain)),
            )
        )
    return received


def _signed(key: bytes) -> int:
    """The first eight bytes as Postgres' bigint."""
    return int.from_bytes(key[:8], signed=True)
