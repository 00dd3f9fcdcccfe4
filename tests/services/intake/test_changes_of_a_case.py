"""A case that stands is corrected, withdrawn, reopened and handed over, over HTTP."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.services.intake.conftest import BARNET, LIVERPOOL, WIRRAL, Intake, decision_body
from tests.services.intake.test_incident_flow import SENDERS, SERIOUS, report_by

CORRECTED = {"facts": {"outcome": "died"}, "reason": "child_died_later", "explanation": "Invented."}


def withdrawn(area: str) -> dict[str, Any]:
    positions = decision_body(area, "notifiable")["positions"]
    return {"reason": "criteria_not_met", "positions": positions, "explanation": "Invented."}


def reopened() -> dict[str, Any]:
    stated = {
        "la_incident_aware_at": "2026-03-02T10:00:00Z",
        "la_criteria_known_at": "2026-04-01T08:00:00Z",
    }
    return {"facts": stated, "reason": "new_information", "explanation": "Invented."}


async def notifiable(intake: Intake) -> str:
    """The id of a case that Liverpool has decided to notify."""
    await intake.submit(*SENDERS["police"], report_by("police"))
    (case,) = await intake.cases(LIVERPOOL)
    decided = await intake.decide(LIVERPOOL, case["case_id"], "notifiable", serious_harm=SERIOUS)
    assert decided.status_code == 201, decided.text
    return str(case["case_id"])


async def said(intake: Intake, case_id: str, topic: str) -> list[dict[str, Any]]:
    events = await intake.events(case_id)
    return [json.loads(event["payload"]) for event in events if event["topic"] == topic]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]


async def test_a_child_who_dies_later_is_a_correction_and_no_second_notification(
    intake: Intake,
) -> None:
    case_id = await notifiable(intake)
    answer = await intake.command(LIVERPOOL, case_id, "corrections", CORRECTED)
    assert answer.status_code == 200, answer.text
    (event,) = await said(intake, case_id, "incident.corrected")
    assert event["changed"] == [{"fact": "outcome", "before": "seriously_harmed", "after": "died"}]
    assert event["clock_changed"] is False
    assert [one["recipient_kind"] for one in event["obligations"]] == ["cdop"]
    assert event["suggestion"] == "notifiable"
    assert (await intake.case(LIVERPOOL, case_id))["stage"] == "notifiable"


async def test_a_corrected_awareness_moves_the_clock_and_keeps_the_prior_instant(
    intake: Intake,
) -> None:
    case_id = await notifiable(intake)
    earlier = "2026-02-27T10:00:00+00:00"
    body = CORRECTED | {
        "facts": {"la_incident_aware_at": earlier, "la_criteria_known_at": earlier},
        "reason": "recorded_wrongly",
    }
    answer = await intake.command(LIVERPOOL, case_id, "corrections", body)
    assert answer.status_code == 200, answer.text
    (event,) = await said(intake, case_id, "incident.corrected")
    assert event["clock_changed"] is True
    assert {one["fact"] for one in event["changed"]} == set(body["facts"])
    assert all(one["before"] and one["after"] == earlier for one in event["changed"])
    last = (await said(intake, case_id, "incident.assessed"))[-1]
    assert last["clock_start"].startswith("2026-02-27T10:00:00")
    assert event["obligations"] == []


async def test_a_corrected_name_stays_sealed_and_changes_no_clock(intake: Intake) -> None:
    case_id = await notifiable(intake)
    before = await said(intake, case_id, "incident.assessed")
    details = [{"detail": "forenames", "child": 0, "value": "Zebedee"}]
    body = {"details": details, "reason": "recorded_wrongly", "explanation": "Zebedee."}
    answer = await intake.command(LIVERPOOL, case_id, "corrections", body)
    assert answer.status_code == 200, answer.text
    (event,) = await said(intake, case_id, "incident.corrected")
    assert (event["details_changed"], event["changed"]) == (["forenames"], [])
    assert await said(intake, case_id, "incident.assessed") == before
    assert "Zebedee" not in answer.text + str(await intake.events(case_id))


async def test_the_same_correction_again_is_answered_again_and_changes_nothing(
    intake: Intake,
) -> None:
    case_id = await notifiable(intake)
    key = str(uuid4())
    first = await intake.command(LIVERPOOL, case_id, "corrections", CORRECTED, key)
    again = await intake.command(LIVERPOOL, case_id, "corrections", CORRECTED, key)
    assert again.json() == first.json()
    assert len(await said(intake, case_id, "incident.corrected")) == 1
    other = await intake.command(LIVERPOOL, case_id, "corrections", CORRECTED)
    assert code(other) == (422, "nothing_changes")


async def test_a_withdrawn_case_goes_back_to_triage_only_as_a_new_cycle(intake: Intake) -> None:
    case_id = await notifiable(intake)
    refused = await intake.command(LIVERPOOL, case_id, "reopenings", reopened())
    assert code(refused) == (409, "not_in_this_stage")
    answer = await intake.command(LIVERPOOL, case_id, "withdrawals", withdrawn(LIVERPOOL))
    assert answer.status_code == 200, answer.text
    assert (await intake.case(LIVERPOOL, case_id))["stage"] == "withdrawn"
    again = await intake.command(LIVERPOOL, case_id, "withdrawals", withdrawn(LIVERPOOL))
    assert code(again) == (409, "not_in_this_stage")
    opened = await intake.command(LIVERPOOL, case_id, "reopenings", reopened())
    assert opened.status_code == 200, opened.text
    shown = await intake.case(LIVERPOOL, case_id)
    assert (shown["cycle"], shown["stage"], shown["decision"]) == (2, "triage", None)
    last = (await said(intake, case_id, "incident.assessed"))[-1]
    assert (last["cycle"], last["clock_start"][:19]) == (2, "2026-04-01T08:00:00")
    decided = await intake.decide(LIVERPOOL, case_id, "notifiable", serious_harm=SERIOUS)
    assert decided.status_code == 201, decided.text
    first, second = await said(intake, case_id, "incident.decided")
    ids = [{one["obligation_id"] for one in each["obligations"]} for each in (first, second)]
    assert ids[0].isdisjoint(ids[1])


async def test_a_change_by_who_had_not_seen_the_last_one_is_refused(intake: Intake) -> None:
    case_id = await notifiable(intake)
    stale = await intake.client.post(
        f"/v1/cases/{case_id}/withdrawals",
        json=withdrawn(LIVERPOOL),
        headers=intake.systems.bearer("la-cases", f"la-{LIVERPOOL}", "intake")
        | {"If-Match": '"1"', "Idempotency-Key": str(uuid4())},
    )
    assert code(stale) == (412, "version_changed")


async def answer_transfer(intake: Intake, area: str, case_id: str, answer: str) -> Any:
    return await intake.client.post(
        f"/v1/cases/{case_id}/transfers/answers",
        json={"answer": answer},
        headers=intake.systems.bearer("la-cases", f"la-{area}", "intake")
        | {"Idempotency-Key": str(uuid4())},
    )


async def test_a_case_is_handed_over_when_both_authorities_say_so(intake: Intake) -> None:
    case_id = await notifiable(intake)
    (before,) = [one["clock_start"] for one in await said(intake, case_id, "incident.decided")]
    body = {"to_area": WIRRAL, "reason": "area_corrected", "explanation": "Invented."}
    proposed = await intake.command(LIVERPOOL, case_id, "transfers", body)
    assert proposed.status_code == 202, proposed.text
    again = await intake.command(LIVERPOOL, case_id, "transfers", body)
    assert code(again) == (409, "already_proposed")
    assert (await intake.case(LIVERPOOL, case_id))["owner_area"] == LIVERPOOL
    stranger = await answer_transfer(intake, BARNET, case_id, "accepted")
    assert code(stranger) == (404, "case_not_found")
    headers = intake.systems.bearer("la-cases", f"la-{WIRRAL}", "intake")
    waiting = (await intake.client.get("/v1/transfers", headers=headers)).json()["transfers"]
    assert [(one["case_id"], one["from_area"]) for one in waiting] == [(case_id, LIVERPOOL)]
    taken = await answer_transfer(intake, WIRRAL, case_id, "accepted")
    assert taken.status_code == 200, taken.text
    assert await intake.cases(LIVERPOOL) == []
    assert (await intake.case(WIRRAL, case_id))["owner_area"] == WIRRAL
    (event,) = await said(intake, case_id, "incident.transferred")
    assert (event["from_area"], event["to_area"]) == (LIVERPOOL, WIRRAL)
    assert {one["area"] for one in event["obligations"]} == {LIVERPOOL, WIRRAL}
    last = (await said(intake, case_id, "incident.assessed"))[-1]
    assert (last["owner_area"], last["clock_start"]) == (WIRRAL, before)


@pytest.mark.parametrize("answer", ["refused"])
async def test_a_refused_hand_over_leaves_the_owner(intake: Intake, answer: str) -> None:
    case_id = await notifiable(intake)
    body = {"to_area": WIRRAL, "reason": "lead_agreed", "explanation": "Invented."}
    await intake.command(LIVERPOOL, case_id, "transfers", body)
    refused = await answer_transfer(intake, WIRRAL, case_id, answer)
    assert refused.status_code == 200, refused.text
    assert (await intake.case(LIVERPOOL, case_id))["owner_area"] == LIVERPOOL
    assert await said(intake, case_id, "incident.transferred") == []


async def test_a_decision_not_to_notify_is_an_event_with_positions_and_who_hears_of_dissent(
    intake: Intake,
) -> None:
    """Worked example C21: the police believe that the criteria are met, the authority does not."""
    await intake.submit(*SENDERS["police"], report_by("police"))
    (case,) = await intake.cases(LIVERPOOL)
    body = decision_body(LIVERPOOL, "not_notifiable")
    body["positions"][2]["position"] = "disagree"
    not_serious = SERIOUS | {"decision": "not_met", "domains": []}
    answer = await intake.command(
        LIVERPOOL, case["case_id"], "decisions", body | {"serious_harm": not_serious}
    )
    assert answer.status_code == 201, answer.text
    assert (answer.json()["dissenting"], answer.json()["rows"]) == (["police"], ["N11"])
    (event,) = await said(intake, case["case_id"], "incident.decided")
    assert event["decision"] == "not_notifiable"
    assert event["notifications"] == 0
    assert set(event["escalated_to"]) == {one["organisation"] for one in body["positions"]}
    positions = {one["kind"]: one["position"] for one in event["positions"]}
    assert positions == {"local_authority": "agree", "health": "agree", "police": "disagree"}
    assert "Invented" not in str(event)
