"""A closing of intake against the actions of the timer and the Panel's replies."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.reporting.journey import Journey
from tests.services.intake.conftest import LIVERPOOL, decision_body
from tests.services.rapid_review_timer.review_client import AIMS
from tests.two_owners.callers import INTAKE, PANEL, TIMER
from tests.two_owners.estate import Estate
from tests.two_owners.reading import problem, said, types_of
from tests.two_owners.test_reviews_and_others import (
    NO_REVIEW,
    clocks_of,
    panel_notice,
    with_the_panel,
)

ACTION: dict[str, Any] = {
    "owner": f"la-{LIVERPOOL}",
    "what": "Invented recommendation.",
    "due_date": "2026-09-30",
    "theme": "neglect",
}
CLOSING = {
    "reason": "learning_done",
    "positions": decision_body(LIVERPOOL, "notifiable")["positions"],
    "scrutineer": {"position": "agree"},
    "explanation": "Invented.",
}


def errors(answer: Any) -> list[tuple[str, str]]:
    return [(one["pointer"], one["code"]) for one in answer.json()["errors"]]


async def no_further_review(estate: Estate) -> UUID:
    """The Panel agreed that no local review is needed, and everybody knows."""
    case_id = await with_the_panel(estate)
    assert problem(await estate.command(case_id, "closings", CLOSING)) == (409, "still_open")
    decided = await estate.panel_says(await panel_notice(estate, case_id), **NO_REVIEW)
    assert decided.status_code == 201, decided.text
    await estate.everybody_hears()
    return case_id


async def action_opened(estate: Estate, case_id: UUID) -> str:
    opened = await estate.in_review(case_id, "actions", ACTION)
    assert opened.status_code == 200, opened.text
    return str(opened.json()["actions"][-1]["action_id"])


async def close_action(estate: Estate, case_id: UUID, action: str) -> Any:
    day = estate.clock.instant.date().isoformat()
    said = {"action_id": action, "closed_on": day, "outcome": "done"}
    return await estate.in_review(case_id, "actions/closures", said)


def times(journey: Journey, topic: str) -> int:
    return types_of(journey).count(topic)


async def test_a_closing_waits_until_it_has_heard_that_the_last_action_is_closed(
    estate: Estate,
) -> None:
    case_id = await no_further_review(estate)
    action = await action_opened(estate, case_id)
    await estate.hears(INTAKE)
    refused = await estate.command(case_id, "closings", CLOSING)
    assert problem(refused) == (409, "still_open")
    assert errors(refused) == [(f"/actions/{action}", "action_open")]
    assert (await close_action(estate, case_id, action)).status_code == 200
    unheard = await estate.command(case_id, "closings", CLOSING)
    assert problem(unheard) == (409, "still_open")
    await estate.hears(INTAKE)
    closed = await estate.command(case_id, "closings", CLOSING)
    assert closed.status_code == 200, closed.text
    assert (closed.json()["from_stage"], closed.json()["actions"]) == ("learning_tracking", 1)
    journey = await estate.journey(case_id)
    assert journey.heading.stage == "closed"
    assert "1 action closed" in said(journey)


@pytest.mark.parametrize("heard", ["before the action", "after the action"])
async def test_a_closing_stands_when_an_action_is_opened_at_the_same_moment(
    estate: Estate, heard: str
) -> None:
    case_id = await no_further_review(estate)
    assert (await estate.command(case_id, "closings", CLOSING)).status_code == 200
    if heard == "before the action":
        await estate.hears(TIMER, INTAKE)
    opened = await estate.in_review(case_id, "actions", ACTION)
    if heard == "before the action":
        assert problem(opened) == (409, "case_closed")
    else:
        assert opened.status_code == 200, opened.text
    journey = await estate.journey(case_id)
    assert journey.heading.stage == "closed"
    assert times(journey, "learning.action.opened") == opened.is_success
    assert "overdue" not in clocks_of(journey).values()


@pytest.mark.parametrize("heard", ["before the decision", "after the decision"])
async def test_a_closing_stands_when_the_panel_decides_on_a_national_review(
    estate: Estate, heard: str
) -> None:
    case_id = await with_the_panel(estate)
    notice = await panel_notice(estate, case_id)
    advised = NO_REVIEW | {"decision": "agree_lcspr"}
    assert (await estate.panel_says(notice, **advised)).status_code == 201
    await estate.everybody_hears()
    await _local_review_withheld(estate, case_id)
    assert (await estate.command(case_id, "closings", CLOSING)).status_code == 200
    if heard == "before the decision":
        await estate.hears(PANEL, INTAKE)
    decided = await estate.panel_says(notice, **(NO_REVIEW | {"decision": "national_review"}))
    if heard == "before the decision":
        assert problem(decided) == (409, "case_closed")
    else:
        assert decided.status_code == 201, decided.text
    journey = await estate.journey(case_id)
    assert journey.heading.stage == "closed"
    assert times(journey, "panel.decided") == 1 + decided.is_success


async def test_a_closing_is_answered_once_and_the_case_is_opened_again_as_a_new_cycle(
    estate: Estate,
) -> None:
    case_id = await no_further_review(estate)
    stale = await estate.command(case_id, "closings", CLOSING, version=1)
    assert problem(stale) == (412, "version_changed")
    against = [dict(one, position="disagree") for one in CLOSING["positions"]]
    refused = await estate.command(case_id, "closings", CLOSING | {"positions": against})
    assert problem(refused) == (422, "partner_disagrees")
    version, key = await estate.version(case_id), str(uuid4())
    headers = estate._authority() | {"If-Match": f'"{version}"', "Idempotency-Key": key}
    url = f"/v1/cases/{case_id}/closings"
    first = await estate.intake.post(url, json=CLOSING, headers=headers)
    again = await estate.intake.post(url, json=CLOSING, headers=headers | estate._authority())
    assert (first.status_code, again.json()) == (200, first.json())
    assert "Invented" not in first.text
    assert problem(await estate.command(case_id, "closings", CLOSING)) == (409, "not_in_this_stage")
    assert problem(await estate.withdraw(case_id)) == (409, "not_in_this_stage")
    facts = {"facts": {"looked_after": False}}
    assert problem(await estate.command(case_id, "assessments", facts)) == (
        409,
        "not_in_this_stage",
    )
    now = estate.clock.instant.isoformat()
    stated = {"la_incident_aware_at": now, "la_criteria_known_at": now}
    opened = await estate.command(
        case_id,
        "reopenings",
        {"facts": stated, "reason": "new_information", "explanation": "Invented."},
    )
    assert opened.status_code == 200, opened.text
    journey = await estate.journey(case_id)
    assert (journey.heading.stage, journey.heading.cycle) == ("triage", 2)
    assert times(journey, "case.closed") == 1
    refused = await estate.in_review(case_id, "aims", AIMS)
    assert problem(refused) == (409, "case_closed"), "the review of the first cycle"


async def _local_review_withheld(estate: Estate, case_id: UUID) -> None:
    day = estate.clock.instant.date().isoformat()
    reviewer = {"name": "Sample Reviewer One", "selection_reason": "Invented."}
    plan = {"anonymised": True, "publication_impact_considered": True}
    to = ["panel", "secretary_of_state", "ofsted"]
    for path, body in (
        ("local-review", {"decided_on": day, "reviewers": [reviewer], "reasons": "Invented."}),
        ("local-review/drafts", {"planned_publication": "2026-12-01", **plan}),
        ("local-review/copies", {"sent_to": to, "sent_on": day}),
        ("local-review/withholding", {"reason": "other", "justification": "Invented."}),
    ):
        answer = await estate.in_review(case_id, path, body)
        assert answer.status_code == 200, answer.text
    await estate.everybody_hears()
