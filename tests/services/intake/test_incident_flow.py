"""From reports to one decided case: receipts, duplicates, awareness, linking, the decision."""

import json
from typing import Any
from uuid import uuid4

from tests.contracts.sample_report import sample_body
from tests.services.intake.conftest import LIVERPOOL, WIRRAL, Intake, decision_body

SENDERS = {
    "police": ("police-records", "police-merseyside"),
    "health_provider": ("health-incidents", "trust-northbank"),
    "local_authority": ("la-cases", "la-E08000012"),
}
SERIOUS = {"decision": "met", "domains": ["physical_health"], "reasons": "Invented reasons."}


def report_by(agency: str, **changes: Any) -> dict[str, Any]:
    return sample_body(
        {
            "reporter.agency_type": agency,
            "reporter.organisation": SENDERS[agency][1],
            "agency_aware_at": "2026-03-02T09:15:00+00:00",
            **changes,
        }
    )


async def reported_by_all_three(intake: Intake) -> list[str]:
    """Case ids in the order of the reports."""
    for agency, (system, organisation) in SENDERS.items():
        answer = await intake.submit(system, organisation, report_by(agency))
        assert answer.status_code == 202, answer.text
    return [case["case_id"] for case in await intake.cases(LIVERPOOL)]


async def test_each_of_three_reporters_gets_a_receipt_and_no_case_id(intake: Intake) -> None:
    receipts = []
    for agency, (system, organisation) in SENDERS.items():
        answer = await intake.submit(system, organisation, report_by(agency))
        assert answer.status_code == 202, answer.text
        receipts.append(answer.json())
    assert len({receipt["receipt_id"] for receipt in receipts}) == 3
    case_ids = {case["case_id"] for case in await intake.cases(LIVERPOOL)}
    assert not any(case_id in json.dumps(receipts) for case_id in case_ids)


async def test_p02_the_same_report_again_gets_the_same_receipt_and_changes_nothing(
    intake: Intake,
) -> None:
    sender_id = uuid4()
    first = await intake.submit(*SENDERS["police"], report_by("police"), sender_id)
    before = await intake.events()
    again = await intake.submit(*SENDERS["police"], report_by("police"), sender_id)
    assert again.json() == first.json()
    assert await intake.events() == before
    assert len(await intake.cases(LIVERPOOL)) == 1


async def test_the_same_id_with_other_content_is_refused_and_changes_nothing(
    intake: Intake,
) -> None:
    sender_id = uuid4()
    await intake.submit(*SENDERS["police"], report_by("police"), sender_id)
    other = report_by("police", outcome="died")
    answer = await intake.submit(*SENDERS["police"], other, sender_id)
    assert (answer.status_code, answer.json()["type"]) == (
        409,
        "urn:vigil:problem:report_id_reused",
    )
    assert len(await intake.cases(LIVERPOOL)) == 1


async def test_reports_of_one_child_are_proposed_as_duplicates_and_linked_by_a_person(
    intake: Intake,
) -> None:
    survivor, *losers = await reported_by_all_three(intake)
    shown = await intake.case(LIVERPOOL, survivor)
    assert {one["case_id"] for one in shown["open_candidates"]} == set(losers)
    for loser in losers:
        answer = await intake.command(LIVERPOOL, survivor, "links", {"loser": loser})
        assert answer.status_code == 200, answer.text
    cases = {case["case_id"]: case for case in await intake.cases(LIVERPOOL)}
    assert [cases[loser]["survivor"] for loser in losers] == [survivor, survivor]
    assert [cases[loser]["stage"] for loser in losers] == ["merged", "merged"]
    assert cases[survivor]["open_candidates"] == []
    for loser in losers:
        topics = [event["topic"] for event in await intake.events(loser)]
        assert topics[-2:] == ["case.stage.entered", "incident.linked"]


async def test_a_survivor_keeps_the_earliest_start_of_its_reports(intake: Intake) -> None:
    stated = {"la_incident_aware_at": "2026-03-01T10:00:00Z"}
    await intake.submit(*SENDERS["police"], report_by("police"))
    await intake.submit(*SENDERS["local_authority"], report_by("local_authority", **stated))
    survivor, loser = [case["case_id"] for case in await intake.cases(LIVERPOOL)]
    await intake.command(LIVERPOOL, survivor, "links", {"loser": loser})
    assessed = [e for e in await intake.events(survivor) if e["topic"] == "incident.assessed"]
    last = json.loads(assessed[-1]["payload"])
    assert last["clock_start"].startswith("2026-03-01T10:00:00")
    assert (last["basis"], last["reports"]) == ("stated", 2)


async def test_a_decision_to_notify_waits_until_each_candidate_is_answered(
    intake: Intake,
) -> None:
    survivor, *losers = await reported_by_all_three(intake)
    refused = await intake.decide(LIVERPOOL, survivor, "notifiable", serious_harm=SERIOUS)
    assert refused.json()["type"] == "urn:vigil:problem:open_candidates"
    for loser in losers:
        path = f"candidates/{loser}/answers"
        answered = await intake.command(LIVERPOOL, survivor, path, {"answer": "not_the_same"})
        assert answered.status_code == 200, answered.text
    decided = await intake.decide(LIVERPOOL, survivor, "notifiable", serious_harm=SERIOUS)
    assert decided.status_code == 201, decided.text


