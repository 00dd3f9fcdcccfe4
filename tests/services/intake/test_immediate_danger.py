"""Who reports that a child is in danger now is told to ring 999; the case is recorded as any is.

This is no way to call for help, and says so in the answer, whichever door the report came through.
"""

from uuid import uuid4

import pytest

from tests.contracts.sample_report import sample_body
from tests.services.intake.bus_door import attributes, open_door, sender
from tests.services.intake.conftest import LIVERPOOL, Intake
from tests.support.local_stack import Infrastructure

POLICE = ("police-records", "police-merseyside")


@pytest.mark.parametrize("danger", [True, False])
async def test_p17_immediate_danger_is_answered_with_999_and_the_case_is_recorded(
    intake: Intake, danger: bool
) -> None:
    sender_id = uuid4()
    report = sample_body({"immediate_danger": danger})
    answer = await intake.submit(*POLICE, report, sender_id)
    assert (answer.status_code, answer.json()["call_999"]) == (202, danger)
    again = await intake.submit(*POLICE, report, sender_id)
    assert again.json() == answer.json()
    (case,) = await intake.cases(LIVERPOOL)
    assert case["stage"] == "triage"


async def test_p17_the_answer_on_the_bus_says_so_too(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    report = sample_body({"immediate_danger": True})
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        await police.send(police.sealed(report), attributes(uuid4()))
        (answer,) = await police.answers(1)
        assert answer["call_999"] is True, answer
        assert len(await intake.cases(LIVERPOOL)) == 1
