"""A transfer to another authority against a link and against notices; a correction of the case
against the approval of its review."""

from uuid import UUID

import pytest

from tests.services.intake.conftest import LIVERPOOL, WIRRAL
from tests.services.rapid_review_timer.review_client import AIMS
from tests.two_owners.callers import AUTHORITY, BOARD, INTAKE, PANEL, POLICE, TIMER
from tests.two_owners.estate import Estate
from tests.two_owners.reading import problem, said, types_of
from tests.two_owners.test_changes_and_others import APPROVED, CORRECTED
from tests.two_owners.test_reviews_and_others import clocks_of, notified
from tests.two_owners.test_withdrawals_and_notices import accepted


@pytest.mark.parametrize("first", ["the link", "the transfer"])
async def test_a_transfer_and_a_link_take_turns_and_each_authority_links_its_own(
    estate: Estate, first: str
) -> None:
    survivor, loser = await estate.report(), await estate.report()
    if first == "the link":
        assert (await estate.link(survivor, loser)).status_code == 200
        assert (await estate.hand_over(survivor)).status_code == 200
    else:
        assert (await estate.hand_over(survivor)).status_code == 200
        assert problem(await estate.link(survivor, loser)) == (404, "case_not_found")
        assert problem(await estate.link(loser, survivor)) == (404, "case_not_found")
    journey = await estate.journey(survivor)
    assert journey.heading.owner_area is not None
    assert journey.heading.owner_area.code == WIRRAL
    merged = f"Case {loser.hex[:8]} was merged into this one" in said(journey)
    assert merged == (first == "the link")
    theirs = await estate.rows(
        INTAKE, "select owner_area, survivor from incident_case where case_id = $1", loser
    )
    expected = (LIVERPOOL, survivor if first == "the link" else None)
    assert (theirs[0]["owner_area"], theirs[0]["survivor"]) == expected


@pytest.mark.parametrize("heard", ["before the sending", "after the sending"])
async def test_a_transfer_and_notices_both_go_out_and_no_due_date_moves(
    estate: Estate, heard: str
) -> None:
    case_id = await estate.report()
    assert (await estate.decide(case_id)).status_code == 201
    await estate.hears(PANEL)
    before = await estate.journey(case_id)
    owed = set(await estate.notices(case_id))
    assert (await estate.hand_over(case_id)).status_code == 200
    if heard == "before the sending":
        await estate.hears(PANEL, INTAKE)
    await estate.send_due()
    await estate.everybody_hears()
    await estate.send_due()
    told = await accepted(estate, case_id)
    assert {who for who, about in told if about == "incident"} == owed
    assert len(told) == len({*told}) + _in_both_areas(told), "nobody is told twice of one thing"
    handed = {who for who, about in told if about == "transfer"}
    assert handed == {f"la-{LIVERPOOL}", "icb-QYG", "police-merseyside"}
    panel = (await estate.notices(case_id))["panel"]
    assert (await estate.receipt(panel)).status_code == 201
    journey = await estate.journey(case_id)
    assert journey.heading.owner_area is not None
    assert journey.heading.owner_area.code == WIRRAL
    assert clocks_of(journey)["DL01"] == "met"
    (due,) = [clock.due_date for clock in journey.clocks if clock.rule == "DL01"]
    assert due == next(clock.due_date for clock in before.clocks if clock.rule == "DL01")


def _in_both_areas(told: list[tuple[str, str]]) -> int:
    """The board and the police hold a seat in both areas, and hear of the hand-over for each."""
    both = {("icb-QYG", "transfer"), ("police-merseyside", "transfer")}
    return sum(told.count(one) - 1 for one in both)


@pytest.mark.parametrize("heard", ["before the approval", "after the approval"])
async def test_a_correction_leaves_approvals_until_the_aims_are_recorded_anew(
    estate: Estate, heard: str
) -> None:
    case_id = await notified(estate)
    assert (await estate.in_review(case_id, "aims", AIMS)).status_code == 200
    assert (await estate.command(case_id, "corrections", CORRECTED)).status_code == 200
    if heard == "before the approval":
        await estate.hears(TIMER, INTAKE)
    given = await estate.in_review(case_id, "approvals", APPROVED, POLICE)
    assert given.status_code == 200, "the version that was read is the one that is approved"
    await estate.hears(TIMER, INTAKE)
    assert (await estate.in_review(case_id, "aims", AIMS)).status_code == 200
    late = await estate.in_review(case_id, "approvals", APPROVED, BOARD)
    assert problem(late) == (409, "other_version"), "what the authority wrote anew is read anew"
    refused = await estate.in_review(case_id, "submission", {}, AUTHORITY)
    assert problem(refused) == (409, "not_ready"), "nobody has approved the new version"
    journey = await estate.journey(case_id)
    assert types_of(journey).count("review.approval.recorded") == 1
    assert await corrections(estate, case_id) == 1


async def corrections(estate: Estate, case_id: UUID) -> int:
    rows = await estate.rows(
        INTAKE,
        "select 1 from outbox where topic = 'incident.corrected' and stream = $1",
        f"case/{case_id}",
    )
    return len(rows)
