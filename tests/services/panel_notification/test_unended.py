"""Which notices somebody has to look at, and what a recipient's own list says of them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.panel_notification.fulfilment import reference_of
from services.panel_notification.notice import Attempt, Notice, Outcome, Receipt, State
from services.panel_notification.unended import UNCONFIRMED, Listed, compare, unended
from services.panel_notification.wanted import wanted_for
from tests.services.panel_notification.sample_facts import NINE, case, obligation

MINUTE = timedelta(minutes=1)


def notice(number: int = 1, state: State = State.ACCEPTED, receipt: str | None = None) -> Notice:
    wanted = wanted_for(case(number), 1, obligation(case(number), "panel", "panel"))
    attempt = Attempt(1, NINE, Outcome.ACCEPTED, NINE, "smtp_250")
    return Notice(
        **vars(wanted),
        state=state,
        attempts=(attempt,),
        receipt=Receipt(receipt, NINE) if receipt else None,
    )


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (State.OUTCOME_UNKNOWN, "outcome_unknown"),
        (State.UNDELIVERABLE, "undeliverable"),
        (State.HANDED, "to_be_submitted"),
    ],
)
def test_what_waits_for_a_person_is_named_at_once(state: State, why: str) -> None:
    found = unended(notice(state=state), None, NINE)
    assert found is not None
    assert found.why == why


def test_what_goes_its_way_is_left_alone_and_what_stands_still_is_named() -> None:
    waits = notice(state=State.PENDING)
    assert unended(waits, NINE, NINE + 15 * MINUTE) is None
    late = unended(waits, NINE, NINE + 16 * MINUTE)
    assert late is not None
    assert (late.why, late.waiting_since) == ("not_tried", NINE)
    close = unended(replace(waits, escalated_at=NINE), NINE, NINE)
    assert close is not None
    assert close.why == "near_its_limit"
    sending = replace(waits, state=State.SENDING)
    assert unended(sending, None, NINE + 15 * MINUTE) is None
    stuck = unended(sending, None, NINE + 16 * MINUTE)
    assert stuck is not None
    assert stuck.why == "no_answer_kept"


def test_a_notice_ends_with_its_receipt() -> None:
    assert unended(notice(), None, NINE + UNCONFIRMED) is None
    unconfirmed = unended(notice(), None, NINE + UNCONFIRMED + MINUTE)
    assert unconfirmed is not None
    assert unconfirmed.why == "no_receipt"
    assert unended(notice(receipt="P-1"), None, NINE + 2 * UNCONFIRMED) is None
    assert unended(notice(state=State.CANCELLED), None, NINE + 2 * UNCONFIRMED) is None


def test_a_list_is_compared_both_ways() -> None:
    ours = [notice(1, receipt="P-1"), notice(2, receipt="P-2"), notice(3, receipt="P-3"), notice(4)]
    by_number = {number: _reference(each.notice_id) for number, each in enumerate(ours, 1)}
    theirs = [
        Listed(by_number[1], "P-1"),
        Listed("P-2"),
        Listed(by_number[3], "P-9"),
        Listed("VN-NEVERSENT"),
    ]
    found = compare(theirs, ours)
    assert found.both == 3
    assert found.only_theirs == ("VN-NEVERSENT",)
    assert found.only_ours == (by_number[4],)
    assert found.receipt_differs == (by_number[3],)
    assert not found.agree


def test_two_sides_that_have_the_same_agree() -> None:
    ours = [notice(1, receipt="P-1")]
    assert compare([Listed("P-1", "P-1")], ours).agree
    assert compare([], []).agree


def _reference(notice_id: UUID) -> str:
    return reference_of(notice_id)
