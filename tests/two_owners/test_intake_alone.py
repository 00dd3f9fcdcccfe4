"""Two callers of intake at the same moment: each pair in both orders, and truly at once."""

import json
from uuid import UUID, uuid4

import pytest

from services.intake.front_door import FrontDoor
from shared.contracts.wire import Record
from shared.sealing.ingress import encrypt
from tests.contracts.sample_report import sample_body
from tests.services.intake.bus_door import attributes
from tests.two_owners.callers import HEALTH, INTAKE, OTHER_CHILD, POLICE
from tests.two_owners.estate import Estate
from tests.two_owners.reading import one_after_the_other, problem, said, types_of

ORDERS = pytest.mark.parametrize("order", ["first", "second", "at once"])


async def by_bus(estate: Estate, sender_id: UUID, body: object) -> None:
    value = encrypt(json.dumps(body).encode(), estate.desk.ingress_keys.public()[0])
    record = Record(f"ingress.{POLICE[0]}", 0, 0, None, attributes(sender_id), value)
    await FrontDoor(estate.desk).consume(record)


async def answers(estate: Estate) -> list[str]:
    rows = await estate.rows(INTAKE, "select type from outbox where sequence is null")
    return [row["type"].rpartition(".report.")[2] for row in rows]


@ORDERS
async def test_one_report_at_both_doors_is_one_report_with_one_receipt(
    estate: Estate, order: str
) -> None:
    sender_id, body = uuid4(), sample_body()
    answer, _ = await one_after_the_other(
        order, estate.submit(POLICE, body, sender_id), by_bus(estate, sender_id, body)
    )
    assert answer.status_code == 202, answer.text
    assert await answers(estate) == ["acknowledged.v1"]
    (case,) = await estate.cases()
    journey = await estate.journey(UUID(case["case_id"]))
    assert types_of(journey).count("incident.reported") == 1


@ORDERS
async def test_one_id_with_two_contents_at_both_doors_keeps_the_first_and_tells_the_other(
    estate: Estate, order: str
) -> None:
    sender_id = uuid4()
    answer, _ = await one_after_the_other(
        order,
        estate.submit(POLICE, sample_body(), sender_id),
        by_bus(estate, sender_id, sample_body({"outcome": "died"})),
    )
    bus_was_first = answer.status_code == 409
    assert await answers(estate) == ["acknowledged.v1" if bus_was_first else "refused.v1"]
    if order != "at once":
        assert bus_was_first == (order == "second")
    (case,) = await estate.cases()
    journey = await estate.journey(UUID(case["case_id"]))
    expected = "a child died" if bus_was_first else "a child was seriously harmed"
    assert expected in said(journey)


@ORDERS
async def test_of_two_decisions_the_first_stands_and_the_other_is_told_to_read_again(
    estate: Estate, order: str
) -> None:
    case_id = await estate.report()
    seen = await estate.version(case_id)
    results = await one_after_the_other(
        order, estate.decide(case_id, version=seen), estate.decide(case_id, version=seen)
    )
    assert sorted(answer.status_code for answer in results) == [201, 412]
    again = await estate.decide(case_id)
    assert problem(again) == (409, "already_decided")
    journey = await estate.journey(case_id)
    assert types_of(journey).count("incident.decided") == 1
    assert journey.decision is not None


@ORDERS
async def test_a_case_is_linked_away_or_decided_never_both(estate: Estate, order: str) -> None:
    survivor = await estate.report()
    loser = await estate.report(HEALTH, **OTHER_CHILD)
    decided, linked = await one_after_the_other(
        order,
        estate.decide(loser, version=await estate.version(loser)),
        estate.link(survivor, loser, version=await estate.version(survivor)),
    )
    journey = await estate.journey(loser)
    if decided.status_code == 201:
        assert problem(linked) == (409, "loser_decided")
        assert journey.heading.survivor is None
        assert journey.decision is not None
    else:
        assert problem(decided) == (409, "merged")
        assert linked.status_code == 200
        assert f"merged into case {survivor.hex[:8]}" in said(journey)
        assert journey.decision is None
    if order != "at once":
        assert (decided.status_code == 201) == (order == "first")


