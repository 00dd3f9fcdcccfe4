"""What the authorities and their partners do with some sample cases beside deciding them."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from pydantic import BaseModel

from deploy.samples.decisions import decision_on, positions
from deploy.samples.incidents import INCIDENTS
from deploy.samples.later_steps import AFTER, BEFORE
from deploy.samples.steps import INTAKE, PANEL, Later, Moment, Step
from services.intake.stated_changes import (
    AnswerTransfer,
    Close,
    Correct,
    Reopen,
    Transfer,
    Withdraw,
)
from services.intake.stated_facts import Decide
from services.rapid_review_timer.review_http import COMMANDS
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.london import london_date
from shared.calendar.working_days import add_working_days
from shared.contracts.panel_said import PanelReplySubmitted, PanelSays
from shared.contracts.strict_json import validate
from shared.contracts.summary_said import SummarySubmitted
from tests.support.as_described import document, faults

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
AWARE = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
DUE = add_working_days(england_and_wales(), london_date(NOW), 15)
AT_INTAKE: dict[str, type[BaseModel]] = {
    "corrections": Correct,
    "withdrawals": Withdraw,
    "closings": Close,
    "reopenings": Reopen,
    "transfers": Transfer,
    "transfers/answers": AnswerTransfer,
    "decisions": Decide,
}
IN_REVIEW: dict[str, type[BaseModel]] = {command.path: command.model for command in COMMANDS}
EVERY = [
    pytest.param(incident, step, id=f"{incident} {place} {step.path}")
    for incident, later in [*BEFORE.items(), *AFTER.items()]
    for place, step in enumerate(later.steps)
]


def body_of(incident: str, step: Step) -> dict[str, Any]:
    review = {
        "original_due_date": DUE.isoformat(),
        "extensions": [
            {"proposed_date": add_working_days(england_and_wales(), DUE, 5).isoformat()}
        ],
    }
    return step.says(Moment(incident, london_date(NOW), AWARE, review))


@pytest.mark.parametrize(("incident", "step"), EVERY)
def test_each_step_is_one_that_its_service_reads(incident: str, step: Step) -> None:
    body = body_of(incident, step)
    service, path, model = read_by(step)
    said = document(service)["paths"][f"/v1/cases/{{case_id}}/{path}"]["post"]["requestBody"]
    assert not faults(service, said["content"]["application/json"]["schema"], body)
    assert validate(model, body)


def read_by(step: Step) -> tuple[str, str, type[BaseModel]]:
    """The service, the path below a case, and what the body is read as."""
    if step.at == INTAKE:
        return "intake", step.path, AT_INTAKE[step.path]
    if step.at == PANEL:
        return "panel_notification", "panel-responses", PanelSays
    return "rapid_review_timer", f"review/{step.path}", IN_REVIEW[step.path]


def test_a_summary_and_a_reply_of_the_panel_go_by_the_bus_in_the_form_of_the_door() -> None:
    by_bus = {
        incident: step for incident, later in AFTER.items() for step in later.steps if step.by_bus
    }
    assert by_bus.keys() == {"two_reporters", "died_later"}
    summary = body_of("two_reporters", by_bus["two_reporters"])
    assert summary.pop("agency") == "trust-eastmoor"
    assert validate(SummarySubmitted, summary | {"request_id": str(uuid4())})
    reply = body_of("died_later", by_bus["died_later"])
    assert validate(PanelReplySubmitted, reply | {"notice_id": str(uuid4())})


@pytest.mark.parametrize("later", [*BEFORE.values(), *AFTER.values()], ids=lambda one: one.words)
def test_everything_that_is_typed_is_plainly_invented(later: Later) -> None:
    typed = {"explanation", "facts", "reasons", "next_step_reasons", "services", "improvement"}
    typed |= {"rationale"}

    def texts(part: object) -> list[str]:
        if isinstance(part, dict):
            own = [value for name, value in part.items() if name in typed]
            inner = [text for value in part.values() for text in texts(value)]
            return [value for value in own if isinstance(value, str)] + inner
        if isinstance(part, list):
            return [text for each in part for text in texts(each)]
        return []

    names = [name for name, one in {**BEFORE, **AFTER}.items() if one == later]
    found = [text for step in later.steps for text in texts(body_of(names[0], step))]
    assert all(text.startswith("Invented sample. ") for text in found)


def test_the_steps_belong_to_samples_and_rest_where_those_say() -> None:
    assert {*BEFORE, *AFTER} <= INCIDENTS.keys()
    assert INCIDENTS["transferred"].areas == {"E08000011", "E08000013"}
    passing = {name for name, incident in INCIDENTS.items() if incident.passes}
    assert passing == {"two_reporters", "died_later", "withdrawn", "reopened"}
    ending = {name: incident.ends_in for name, incident in INCIDENTS.items() if incident.ends_in}
    assert ending == {"died_later": "closed"}
    assert AFTER["died_later"].steps[-1].path == "closings"


def test_only_the_police_of_st_helens_disagree_and_say_why() -> None:
    against = {
        (name, one["kind"])
        for name in INCIDENTS
        for one in positions(name, london_date(NOW))
        if one["position"] == "disagree"
    }
    assert against == {("dissent", "police")}
    (police,) = [one for one in positions("dissent", london_date(NOW)) if one["kind"] == "police"]
    assert police["reasons"].startswith("Invented sample. ")


def test_a_case_opened_again_is_decided_the_other_way() -> None:
    first = decision_on("reopened", london_date(NOW))["decision"]
    second = decision_on("reopened", london_date(NOW), again=True)["decision"]
    assert (first, second) == ("not_notifiable", "notifiable")
