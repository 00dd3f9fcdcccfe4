"""A deadline that fires while what it waits for is being told by another service."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from shared.contracts.deadline_events import DeadlineMet, DeadlineMoved, ReviewDue
from shared.contracts.event_codes import DueKind
from shared.contracts.strict_json import parse
from tests.two_owners.callers import INTAKE, PANEL, TIMER
from tests.two_owners.estate import Estate
from tests.two_owners.reading import one_after_the_other, said

ORDERS = pytest.mark.parametrize("order", ["first", "second", "at once"])
FIRST_LATE_HOUR = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)
"""Notify the Panel by Tuesday 10 March 2026: five working days after Tuesday 3 March."""


Said = ReviewDue | DeadlineMet | DeadlineMoved
MODELS: dict[str, type[Said]] = {
    "review.due": ReviewDue,
    "deadline.met": DeadlineMet,
    "deadline.moved": DeadlineMoved,
}


async def told_of_the_panel_clock(estate: Estate) -> list[Said]:
    """What the timer said of the limit to notify the Panel, in its order."""
    rows = await estate.rows(
        TIMER,
        "select topic, payload from outbox where topic = any($1) order by position",
        [*MODELS],
    )
    every = [MODELS[row["topic"]].model_validate(parse(row["payload"])) for row in rows]
    return [each for each in every if each.rule == "DL01"]


def overdue(said_of_it: list[Said]) -> list[ReviewDue]:
    due = [each for each in said_of_it if isinstance(each, ReviewDue)]
    return [each for each in due if each.kind is DueKind.OVERDUE]


async def sent_in_time(estate: Estate) -> UUID:
    """Decided and sent on 3 March; the timer has heard of the decision and of no notice."""
    case_id = await estate.report()
    assert (await estate.decide(case_id)).status_code == 201
    await estate.hears(PANEL)
    await estate.send_due()
    await estate.hears(TIMER, INTAKE)
    return case_id


@ORDERS
async def test_a_deadline_that_fires_while_it_is_met_is_never_overdue_after_it_was_met(
    estate: Estate, order: str
) -> None:
    case_id = await sent_in_time(estate)
    await estate.receipt((await estate.notices(case_id))["panel"])
    estate.clock.instant = FIRST_LATE_HOUR
    await one_after_the_other(order, estate.fire_due(), estate.hears(TIMER, PANEL))
    await estate.fire_due()
    told = await told_of_the_panel_clock(estate)
    assert isinstance(told[-1], DeadlineMet), "met is the last word"
    assert told[-1].on_time, "judged by when it was sent"
    if order != "at once":
        assert len(overdue(told)) == (1 if order == "first" else 0)
    journey = await estate.journey(case_id)
    (clock,) = [clock for clock in journey.clocks if clock.rule == "DL01"]
    assert clock.state == "met"
    assert "Clock met on time: Notify the Panel (DL01)" in said(journey)
    assert ("Notify the Panel (DL01) is overdue" in said(journey)) == bool(overdue(told))


async def test_an_overdue_that_a_late_receipt_disproves_is_corrected_and_both_are_kept(
    estate: Estate,
) -> None:
    case_id = await sent_in_time(estate)
    estate.clock.instant = FIRST_LATE_HOUR
    await estate.fire_due()
    before = await estate.journey(case_id)
    (clock,) = [clock for clock in before.clocks if clock.rule == "DL01"]
    assert clock.state == "receipt_outstanding", "sent in time: nobody is late"
    estate.move(days=1)
    await estate.receipt((await estate.notices(case_id))["panel"])
    journey = await estate.journey(case_id)
    (clock,) = [clock for clock in journey.clocks if clock.rule == "DL01"]
    assert clock.state == "met"
    assert "Notify the Panel (DL01) is overdue" in said(journey)
    assert "Clock met on time: Notify the Panel (DL01)" in said(journey)
    assert "overdue" not in {each.kind for each in journey.attention if "DL01" in each.what}


@ORDERS
async def test_a_deadline_that_fires_while_it_is_moved_is_overdue_for_its_old_date_alone(
    estate: Estate, order: str
) -> None:
    case_id = await estate.report()
    await estate.hears(TIMER)
    thursday = "2026-03-05T09:00:00Z"
    estate.clock.instant = FIRST_LATE_HOUR
    facts = {"facts": {"la_incident_aware_at": thursday, "la_criteria_known_at": thursday}}
    answer = await estate.command(case_id, "assessments", facts)
    assert answer.status_code == 200, answer.text
    await one_after_the_other(order, estate.fire_due(), estate.hears(TIMER, INTAKE))
    await estate.fire_due()
    told = await told_of_the_panel_clock(estate)
    assert {each.revision for each in overdue(told)} <= {1}
    if order != "at once":
        assert len(overdue(told)) == (1 if order == "first" else 0)
    journey = await estate.journey(case_id)
    (clock,) = [clock for clock in journey.clocks if clock.rule == "DL01"]
    assert (clock.state, clock.due_date.isoformat()) == ("running", "2026-03-12")
    assert [before.due_date.isoformat() for before in clock.moved] == ["2026-03-10"]
    assert "Clock moved: Notify the Panel (DL01), now due Thursday 12 March 2026" in said(journey)
    assert ("Notify the Panel (DL01) is overdue" in said(journey)) == bool(overdue(told))
    estate.clock.instant = datetime(2026, 3, 13, 1, 0, tzinfo=UTC)
    await estate.fire_due()
    last = overdue(await told_of_the_panel_clock(estate))[-1]
    assert (last.revision, last.due_date.isoformat()) == (2, "2026-03-12"), "and for the new date"


@ORDERS
async def test_a_link_and_a_firing_at_once_leave_the_losers_clocks_cancelled(
    estate: Estate, order: str
) -> None:
    survivor = await estate.report()
    loser = await estate.report()
    await estate.hears(TIMER)
    estate.clock.instant = FIRST_LATE_HOUR
    assert (await estate.link(survivor, loser)).status_code == 200
    await one_after_the_other(order, estate.fire_due(), estate.hears(TIMER, INTAKE))
    await estate.fire_due()
    journey = await estate.journey(survivor)
    assert {clock.state for clock in journey.clocks if clock.case_id == loser} == {"cancelled"}
    running = {clock.rule: clock.state for clock in journey.clocks if clock.case_id == survivor}
    assert running["DL01"] == "overdue", "the survivor's clock is the one that counts"
    assert f"Case {loser.hex[:8]} was merged into this one" in said(journey)
