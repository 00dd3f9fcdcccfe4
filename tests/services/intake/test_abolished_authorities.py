"""A case outlives the authority that owned it: its successor has it, by date or by choice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.messaging.clock import SetClock
from shared.reference.directory import seats_held
from shared.reference.records import records
from shared.reference.succession import standing_areas
from tests.services.intake.conftest import Intake
from tests.services.intake.test_changes_of_a_case import code, said
from tests.services.intake.test_incident_flow import SENDERS, SERIOUS, report_by
from tests.shared.reference.test_succession import DIVIDED, ONE_FOR_ONE
from tests.support import systems

TAKEN = {"reason": "authority_abolished", "explanation": "Invented."}


@pytest.fixture(autouse=True)
def _all_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [area.local_authority for area in records().areas]
    monkeypatch.setitem(systems.ORGANISATIONS, "la-cases", every)


def last_day_of(area: str) -> date:
    ended = records().areas_by_code[area].effective_to
    assert ended is not None
    return ended


async def reported_on_the_eve(intake: Intake, area: str) -> tuple[str, SetClock]:
    """A case of an authority on its last day; the clock then moves a week on."""
    eve = last_day_of(area)
    clock = SetClock(datetime(eve.year, eve.month, eve.day, 12, tzinfo=UTC))
    intake.store.clock = clock
    report = report_by(
        "police",
        agency_aware_at=f"{eve}T08:00:00+00:00",
        **{"incident.area_code": area, "incident.date": str(eve)},
        **{"children.0.date_of_birth": f"{eve.year - 2}-01-05"},
    )
    answer = await intake.submit(*SENDERS["police"], report)
    assert answer.status_code == 202, answer.text
    (case,) = await intake.cases(area)
    assert case["owner_area"] == area
    clock.move(timedelta(days=7))
    return str(case["case_id"]), clock


def decision(area: str, on: date) -> dict[str, Any]:
    """Each kind of partner agrees; the health seat of many areas is not held before July 2022."""
    held: dict[str, str] = {seat.kind: seat.organisation for seat in seats_held(area, on)}
    return {
        "decision": "notifiable",
        "positions": [
            {"kind": kind, "organisation": held.get(seat, "ccg-sample"), "position": "agree"}
            for kind, seat in (
                ("local_authority", "LA"),
                ("health", "HEALTH"),
                ("police", "POLICE"),
            )
        ],
        "reasons": "Invented reasons.",
        "serious_harm": SERIOUS,
    }


async def seen(intake: Intake, area: str, case_id: str) -> Any:
    headers = intake.systems.bearer("la-cases", f"la-{area}", "intake")
    return await intake.client.get(f"/v1/cases/{case_id}", headers=headers)


@pytest.mark.parametrize(("gone", "heir"), ONE_FOR_ONE.items())
async def test_the_one_successor_has_the_case_from_its_first_day_and_decides_it(
    intake: Intake, gone: str, heir: str
) -> None:
    case_id, clock = await reported_on_the_eve(intake, gone)
    assert code(await seen(intake, gone, case_id)) == (404, "case_not_found")
    assert [case["case_id"] for case in await intake.cases(heir)] == [case_id]
    answer = await intake.command(heir, case_id, "decisions", decision(heir, clock.instant.date()))
    assert answer.status_code == 201, answer.text
    (event,) = await said(intake, case_id, "incident.decided")
    assert (event["owner_area"], event["other_areas"]) == (heir, [])
    told = [one for one in event["obligations"] if one["recipient_kind"].startswith("partner")]
    assert {one["area"] for one in event["obligations"]} == {heir}
    assert {one["notifier"] for one in event["obligations"]} == {f"la-{heir}"}
    sought = {one["area"] for one in event["recipients_sought"]}
    assert told or sought == {heir}
    assert f"la-{gone}" not in str(event)


@pytest.mark.parametrize(("gone", "heirs"), DIVIDED.items())
async def test_of_a_divided_area_each_successor_sees_the_case_and_one_takes_it(
    intake: Intake, gone: str, heirs: tuple[str, str]
) -> None:
    case_id, clock = await reported_on_the_eve(intake, gone)
    on = clock.instant.date()
    (before,) = [one["clock_start"] for one in await said(intake, case_id, "incident.assessed")]
    first, second = heirs
    for heir in heirs:
        assert [case["case_id"] for case in await intake.cases(heir)] == [case_id]
        refused = await intake.command(heir, case_id, "decisions", decision(heir, on))
        assert code(refused) == (409, "successor_to_be_chosen")
        named = {(one["pointer"], one["code"]) for one in refused.json()["errors"]}
        assert named == {("/to_area", f"choose_{area}") for area in heirs}
    elsewhere = TAKEN | {"to_area": "E08000012"}
    refused = await intake.command(second, case_id, "transfers", elsewhere)
    assert code(refused) == (409, "successor_to_be_chosen")
    taken = await intake.command(second, case_id, "transfers", TAKEN | {"to_area": second})
    assert taken.status_code == 202, taken.text
    assert code(await seen(intake, first, case_id)) == (404, "case_not_found")
    (event,) = await said(intake, case_id, "incident.transferred")
    assert (event["from_area"], event["to_area"]) == (gone, second)
    assert event["reason"] == "authority_abolished"
    assert f"la-{first}" in {one["recipient"] for one in event["obligations"]}
    assert f"la-{gone}" not in {one["recipient"] for one in event["obligations"]}
    decided = await intake.command(second, case_id, "decisions", decision(second, on))
    assert decided.status_code == 201, decided.text
    (event,) = await said(intake, case_id, "incident.decided")
    assert (event["owner_area"], event["clock_start"]) == (second, before)


async def test_one_successor_proposes_the_case_of_a_divided_area_to_the_other(
    intake: Intake,
) -> None:
    case_id, _ = await reported_on_the_eve(intake, "E10000021")
    north, west = DIVIDED["E10000021"]
    proposed = await intake.command(north, case_id, "transfers", TAKEN | {"to_area": west})
    assert proposed.status_code == 202, proposed.text
    assert await said(intake, case_id, "incident.transferred") == []
    answer = await intake.client.post(
        f"/v1/cases/{case_id}/transfers/answers",
        json={"answer": "accepted"},
        headers=intake.systems.bearer("la-cases", f"la-{west}", "intake")
        | {"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 200, answer.text
    assert (await intake.case(west, case_id))["owner_area"] == west


async def test_where_the_authority_placed_the_incident_in_one_part_only_that_part_takes_the_case(
    intake: Intake,
) -> None:
    gone = "E10000021"
    case_id, clock = await reported_on_the_eve(intake, gone)
    north, west = DIVIDED[gone]
    clock.move(timedelta(days=-7))
    placed = {"facts": {"incident_area": west}}
    stated = await intake.command(gone, case_id, "assessments", placed)
    assert stated.status_code == 200, stated.text
    clock.move(timedelta(days=7))
    refused = await intake.command(north, case_id, "transfers", TAKEN | {"to_area": north})
    assert code(refused) == (409, "successor_to_be_chosen")
    assert [one["code"] for one in refused.json()["errors"]] == [f"choose_{west}"]
    taken = await intake.command(west, case_id, "transfers", TAKEN | {"to_area": west})
    assert taken.status_code == 202, taken.text


async def test_a_case_that_had_ended_goes_to_the_successor_that_opens_it_again(
    intake: Intake,
) -> None:
    gone = "E10000006"
    case_id, clock = await reported_on_the_eve(intake, gone)
    clock.move(timedelta(days=-7))
    not_serious = SERIOUS | {"decision": "not_met", "domains": []}
    said_so = decision(gone, clock.instant.date())
    body = said_so | {"decision": "not_notifiable", "serious_harm": not_serious}
    ended = await intake.command(gone, case_id, "decisions", body)
    assert ended.status_code == 201, ended.text
    clock.move(timedelta(days=7))
    cumberland, furness = DIVIDED[gone]
    refused = await intake.command(furness, case_id, "transfers", TAKEN | {"to_area": furness})
    assert code(refused) == (409, "not_in_this_stage")
    suspected = (clock.instant - timedelta(hours=1)).isoformat()
    again = {
        "facts": {"la_criteria_known_at": suspected},
        "reason": "new_information",
        "explanation": "Invented.",
    }
    opened = await intake.command(furness, case_id, "reopenings", again)
    assert opened.status_code == 200, opened.text
    shown = await intake.case(furness, case_id)
    assert (shown["owner_area"], shown["cycle"], shown["stage"]) == (furness, 2, "triage")
    (event,) = await said(intake, case_id, "incident.transferred")
    assert (event["cycle"], event["to_area"]) == (2, furness)
    assert code(await seen(intake, cumberland, case_id)) == (404, "case_not_found")


async def test_an_authority_that_stands_has_not_been_abolished(intake: Intake) -> None:
    case_id, clock = await reported_on_the_eve(intake, "E10000021")
    clock.move(timedelta(days=-7))
    body = TAKEN | {"to_area": "E08000012"}
    refused = await intake.command("E10000021", case_id, "transfers", body)
    assert code(refused) == (422, "area_stands")


@pytest.mark.parametrize("gone", [*ONE_FOR_ONE, *DIVIDED])
async def test_a_report_that_still_names_an_area_that_is_no_more_reaches_whoever_answers_for_it(
    intake: Intake, gone: str
) -> None:
    answer = await intake.submit(
        *SENDERS["police"], report_by("police", **{"incident.area_code": gone})
    )
    heirs = standing_areas(gone, date(2026, 3, 2))
    if len(heirs) == 1:
        assert answer.status_code == 202, answer.text
        (case,) = await intake.cases(heirs[0])
        assert case["owner_area"] == heirs[0]
    else:
        assert code(answer) == (422, "area_not_served")
        assert {(one["pointer"], one["code"]) for one in answer.json()["errors"]} == {
            ("/incident/area_code", f"choose_{heir}") for heir in heirs
        }
