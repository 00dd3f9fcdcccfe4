"""A decision names the office of the partnership where a local page asks for a copy, once."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from shared.messaging.clock import SetClock
from tests.services.intake import conftest
from tests.services.intake.conftest import Intake
from tests.services.intake.test_changes_of_a_case import CORRECTED, said, withdrawn
from tests.services.intake.test_incident_flow import SENDERS, SERIOUS, report_by
from tests.support import systems

LINCOLNSHIRE = "E06000012"
OFFICE = ("partnership_office", "office-north-east-lincolnshire")


@pytest.fixture(autouse=True)
def _its_authority_may_call(monkeypatch: pytest.MonkeyPatch) -> None:
    authority = f"la-{LINCOLNSHIRE}"
    monkeypatch.setitem(systems.ORGANISATIONS, "la-cases", [authority])
    seats = (authority, "icb-QOQ", "police-humberside")
    monkeypatch.setitem(conftest.POSITIONS, LINCOLNSHIRE, seats)


def to_offices(event: dict[str, Any]) -> list[dict[str, Any]]:
    owed = event["obligations"]
    return [one for one in owed if (one["recipient_kind"], one["recipient"]) == OFFICE]


async def test_the_office_is_named_with_the_decision_and_hears_of_a_withdrawal(
    intake: Intake,
) -> None:
    intake.store.clock = SetClock(datetime(2026, 3, 4, 12, tzinfo=UTC))
    report = report_by("police", **{"incident.area_code": LINCOLNSHIRE})
    answer = await intake.submit(*SENDERS["police"], report, uuid4())
    assert answer.status_code == 202, answer.text
    (case,) = await intake.cases(LINCOLNSHIRE)
    case_id = str(case["case_id"])
    decided = await intake.decide(LINCOLNSHIRE, case_id, "notifiable", serious_harm=SERIOUS)
    assert decided.status_code == 201, decided.text
    assert decided.json()["local_policies"] == ["north-east-lincolnshire-copy"]
    (event,) = await said(intake, case_id, "incident.decided")
    (copy,) = to_offices(event)
    assert (copy["force"], copy["limit_rule"], copy["rows"]) == ("local", "OFFICE", [])
    assert copy in decided.json()["obligations"]

    answer = await intake.command(LINCOLNSHIRE, case_id, "corrections", CORRECTED)
    assert answer.status_code == 200, answer.text
    (event,) = await said(intake, case_id, "incident.corrected")
    assert to_offices(event) == [], "it is named already"

    answer = await intake.command(LINCOLNSHIRE, case_id, "withdrawals", withdrawn(LINCOLNSHIRE))
    assert answer.status_code == 200, answer.text
    (event,) = await said(intake, case_id, "incident.withdrawn")
    (told,) = to_offices(event)
    assert (told["force"], told["limit_rule"]) == ("local", "NONE")
