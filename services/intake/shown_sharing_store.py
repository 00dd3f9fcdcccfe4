"""Reading decisions to share: for who decided and for the authority that owns the case."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.intake import sharing_store
from services.intake.successors import owns
from shared.calendar.london import london_date
from shared.contracts.sharing_codes import SharedTopic
from shared.contracts.standing_sharing import Rests, Telling, may_be_told
from shared.messaging.audit import audit
from shared.messaging.erasing import refuse_erased
from shared.messaging.store import Row, Store, Tx
from shared.reference.errors import UnknownReference
from shared.reference.succession import areas_stood_for
from shared.web.problem import Problem


async def sharing_decision(store: Store, decision_id: UUID, organisation: str) -> dict[str, Any]:
    """With its texts; leaves an audit row. Raises Problem 404, also for who may not read it."""
    async with store.transaction(uuid4(), organisation) as tx:
        row = await sharing_store.decision_of(tx, decision_id)
        if row is None or not await _may_read(tx, row, organisation):
            raise Problem("sharing_decision_not_found", 404)
        said = await sharing_store.opened(tx, row)
        await audit(tx, "sharing.read", str(decision_id))
        record = said.model_dump(mode="json") if said else None
        return {**_listed(tx, row), "record": record}


async def of_case(store: Store, case_id: UUID, organisation: str) -> list[dict[str, Any]]:
    """All of them for the owner; its own for who decided some and owns the case no longer. Raises
    Problem 404 for everybody else."""
    async with store.transaction(uuid4(), organisation) as tx:
        group = await sharing_store.group_of(tx, case_id)
        if group is None:
            await refuse_erased(tx, case_id)
            raise Problem("case_not_found", 404)
        owner = owns(organisation, group["owner_area"], london_date(tx.now))
        rows = await sharing_store.of_cases(tx, group["case_ids"], None if owner else organisation)
        if not rows and not owner:
            raise Problem("case_not_found", 404)
        return [_listed(tx, row) for row in rows]


async def due_for_review(store: Store, organisation: str) -> list[dict[str, Any]]:
    """The longest due first."""
    async with store.transaction(uuid4(), organisation) as tx:
        day = london_date(tx.now)
        areas = _areas_of(organisation, day)
        rows = await sharing_store.due_for_review(tx, organisation, areas, day)
        return [_listed(tx, row) for row in rows]


async def standing(store: Store, asked: Telling) -> Rests:
    """Whether a topic may be told to a recipient now."""
    async with store.transaction(uuid4(), asked.organisation) as tx:
        made = await sharing_store.standing_of(
            tx, asked.organisation, asked.region, SharedTopic(asked.topic), asked.recipient
        )
        return may_be_told(asked, tx.now, made)


async def _may_read(tx: Tx, row: Row, organisation: str) -> bool:
    if row["organisation"] == organisation:
        return True
    group = await sharing_store.group_of(tx, row["case_id"]) if row["case_id"] else None
    return group is not None and owns(organisation, group["owner_area"], london_date(tx.now))


def _areas_of(organisation: str, day: date) -> list[str]:
    """The areas for whose cases the organisation answers, alone or with others."""
    area = organisation.removeprefix("la-")
    try:
        return areas_stood_for(area, day) if owns(organisation, area, day) else []
    except UnknownReference:
        return []


def _listed(tx: Tx, row: Row) -> dict[str, Any]:
    replaced_by = row["replaced_by"]
    due = replaced_by is None and row["review_on"] <= london_date(tx.now)
    return {
        **sharing_store.told_of(row).model_dump(mode="json"),
        "recorded_at": row["recorded_at"].isoformat(),
        "replaced_by": str(replaced_by) if replaced_by else None,
        "review_is_due": due,
    }
