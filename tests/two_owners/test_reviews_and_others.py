"""A withdrawal or a transfer of intake against the review of the timer and the Panel's replies."""

from uuid import UUID

import pytest

from services.panel_notification.notice import Notice
from services.panel_notification.notice_store import notices_of
from services.reporting.journey import Journey
from tests.services.intake.conftest import LIVERPOOL, WIRRAL
from tests.two_owners.callers import AUTHORITY, INTAKE, PANEL, TIMER
from tests.two_owners.estate import Estate
from tests.two_owners.reading import problem, said

ORDERS = pytest.mark.parametrize("heard", ["before the reply", "after the reply"])
NO_REVIEW = {"reply": "decided", "decision": "agree_no_lcspr", "rationale": "Invented."}
TAKEN_OVER = ("la-cases", f"la-{WIRRAL}")


async def notified(estate: Estate) -> UUID:
    """Its rapid review is open, and everybody knows."""
    case_id = await estate.report()
    assert (await estate.decide(case_id)).status_code == 201
    await estate.hears(PANEL)
    await estate.send_due()
    estate.move(minutes=10)
    assert (await estate.receipt(await panel_notice(estate, case_id))).status_code == 201
    await estate.everybody_hears()
    return case_id


async def in_rapid_review(estate: Estate) -> UUID:
    """All three partners have approved."""
    case_id = await notified(estate)
    await estate.approved_by_all(case_id)
    await estate.everybody_hears()
    return case_id


async def with_the_panel(estate: Estate) -> UUID:
    case_id = await in_rapid_review(estate)
    assert (await estate.in_review(case_id, "submission", {})).status_code == 200
    estate.move(hours=1)
    await estate.everybody_hears()
    received = await estate.panel_says(await panel_notice(estate, case_id), reply="received")
    assert received.status_code == 201, received.text
    estate.move(hours=1)
    await estate.everybody_hears()
    return case_id


async def panel_notice(estate: Estate, case_id: UUID) -> Notice:
    """One that the Panel holds."""
    async with estate.stores[PANEL].reading() as connection:
        found = await notices_of(connection, [case_id])
    return next(one for one in found if one.recipient == "panel" and one.attempts)


def clocks_of(journey: Journey) -> dict[str, str]:
    return {clock.rule: clock.state for clock in journey.clocks}


@pytest.mark.parametrize("heard", ["before the submission", "after the submission"])
async def test_a_withdrawal_ends_a_review_that_is_submitted_at_the_same_moment(
    estate: Estate, heard: str
) -> None:
    case_id = await in_rapid_review(estate)
    assert (await estate.withdraw(case_id)).status_code == 200
    if heard == "before the submission":
        await estate.hears(TIMER, INTAKE)
    sent = await estate.in_review(case_id, "submission", {})
    if heard == "before the submission":
        assert problem(sent) == (409, "withdrawn")
    else:
        assert sent.status_code == 200, sent.text
    journey = await estate.journey(case_id)
    assert journey.heading.stage == "withdrawn"
    clocks = clocks_of(journey)
    assert clocks["DL07"] == ("met" if sent.is_success else "cancelled")
    assert clocks.get("DL09", "cancelled") == "cancelled", "nothing is awaited any more"
    assert ("Rapid review sent to the Panel" in said(journey)) == sent.is_success


@ORDERS
async def test_a_withdrawal_stands_whatever_the_panel_decides_at_the_same_moment(
    estate: Estate, heard: str
) -> None:
    case_id = await with_the_panel(estate)
    assert (await estate.withdraw(case_id)).status_code == 200
    if heard == "before the reply":
        await estate.hears(PANEL, INTAKE)
    decided = await estate.panel_says(await panel_notice(estate, case_id), **NO_REVIEW)
    if heard == "before the reply":
        assert problem(decided) == (409, "withdrawn")
    else:
        assert decided.status_code == 201, decided.text
    journey = await estate.journey(case_id)
    assert journey.heading.stage == "withdrawn"
    assert clocks_of(journey)["DL09"] == ("met" if decided.is_success else "cancelled")
    assert ("The Panel decided" in said(journey)) == decided.is_success


async def test_a_withdrawal_after_the_panels_decision_was_heard_is_refused(estate: Estate) -> None:
    case_id = await with_the_panel(estate)
    decided = await estate.panel_says(await panel_notice(estate, case_id), **NO_REVIEW)
    assert decided.status_code == 201, decided.text
    await estate.hears(INTAKE, PANEL)
    assert problem(await estate.withdraw(case_id)) == (409, "not_in_this_stage")
    journey = await estate.journey(case_id)
    assert journey.heading.stage == "no_further_review"


@pytest.mark.parametrize("heard", ["before the submission", "after the submission"])
async def test_a_transfer_and_a_submission_both_hold_and_approvals_stay(
    estate: Estate, heard: str
) -> None:
    case_id = await in_rapid_review(estate)
    before = await estate.journey(case_id)
    assert (await estate.hand_over(case_id)).status_code == 200
    if heard == "before the submission":
        await estate.hears(TIMER, INTAKE)
        theirs = await estate.in_review(case_id, "submission", {}, AUTHORITY)
        assert problem(theirs) == (404, "case_not_found"), "it leads no longer"
        sent = await estate.in_review(case_id, "submission", {}, TAKEN_OVER)
    else:
        sent = await estate.in_review(case_id, "submission", {})
    assert sent.status_code == 200, sent.text
    journey = await estate.journey(case_id)
    assert (journey.heading.stage, journey.heading.owner_area.code) == ("rr_submitted", WIRRAL)  # type: ignore[union-attr]
    assert clocks_of(journey)["DL07"] == "met"
    (due,) = [clock.due_date for clock in journey.clocks if clock.rule == "DL07"]
    assert due == next(clock.due_date for clock in before.clocks if clock.rule == "DL07")


@ORDERS
async def test_a_transfer_and_a_reply_of_the_panel_both_hold(estate: Estate, heard: str) -> None:
    case_id = await with_the_panel(estate)
    before = await estate.journey(case_id)
    assert before.heading.owner_area is not None
    assert before.heading.owner_area.code == LIVERPOOL
    assert (await estate.hand_over(case_id)).status_code == 200
    if heard == "before the reply":
        await estate.everybody_hears()
    decided = await estate.panel_says(await panel_notice(estate, case_id), **NO_REVIEW)
    assert decided.status_code == 201, decided.text
    journey = await estate.journey(case_id)
    assert journey.heading.owner_area is not None
    assert journey.heading.owner_area.code == WIRRAL
    assert journey.heading.stage == "no_further_review"
    assert clocks_of(journey)["DL09"] == "met"
    (due,) = [clock.due_date for clock in journey.clocks if clock.rule == "DL09"]
    assert due == next(clock.due_date for clock in before.clocks if clock.rule == "DL09")
