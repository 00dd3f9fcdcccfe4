"""The recipient and a person of the operators, about one notice whose outcome nobody knows."""

import asyncio

import pytest

from services.panel_notification.channels.channel import Answer
from services.panel_notification.notice import Outcome, State
from tests.two_owners.callers import PANEL
from tests.two_owners.estate import Estate
from tests.two_owners.reading import problem, types_of


@pytest.mark.parametrize("order", ["person first", "recipient first", "at once"])
async def test_a_receipt_and_a_person_who_sends_again_leave_it_confirmed(
    estate: Estate, order: str
) -> None:
    case_id = await estate.report()
    estate.postbox.answers = [Answer(Outcome.UNKNOWN, "timeout")] * 3
    assert (await estate.decide(case_id)).status_code == 201
    await estate.hears(PANEL)
    await estate.send_due()
    estate.move(minutes=10)
    panel = (await estate.notices(case_id))["panel"]
    assert panel.state is State.OUTCOME_UNKNOWN
    again = estate.settle_by_hand(panel.notice_id, "send again")
    confirmed = estate.receipt(panel)
    if order == "at once":
        settled, answer = await asyncio.gather(again, confirmed)
    elif order == "person first":
        settled, answer = await again, await confirmed
    else:
        answer, settled = await confirmed, await again
        assert settled is False, "nothing is left for a person"
    assert answer.status_code == 201
    letters = len(estate.postbox.letters)
    await estate.send_due()
    assert len(estate.postbox.letters) == letters, "a receipt stops the next attempt"
    assert (await estate.notices(case_id))["panel"].state is State.ACCEPTED
    journey = await estate.journey(case_id)
    assert next(row.state for row in journey.told if row.recipient == "panel") == "receipt"
    assert types_of(journey).count("incident.notified") == 1


@pytest.mark.parametrize("order", ["person first", "recipient first", "at once"])
async def test_of_a_receipt_and_a_confirmation_noted_by_a_person_the_first_stays(
    estate: Estate, order: str
) -> None:
    case_id = await estate.report()
    estate.postbox.answers = [Answer(Outcome.UNKNOWN, "timeout")] * 3
    assert (await estate.decide(case_id)).status_code == 201
    await estate.hears(PANEL)
    await estate.send_due()
    estate.move(minutes=10)
    panel = (await estate.notices(case_id))["panel"]
    noted = estate.settle_by_hand(panel.notice_id, "arrived")
    confirmed = estate.receipt(panel, "THEIRS-1")
    if order == "at once":
        settled, answer = await asyncio.gather(noted, confirmed)
    elif order == "person first":
        settled, answer = await noted, await confirmed
    else:
        answer, settled = await confirmed, await noted
    assert settled is (answer.status_code != 201), "one of the two"
    if not settled:
        assert order != "person first"
    else:
        assert problem(answer) == (409, "receipt_differs")
    kept = await estate.rows(PANEL, "select reference from receipt")
    assert [row["reference"] for row in kept] == ["BY-PHONE-1" if settled else "THEIRS-1"]
    journey = await estate.journey(case_id)
    assert types_of(journey).count("incident.notified") == 1
    assert next(row.state for row in journey.told if row.recipient == "panel") == "receipt"