@ORDERS
async def test_a_decision_and_a_link_to_its_case_take_turns_and_both_are_shown(
    estate: Estate, order: str
) -> None:
    survivor = await estate.report()
    loser = await estate.report(HEALTH, **OTHER_CHILD)
    seen = await estate.version(survivor)
    decided, linked = await one_after_the_other(
        order,
        estate.decide(survivor, version=seen),
        estate.link(survivor, loser, version=seen),
    )
    assert sorted((decided.status_code // 100, linked.status_code // 100)) == [2, 4]
    if decided.status_code == 412:
        assert (await estate.decide(survivor)).status_code == 201
    else:
        assert problem(linked) == (412, "version_changed")
        assert (await estate.link(survivor, loser)).status_code == 200
    journey = await estate.journey(survivor)
    assert journey.decision is not None
    assert f"Case {loser.hex[:8]} was merged into this one" in said(journey)
    assert journey.heading.stage == "notifiable", "a link takes no decision back"


@ORDERS
async def test_of_two_links_that_cross_the_first_names_the_survivor(
    estate: Estate, order: str
) -> None:
    one, other = await estate.report(), await estate.report(HEALTH)
    versions = await estate.version(one), await estate.version(other)
    results = await one_after_the_other(
        order, estate.link(one, other, versions[0]), estate.link(other, one, versions[1])
    )
    assert sorted(answer.status_code for answer in results) == [200, 409]
    refused = next(answer for answer in results if answer.status_code == 409)
    assert problem(refused) == (409, "merged")
    survivor = one if results[0].status_code == 200 else other
    loser = other if survivor == one else one
    assert (await estate.journey(loser)).heading.stage == "merged"
    journey = await estate.journey(survivor)
    assert [name.case_id for name in journey.heading.losers] == [loser]
    assert types_of(journey, loser).count("incident.linked") == 1


@ORDERS
async def test_a_link_says_more_than_an_answer_that_two_cases_are_not_the_same(
    estate: Estate, order: str
) -> None:
    """Said from the other case, whose version is its own: the link counts in either order."""
    survivor, loser = await estate.report(), await estate.report(HEALTH)
    linked, answered = await one_after_the_other(
        order,
        estate.link(survivor, loser, await estate.version(survivor)),
        estate.answer_not_the_same(loser, survivor, await estate.version(loser)),
    )
    assert linked.status_code == 200, linked.text
    assert answered.status_code == 200 or problem(answered) == (409, "merged")
    journey = await estate.journey(survivor)
    assert f"Case {loser.hex[:8]} was merged into this one" in said(journey)


@ORDERS
async def test_of_a_link_and_an_answer_from_one_case_the_first_stands(
    estate: Estate, order: str
) -> None:
    survivor, loser = await estate.report(), await estate.report(HEALTH)
    seen = await estate.version(survivor)
    linked, answered = await one_after_the_other(
        order,
        estate.link(survivor, loser, seen),
        estate.answer_not_the_same(survivor, loser, seen),
    )
    assert sorted((linked.status_code, answered.status_code)) == [200, 412]
    journey = await estate.journey(survivor)
    assert bool(journey.heading.losers) == (linked.status_code == 200)


@ORDERS
async def test_an_assessment_and_a_decision_take_turns_and_the_later_start_moves_the_clock(
    estate: Estate, order: str
) -> None:
    case_id = await estate.report()
    seen = await estate.version(case_id)
    monday = "2026-03-02T09:00:00Z"
    facts = {"facts": {"la_incident_aware_at": monday, "la_criteria_known_at": monday}}
    assessed, decided = await one_after_the_other(
        order,
        estate.command(case_id, "assessments", facts, seen),
        estate.decide(case_id, version=seen),
    )
    assert sorted((assessed.status_code // 100, decided.status_code // 100)) == [2, 4]
    if assessed.status_code == 412:
        assert (await estate.command(case_id, "assessments", facts)).status_code == 200
    else:
        assert (await estate.decide(case_id)).status_code == 201
    journey = await estate.journey(case_id)
    (panel,) = [clock for clock in journey.clocks if clock.rule == "DL01"]
    assert panel.due_date.isoformat() == "2026-03-09", "five working days after 2 March"
    assert [moved.due_date.isoformat() for moved in panel.moved] == ["2026-03-10"]
    assert types_of(journey).count("incident.assessed") == 2
    assert types_of(journey).count("incident.decided") == 1
