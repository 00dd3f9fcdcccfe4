"""A change that intake makes to a standing case against an approval, the Panel and a firing."""

from datetime import UTC, datetime

import pytest

from shared.contracts.event_codes import DueKind
from tests.services.intake.conftest import WIRRAL
from tests.services.rapid_review_timer.review_client import AIMS
from tests.two_owners.callers import AUTHORITY, INTAKE, POLICE, TIMER
from tests.two_owners.estate import Estate
from tests.two_owners.reading import one_after_the_other, problem, said, types_of
from tests.two_owners.test_reviews_and_others import (
    NO_REVIEW,
    ORDERS,
    clocks_of,
    notified,
    panel_notice,
    with_the_panel,
)
from tests.two_owners.test_timer_and_others import overdue, told_of_the_panel_clock

APPROVED = {"answer": "approved", "content_version": 1}
CORRECTED = {
    "facts": {"looked_after": False},
    "reason": "learnt_later",
    "explanation": "Invented.",
}
FIRST_LATE_HOUR = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("heard", ["before the approvals", "after the approvals"])
async def test_a_transfer_and_an_approval_both_hold_for_who_leads_that_moment(
    estate: Estate, heard: str
) -> None:
    case_id = await notified(estate)
    assert (await estate.in_review(case_id, "aims", AIMS)).status_code == 200
    assert (await estate.hand_over(case_id)).status_code == 200
    if heard == "before the approvals":
        await estate.hears(TIMER, INTAKE)
    police = await estate.in_review(case_id, "approvals", APPROVED, POLICE)
    assert police.status_code == 200, "the police hold a seat in both areas"
    former = await estate.in_review(case_id, "approvals", APPROVED, AUTHORITY)
    if heard == "before the approvals":
        assert problem(former) == (404, "case_not_found")
    else:
        assert former.status_code == 200, former.text
    journey = await estate.journey(case_id)
    assert journey.heading.owner_area is not None
    assert journey.heading.owner_area.code == WIRRAL
    approvals = types_of(journey).count("review.approval.recorded")
    assert approvals == (1 if heard == "before the approvals" else 2)


@ORDERS
async def test_a_correction_and_a_decision_of_the_panel_both_hold(
    estate: Estate, heard: str
) -> None:
    case_id = await with_the_panel(estate)
    assert (await estate.command(case_id, "corrections", CORRECTED)).status_code == 200
    if heard == "before the reply":
        await estate.everybody_hears()
    decided = await estate.panel_says(await panel_notice(estate, case_id), **NO_REVIEW)
    assert decided.status_code == 201, decided.text
    journey = await estate.journey(case_id)
    assert journey.heading.stage == "no_further_review"
    assert clocks_of(journey)["DL09"] == "met"
    corrected = await estate.rows(
        INTAKE, "select payload from outbox where topic = 'incident.corrected'"
    )
    assert len(corrected) == 1
    assert types_of(journey).count("incident.assessed") == 2, "the correction is assessed anew"


@pytest.mark.parametrize("order", ["first", "second", "at once"])
async def test_a_withdrawal_and_a_firing_at_once_leave_the_clock_cancelled(
    estate: Estate, order: str
) -> None:
    case_id = await estate.report()
    assert (await estate.decide(case_id)).status_code == 201
    await estate.hears(TIMER)
    estate.clock.instant = FIRST_LATE_HOUR
    assert (await estate.withdraw(case_id)).status_code == 200
    await one_after_the_other(order, estate.fire_due(), estate.hears(TIMER, INTAKE))
    await estate.fire_due()
    journey = await estate.journey(case_id)
    assert journey.heading.stage == "withdrawn"
    assert clocks_of(journey)["DL01"] == "cancelled"
    fired = overdue(await told_of_the_panel_clock(estate))
    assert [each.kind for each in fired] in ([], [DueKind.OVERDUE])
    if order != "at once":
        assert bool(fired) == (order == "first")
    assert ("Notify the Panel (DL01) is overdue" in said(journey)) == bool(fired)
