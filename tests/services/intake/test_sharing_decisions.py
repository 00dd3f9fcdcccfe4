"""Decisions to share are made, read, replaced and come up for review, over HTTP on a real store."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.messaging.clock import SetClock
from tests.services.intake.conftest import BARNET, LIVERPOOL, WIRRAL, Intake
from tests.services.intake.sharing_said import STANDING, sharing, standing, withheld
from tests.services.intake.test_changes_of_a_case import answer_transfer, code
from tests.services.intake.test_incident_flow import SENDERS, report_by

PATH = "/v1/sharing-decisions"
LIVERPOOLS = f"la-{LIVERPOOL}"


@pytest.fixture
def clock(intake: Intake) -> SetClock:
    """The day after the samples were decided."""
    clock = SetClock(datetime(2026, 3, 11, 12, tzinfo=UTC))
    intake.store.clock = clock
    return clock


async def a_case(intake: Intake) -> str:
    await intake.submit(*SENDERS["police"], report_by("police"))
    (case,) = await intake.cases(LIVERPOOL)
    return str(case["case_id"])


async def decide(
    intake: Intake, body: dict[str, Any], by: str = LIVERPOOL, key: str = ""
) -> httpx.Response:
    headers = intake.systems.bearer("la-cases", f"la-{by}", "intake")
    headers |= {"Idempotency-Key": key or str(uuid4())}
    return await intake.client.post(PATH, json=body, headers=headers)


async def made(intake: Intake, body: dict[str, Any], by: str = LIVERPOOL) -> dict[str, Any]:
    answer = await decide(intake, body, by)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def read(intake: Intake, path: str, by: str = LIVERPOOL, **query: str) -> httpx.Response:
    headers = intake.systems.bearer("la-cases", f"la-{by}", "intake")
    return await intake.client.get(path, headers=headers, params=query)


async def listed(intake: Intake, path: str, by: str = LIVERPOOL) -> list[str]:
    answer = await read(intake, path, by)
    assert answer.status_code == 200, answer.text
    return [one["decision_id"] for one in answer.json()["sharing_decisions"]]


async def said(intake: Intake) -> list[tuple[str, dict[str, Any]]]:
    events = [event for event in await intake.events() if event["topic"] == "sharing.decided"]
    return [(event["stream"], json.loads(event["payload"])) for event in events]


async def test_a_decision_is_kept_told_of_without_its_texts_and_audited(intake: Intake) -> None:
    case_id = await a_case(intake)
    body = sharing({"case_id": case_id, "reasons": "Zebedee.", "recipient.person": "Zebedee"})
    answer = await decide(intake, body)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert answer.headers["location"] == f"{PATH}/{told['decision_id']}"
    assert told["guidance"] == "information-sharing-2024"
    assert await said(intake) == [(f"case/{case_id}", told)]
    async with intake.store.reading() as connection:
        (row,) = await connection.fetch("select * from sharing_decision")
        audited = await connection.fetch("select actor, object, codes::text from audit")
    everywhere = f"{answer.text}{await intake.events()}{dict(row)}{audited}"
    assert "Zebedee" not in everywhere + intake.said_in_spans()
    assert (LIVERPOOLS, told["decision_id"]) in [(one["actor"], one["object"]) for one in audited]


@pytest.mark.usefixtures("clock")
async def test_who_decided_reads_it_whole_and_the_reading_is_audited(intake: Intake) -> None:
    body = sharing({"case_id": await a_case(intake)})
    told = await made(intake, body)
    shown = (await read(intake, f"{PATH}/{told['decision_id']}")).json()
    assert shown["record"]["reasons"] == body["reasons"]
    assert shown["record"]["decided_by"] == body["decided_by"]
    assert (shown["replaced_by"], shown["review_is_due"]) == (None, False)
    async with intake.store.reading() as connection:
        reads = await connection.fetch("select actor from audit where action = 'sharing.read'")
    assert [one["actor"] for one in reads] == [LIVERPOOLS]


async def test_nobody_else_decides_about_a_case_or_reads_what_was_decided(intake: Intake) -> None:
    case_id = await a_case(intake)
    body = sharing({"case_id": case_id})
    assert code(await decide(intake, body, BARNET)) == (404, "case_not_found")
    told = await made(intake, body)
    one = await read(intake, f"{PATH}/{told['decision_id']}", BARNET)
    assert code(one) == (404, "sharing_decision_not_found")
    of_case = await read(intake, f"/v1/cases/{case_id}/sharing-decisions", BARNET)
    assert code(of_case) == (404, "case_not_found")


async def test_after_a_hand_over_the_new_owner_and_who_decided_read_it(intake: Intake) -> None:
    case_id = await a_case(intake)
    told = await made(intake, sharing({"case_id": case_id}))
    transfer = {"to_area": WIRRAL, "reason": "lead_agreed", "explanation": "Invented."}
    proposed = await intake.command(LIVERPOOL, case_id, "transfers", transfer)
    assert proposed.status_code == 202, proposed.text
    taken = await answer_transfer(intake, WIRRAL, case_id, "accepted")
    assert taken.status_code == 200, taken.text
    theirs = await made(intake, sharing({"case_id": case_id}), WIRRAL)
    path = f"/v1/cases/{case_id}/sharing-decisions"
    assert await listed(intake, path, WIRRAL) == [told["decision_id"], theirs["decision_id"]]
    assert await listed(intake, path, LIVERPOOL) == [told["decision_id"]]
    assert (await read(intake, f"{PATH}/{told['decision_id']}", WIRRAL)).status_code == 200
    not_theirs = await read(intake, f"{PATH}/{theirs['decision_id']}", LIVERPOOL)
    assert code(not_theirs) == (404, "sharing_decision_not_found")


async def test_withholding_from_who_asks_is_recorded_with_its_ground(intake: Intake) -> None:
    told = await made(intake, withheld({"case_id": await a_case(intake)}))
    assert (told["decision"], told["withhold_ground"]) == ("withhold", "not_necessary")
    assert (told["security_method"], told["retention_until"]) == (None, None)


async def test_faults_are_named_by_place_and_code_and_nothing_is_kept(intake: Intake) -> None:
    body = sharing({"case_id": await a_case(intake), "data_categories": ["health"]})
    answer = await decide(intake, body)
    assert code(answer) == (422, "not_valid")
    place = "/special_category_condition"
    required = {"pointer": place, "code": "special_category_condition_required"}
    assert answer.json()["errors"] == [required]
    assert await said(intake) == []


async def test_the_same_key_again_gives_the_same_answer_and_one_decision(intake: Intake) -> None:
    body, key = sharing({"case_id": await a_case(intake)}), str(uuid4())
    first, again = await decide(intake, body, key=key), await decide(intake, body, key=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len(await said(intake)) == 1
    other = await decide(intake, body | {"reasons": "Others."}, key=key)
    assert code(other) == (409, "idempotency_key_reused")


async def test_a_correction_replaces_one_decision_once_and_both_stay(intake: Intake) -> None:
    case_id = await a_case(intake)
    first = await made(intake, sharing({"case_id": case_id}))
    correction = sharing({"case_id": case_id, "replaces": first["decision_id"]})
    second = await made(intake, correction)
    assert code(await decide(intake, correction)) == (409, "already_replaced")
    shown = (await read(intake, f"{PATH}/{first['decision_id']}")).json()
    assert shown["replaced_by"] == second["decision_id"]
    both = await listed(intake, f"/v1/cases/{case_id}/sharing-decisions")
    assert both == [first["decision_id"], second["decision_id"]]
    unknown = sharing({"case_id": case_id, "replaces": str(uuid4())})
    assert code(await decide(intake, unknown)) == (404, "sharing_decision_not_found")
    elsewhere = standing({"replaces": second["decision_id"]})
    assert code(await decide(intake, elsewhere)) == (422, "replaces_another_matter")


async def test_a_review_date_that_comes_raises_what_stands_and_no_more(
    intake: Intake, clock: SetClock
) -> None:
    clock.instant = datetime(2026, 9, 9, 22, 59, tzinfo=UTC)
    case_id = await a_case(intake)
    first = await made(intake, sharing({"case_id": case_id}))
    assert await listed(intake, f"{PATH}/due-for-review") == []
    clock.instant = datetime(2026, 9, 9, 23, tzinfo=UTC)
    assert await listed(intake, f"{PATH}/due-for-review") == [first["decision_id"]]
    assert await listed(intake, f"{PATH}/due-for-review", BARNET) == []
    renewed = {"replaces": first["decision_id"], "review_on": "2026-10-10"}
    await made(intake, sharing({"case_id": case_id} | renewed))
    assert await listed(intake, f"{PATH}/due-for-review") == []


async def test_a_standing_decision_is_made_renewed_and_ended(
    intake: Intake, clock: SetClock
) -> None:
    async def may() -> tuple[bool, str, str | None]:
        asked = {"region": "pan-merseyside", "topic": "incident.notified"}
        answer = await read(intake, f"{PATH}/standing", recipient=f"la-{WIRRAL}", **asked)
        assert answer.status_code == 200, answer.text
        return tuple(answer.json()[name] for name in ("allowed", "because", "decision_id"))

    assert await may() == (False, "missing", None)
    first = await made(intake, standing())
    assert await may() == (True, "decided", first["decision_id"])
    assert code(await decide(intake, standing())) == (409, "standing_decision_held")
    clock.instant = datetime(2027, 1, 1, 12, tzinfo=UTC)
    assert await may() == (False, "expired", first["decision_id"])
    longer = {"standing": STANDING | {"expires_on": "2027-12-31"}, "replaces": first["decision_id"]}
    second = await made(intake, standing(longer))
    assert await may() == (True, "decided", second["decision_id"])
    ended = {"decision": "withhold", "withhold_ground": "no_longer_needed"}
    third = await made(intake, standing(ended | {"replaces": second["decision_id"]}))
    assert await may() == (False, "withheld", third["decision_id"])
    streams = [stream for stream, _ in await said(intake)]
    assert streams == [f"sharing/{first['decision_id']}"] * 3, "in the order they were made"


async def test_only_an_authority_of_the_region_decides_for_its_topics(intake: Intake) -> None:
    for body, fault in (
        (standing({"standing": STANDING | {"region": "nowhere"}}), "unknown_region"),
        (standing(), "not_of_this_region"),
    ):
        answer = await decide(intake, body, BARNET)
        assert code(answer) == (422, "not_valid")
        assert answer.json()["errors"] == [{"pointer": "/standing/region", "code": fault}]
