"""Reading cases: thin, and only for the authority that owns them."""

from typing import Any
from uuid import UUID, uuid4

from services.intake import case_store
from services.intake.enter_stage import stages_of
from services.intake.erasure_store import erased_report
from services.intake.submit_report import report_erased
from services.intake.successors import owns
from shared.calendar.london import london_date
from shared.messaging.erasing import refuse_erased
from shared.messaging.store import Row, Store, Tx
from shared.reference.succession import areas_stood_for
from shared.web.machine_caller import Caller
from shared.web.problem import Problem


async def report_of(store: Store, report_id: UUID, organisation: str) -> dict[str, Any]:
    """What happened to a report, for the organisation that made it. Raises Problem 404, and 410
    for one whose case was erased."""
    async with store.reading() as connection:
        row = await connection.fetchrow(
            """select report_id, sender_report_id, receipt_id, received_at, content_sha256
               from report where report_id = $1 and organisation = $2""",
            report_id,
            organisation,
        )
        gone = None if row else await erased_report(connection, report_id)
    if gone is not None and gone["organisation"] == organisation:
        raise report_erased()
    if row is None:
        raise Problem("report_not_found", 404)
    return {"status": "accepted", **{name: _text(value) for name, value in dict(row).items()}}


async def cases_of(store: Store, area: str, who: Caller) -> list[dict[str, Any]]:
    """The cases of an area, and of those in whose place it stands, oldest first, for its
    authority; synthetic ones for a synthetic system and for nobody else. Raises Problem 403."""
    organisation = who.organisation
    async with store.transaction(uuid4(), organisation) as tx:
        day = london_date(tx.now)
        if not owns(organisation, area, day):
            raise Problem("area_not_yours", 403)
        rows = await tx.fetch(
            """select * from incident_case where owner_area = any($1) and synthetic = $2
               order by opened_at, case_id""",
            areas_stood_for(area, day),
            who.synthetic or store.synthetic,
        )
        return await _shown(tx, rows)


async def case_of(store: Store, case_id: UUID, who: Caller) -> dict[str, Any]:
    """One case. Raises Problem 404, also for a case of another authority, and 410 for one that was
    erased."""
    organisation = who.organisation
    async with store.transaction(uuid4(), organisation) as tx:
        row = await tx.fetchrow("select * from incident_case where case_id = $1", case_id)
        if row is None:
            await refuse_erased(tx, case_id)
        if row is None or not owns(organisation, row["owner_area"], london_date(tx.now)):
            raise Problem("case_not_found", 404)
        if who.synthetic and not row["synthetic"]:
            raise Problem("case_not_found", 404)
        return (await _shown(tx, [row]))[0]


async def transfers_to(store: Store, organisation: str) -> list[dict[str, Any]]:
    """The cases that were proposed to this authority and wait for its answer, oldest first."""
    async with store.transaction(uuid4(), organisation) as tx:
        day = london_date(tx.now)
        rows = await tx.fetch(
            """select t.case_id, c.owner_area as from_area, t.to_area, t.reason, t.proposed_at
               from transfer t join incident_case c using (case_id)
               where t.answer is null order by t.proposed_at, t.case_id"""
        )
    return [
        {name: _text(value) for name, value in dict(row).items()}
        for row in rows
        if owns(organisation, row["to_area"], day)
    ]


async def _shown(tx: Tx, rows: list[Row]) -> list[dict[str, Any]]:
    ids = [row["case_id"] for row in rows]
    stages = await stages_of(tx, ids)
    reports = await tx.fetch(
        """select case_id, report_id, organisation, system, sender_report_id, received_at
           from report where case_id = any($1) order by received_at, report_id""",
        ids,
    )
    decisions = await tx.fetch(
        "select case_id, cycle, decision from decision where case_id = any($1)", ids
    )
    decided = {(row["case_id"], row["cycle"]): row["decision"] for row in decisions}
    candidates = await case_store.open_candidates(tx, ids)
    return [
        {
            "case_id": str(row["case_id"]),
            "version": row["version"],
            "cycle": row["cycle"],
            "synthetic": row["synthetic"],
            "stage": stages.get(row["case_id"]),
            "owner_area": row["owner_area"],
            "survivor": str(row["survivor"]) if row["survivor"] else None,
            "decision": decided.get((row["case_id"], row["cycle"])),
            "open_candidates": [
                {"case_id": str(other), "reasons": pair["reasons"]}
                for pair in candidates
                if (other := _other(pair, row["case_id"])) is not None
            ],
            "reports": [
                {name: _text(value) for name, value in dict(report).items() if name != "case_id"}
                for report in reports
                if report["case_id"] == row["case_id"]
            ],
        }
        for row in rows
    ]


def _other(pair: Row, case_id: UUID) -> UUID | None:
    if case_id == pair["first_case"]:
        return pair["second_case"]  # type: ignore[no-any-return]
    return pair["first_case"] if case_id == pair["second_case"] else None


def _text(value: object) -> object:
    if value is None or isinstance(value, str | int):
        return value
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat else str(value)
