"""An extension that is granted against the firing of the date it moves, and against the review
being sent."""

from datetime import UTC, date, datetime
from uuid import UUID

import httpx
import pytest

from services.reporting.clocks import Clock
from shared.contracts.deadline_events import ReviewDue
from shared.contracts.event_codes import DueKind
from shared.contracts.strict_json import parse
from tests.two_owners.callers import TIMER
from tests.two_owners.estate import Estate
from tests.two_owners.reading import one_after_the_other, problem, types_of
from tests.two_owners.test_reviews_and_others import in_rapid_review, notified

ORDERS = pytest.mark.parametrize("order", ["first", "second", "at once"])
COUNTED, AGREED = date(2026, 3, 24), date(2026, 3, 31)
"""Fifteen working days after Tuesday 3 March 2026, and a week more."""
FIRST_LATE_HOUR = datetime(2026, 3, 25, 1, 0, tzinfo=UTC)
AFTER_THE_AGREED_DATE = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)


async def asked(estate: Estate, case_id: UUID) -> UUID:
    body = {
        "proposed_date": AGREED.isoformat(),
        "reason": "medical_evidence",
        "explanation": "Invented.",
    }
    answer = await estate.in_review(case_id, "extensions", body)
    assert answer.status_code == 200, answer.text
    return case_id


async def granted(estate: Estate, case_id: UUID) -> httpx.Response:
    body = {"answer": "granted", "agreed_date": AGREED.isoformat()}
    return await estate.in_review(case_id, "extensions/answers", body)


async def overdue(estate: Estate) -> list[tuple[int, date]]:
    """Revision and due date of each time that the rapid review was said to be overdue."""
    rows = await estate.rows(
        TIMER, "select payload from outbox where topic = 'review.due' order by position"
    )
    due = [ReviewDue.model_validate(parse(row["payload"])) for row in rows]
    return [
        (one.revision, one.due_date)
        for one in due
        if one.rule == "DL07" and one.kind is DueKind.OVERDUE
    ]


async def clock_of_the_review(estate: Estate, case_id: UUID) -> Clock:
    (clock,) = [one for one in (await estate.journey(case_id)).clocks if one.rule == "DL07"]
    return clock


@ORDERS
async def test_an_extension_granted_while_the_old_date_fires_counts_from_then_on(
    estate: Estate, order: str
) -> None:
    case_id = await asked(estate, await notified(estate))
    estate.clock.instant = FIRST_LATE_HOUR
    _, answer = await one_after_the_other(order, estate.fire_due(), granted(estate, case_id))
    assert answer.status_code == 200, answer.text
    await estate.fire_due()
    fired = await overdue(estate)
    assert {due for _, due in fired} <= {COUNTED}
    if order != "at once":
        assert len(fired) == (1 if order == "first" else 0)
    clock = await clock_of_the_review(estate, case_id)
    assert (clock.state, clock.due_date) == ("running", AGREED)
    assert [before.due_date for before in clock.moved] == [COUNTED]
    estate.clock.instant = AFTER_THE_AGREED_DATE
    await estate.fire_due()
    again = await overdue(estate)
    assert again[:-1] == fired
    assert again[-1][1] == AGREED, "and once for the agreed date"
    assert len({revision for revision, _ in again}) == len(again)


@ORDERS
async def test_an_extension_and_a_submission_take_turns_and_nothing_is_granted_after_it(
    estate: Estate, order: str
) -> None:
    case_id = await asked(estate, await in_rapid_review(estate))
    answer, sent = await one_after_the_other(
        order, granted(estate, case_id), estate.in_review(case_id, "submission", {})
    )
    if sent.status_code == 412:
        sent = await estate.in_review(case_id, "submission", {})
    assert sent.status_code == 200, sent.text
    if order == "first":
        assert answer.status_code == 200, answer.text
    elif order == "second":
        assert problem(answer) == (409, "already_submitted")
    else:
        assert answer.status_code in {200, 409, 412}, answer.text
    if not answer.is_success:
        assert problem(await granted(estate, case_id)) == (409, "already_submitted")
    journey = await estate.journey(case_id)
    assert journey.heading.stage == "rr_submitted"
    clock = await clock_of_the_review(estate, case_id)
    assert (clock.state, clock.due_date) == ("met", AGREED if answer.is_success else COUNTED)
    assert types_of(journey).count("review.extension.decided") == int(answer.is_success)