async def test_rows_and_obligations_of_a_decision_are_computed(intake: Intake) -> None:
    await intake.submit(*SENDERS["police"], report_by("police", residence_area_code=WIRRAL))
    (case,) = await intake.cases(LIVERPOOL)
    answer = await intake.decide(LIVERPOOL, case["case_id"], "notifiable", serious_harm=SERIOUS)
    assert answer.status_code == 201, answer.text
    assert answer.json()["rows"] == ["N2", "N4"]
    told = {(o["recipient"], o["limit_rule"]) for o in answer.json()["obligations"]}
    assert told == {
        ("panel", "DL01"),
        ("icb-QYG", "DL02"),
        ("police-merseyside", "DL02"),
        ("la-E08000015", "DL03"),
        ("icb-QYG", "DL03"),
        ("police-merseyside", "DL03"),
    }
    topics = [event["topic"] for event in await intake.events(case["case_id"])]
    assert topics == [
        "incident.reported",
        "incident.assessed",
        "case.stage.entered",
        "incident.decided",
        "case.stage.entered",
    ]
    sequences = [event["sequence"] for event in await intake.events(case["case_id"])]
    assert sequences == [1, 2, 3, 4, 5]


async def test_a_decision_that_contradicts_the_stated_facts_is_refused(intake: Intake) -> None:
    await intake.submit(*SENDERS["police"], report_by("police", outcome="died"))
    (case,) = await intake.cases(LIVERPOOL)
    refused = await intake.decide(LIVERPOOL, case["case_id"], "not_notifiable")
    assert refused.json()["type"] == "urn:vigil:problem:decision_contradicts_facts"
    facts = {"abuse_neglect": "not_suspected", "looked_after": False, "care_leaver": False}
    decided = await intake.decide(LIVERPOOL, case["case_id"], "not_notifiable", facts=facts)
    assert decided.status_code == 201, decided.text
    assert decided.json()["rows"] == ["N10"]


async def test_serious_harm_is_judged_by_a_person_never_by_software(intake: Intake) -> None:
    await intake.submit(*SENDERS["police"], report_by("police"))
    (case,) = await intake.cases(LIVERPOOL)
    refused = await intake.decide(LIVERPOOL, case["case_id"], "notifiable")
    assert refused.json()["type"] == "urn:vigil:problem:judgement_required"


async def test_while_a_fact_is_unknown_the_case_is_held_and_cannot_be_closed(
    intake: Intake,
) -> None:
    unknown = report_by("police", outcome="died", abuse_neglect_status="unknown")
    await intake.submit(*SENDERS["police"], unknown)
    (case,) = await intake.cases(LIVERPOOL)
    refused = await intake.decide(LIVERPOOL, case["case_id"], "not_notifiable")
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:vigil:problem:facts_unknown",
    )


async def test_a_command_sent_twice_is_carried_out_once(intake: Intake) -> None:
    await intake.submit(*SENDERS["police"], report_by("police"))
    (case,) = await intake.cases(LIVERPOOL)
    body = decision_body(LIVERPOOL, "notifiable", serious_harm=SERIOUS)
    first = await intake.command(LIVERPOOL, case["case_id"], "decisions", body, key="one")
    before = await intake.events()
    again = await intake.command(LIVERPOOL, case["case_id"], "decisions", body, key="one")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert await intake.events() == before


async def test_an_authority_neither_sees_nor_commands_the_cases_of_another(
    intake: Intake,
) -> None:
    await intake.submit(*SENDERS["police"], report_by("police"))
    (case,) = await intake.cases(LIVERPOOL)
    wirral = intake.systems.bearer("la-cases", "la-E08000015", "intake")
    listed = await intake.client.get("/v1/cases", params={"area": LIVERPOOL}, headers=wirral)
    assert listed.status_code == 403
    wirral = intake.systems.bearer("la-cases", "la-E08000015", "intake")
    read = await intake.client.get(f"/v1/cases/{case['case_id']}", headers=wirral)
    assert read.status_code == 404


async def test_an_organisation_outside_the_systems_list_is_refused(intake: Intake) -> None:
    answer = await intake.submit("police-records", "trust-northbank", report_by("police"))
    assert answer.status_code == 403
    claimed = report_by("police", **{"reporter.organisation": "police-metropolitan"})
    answer = await intake.submit("police-records", "police-merseyside", claimed)
    assert (answer.status_code, answer.json()["type"]) == (
        403,
        "urn:vigil:problem:organisation_mismatch",
    )


async def test_a_malformed_report_is_refused_with_codes_and_kept_sealed(intake: Intake) -> None:
    marker = "Marker-Surname"
    broken = report_by("police", **{"children.0.surname": marker})
    del broken["outcome"]
    answer = await intake.submit(*SENDERS["police"], broken)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": "/outcome", "code": "required"}]
    assert marker not in answer.text
    async with intake.store.reading() as connection:
        row = await connection.fetchrow("select * from quarantine")
    assert (row["reason"], row["status"]) == ("not_valid", "open")
    assert marker.encode() not in row["sealed_record"]


async def test_nothing_personal_stands_in_clear_in_the_store_or_in_an_event(
    intake: Intake,
) -> None:
    await intake.submit(*SENDERS["police"], report_by("police"))
    async with intake.store.reading() as connection:
        tables = await connection.fetch(
            "select tablename from pg_tables where schemaname = 'public'"
        )
        rows = [
            dict(row)
            for table in tables
            if table["tablename"] != "alembic_version"
            for row in await connection.fetch(f"select * from {table['tablename']}")  # noqa: S608
        ]
    dump = str(rows)
    assert len(rows) > 5
    for personal in ("Sample Child", "9990000018", "999 000 0018", "0151", "2024-11-05", "outline"):
        assert personal not in dump, personal
