"""A person settles what the bus door refused: repaired and taken in, or discarded."""

import json
from uuid import UUID, uuid4

import pytest

from services.intake.settle_refused import RefusedReports
from shared.messaging.quarantine import CannotBeSettled
from tests.contracts.sample_report import sample_body
from tests.services.intake.bus_door import (
    OPERATOR,
    attributes,
    kept,
    open_door,
    sender,
)
from tests.services.intake.conftest import LIVERPOOL, Intake
from tests.support.local_stack import Infrastructure


async def test_a_person_takes_in_a_refused_report_once_it_is_repaired(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    sender_id = uuid4()
    async with open_door(infrastructure, intake) as door, sender(infrastructure, intake) as police:
        await police.send(police.sealed(sample_body(without="outcome")), attributes(sender_id))
        await police.answers(1)
        refused = RefusedReports(door)
        quarantine_id = await _open_row(intake)
        with pytest.raises(CannotBeSettled, match="not_valid"):
            await refused.release(quarantine_id, name=OPERATOR, reason="tried", repaired=None)
        assert await _open_row(intake) == quarantine_id, "what is still wrong stays in quarantine"
        repaired = json.dumps(sample_body()).encode()
        await refused.release(quarantine_id, name=OPERATOR, reason="asked them", repaired=repaired)
        (answer,) = await police.answers(1)
        assert await kept(intake) == []
        (case,) = await intake.cases(LIVERPOOL)
    assert (answer["type"], answer["sender_report_id"]) == (
        "uk.vigil.report.acknowledged.v1",
        str(sender_id),
    )
    assert case["reports"][0]["sender_report_id"] == str(sender_id)


async def test_a_person_discards_a_refused_record_with_a_name(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    async with open_door(infrastructure, intake) as door, sender(infrastructure, intake) as police:
        await police.send(b"noise", attributes(uuid4()))
        await police.answers(1)
        quarantine_id = await _open_row(intake)
        await RefusedReports(door).discard(quarantine_id, name=OPERATOR, reason="line noise")
        assert await kept(intake) == []
        async with intake.store.reading() as connection:
            row = await connection.fetchrow(
                "select actor, action from audit where object = $1", str(quarantine_id)
            )
    assert dict(row) == {"actor": OPERATOR, "action": "quarantine.discarded"}


async def _open_row(intake: Intake) -> UUID:
    async with intake.store.reading() as connection:
        return UUID(
            str(
                await connection.fetchval(
                    "select quarantine_id from quarantine where status = 'open'"
                )
            )
        )
