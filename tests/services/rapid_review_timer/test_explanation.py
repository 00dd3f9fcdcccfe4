"""A stored deadline explained: counted again with what it was counted with, and what ends it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.rapid_review_timer.answers import Explanation
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.explanation import explanation_of
from services.rapid_review_timer.outcome import Cancelled, Met, Suspended
from services.rapid_review_timer.review_clocks import ORIGINAL
from services.rapid_review_timer.rule_row import RuleError
from services.rapid_review_timer.rules import rule_book
from shared.calendar.bank_holidays import bundled_calendars
from shared.calendar.errors import CalendarOutOfRange
from tests.services.rapid_review_timer.sample_deadlines import kept_deadline


def explained(kept: Kept) -> Explanation:
    return explanation_of(kept, rule_book(), bundled_calendars(), None, [], [])


def test_it_says_what_would_meet_move_and_cancel_it_and_what_follows_a_miss() -> None:
    life = explained(kept_deadline("DL07", "2019-06-11")).life
    assert life.met_by == [
        "the rapid review, approved by all three partners, has gone to the Panel"
    ]
    assert "a longer time is agreed; the first date is kept beside it" in life.moved_by
    assert "bank holidays are added or moved" in life.moved_by
    assert "the notification is withdrawn" in life.cancelled_by
    assert (life.suspended_by, life.resumed_by) == ([], [])
    assert life.when_missed == ["all three partners are told"]


def test_what_suspends_the_panels_reply_is_said_with_what_resumes_it() -> None:
    life = explained(kept_deadline("DL09", "2019-06-11")).life
    assert life.suspended_by == ["the Panel asks for more information"]
    assert life.resumed_by == ["the information is supplied, from which the days are counted anew"]


def test_months_come_with_the_working_day_to_aim_for() -> None:
    found = explained(kept_deadline("DL11", "2019-01-14"))
    assert (found.internal_target, found.safe_date) == (date(2019, 7, 12), None)
    assert found.sentence.endswith("Guidance sets this limit. It runs.")
    assert [row.reached for row in found.ledger] == [0, 1, 2, 3, 4, 5, 6]


def test_a_count_back_comes_with_the_date_that_is_safe() -> None:
    assert explained(kept_deadline("DL12", "2019-10-14")).safe_date == date(2019, 10, 2)


def test_what_is_kept_up_comes_with_the_day_on_which_it_may_end() -> None:
    assert explained(kept_deadline("DL13", "2020-03-02")).allowed_from == date(2021, 3, 2)


def test_hours_are_explained_without_a_calendar() -> None:
    found = explained(kept_deadline("DL20", "2019-06-05"))
    assert found.deadline.calendar_version == "no-calendar"
    assert "due before 12:00 on Thursday 6 June 2019, 24 hours after 12:00" in found.sentence


def test_the_other_readings_are_explained_with_what_their_source_says() -> None:
    kept = kept_deadline("DL07", "2019-06-11")
    basis = replace(kept.deadline.basis, alternatives={"AWARE": date(2019, 6, 26)})
    found = explained(replace(kept, deadline=replace(kept.deadline, basis=basis)))
    (other,) = found.alternatives
    assert (other.basis, other.due_date) == ("AWARE", date(2019, 6, 26))
    assert other.question == "When do the fifteen working days of the rapid review start?"
    assert other.says.startswith("On the day the local authority's own clock starts")


def test_a_relaxed_review_says_so() -> None:
    found = explained(kept_deadline("DL07", "2020-04-06"))
    assert found.relaxed_by == "WT2018.C19"
    assert "Relaxed by the notice of 30 March 2020: tracked, and no breach. It" in found.sentence
    assert explained(kept_deadline("DL01", "2020-04-06")).relaxed_by is None


def test_what_was_met_late_says_by_how_much() -> None:
    met = Met(datetime(2019, 6, 13, 9, tzinfo=UTC), UUID(int=2), False, 1)
    found = explained(kept_deadline("DL01", "2019-06-05", outcome=met))
    assert found.sentence.endswith(
        "It was met late, on Thursday 13 June 2019 (1 working day late)."
    )


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (
            Met(datetime(2019, 6, 11, 9, tzinfo=UTC), UUID(int=2), True, 0),
            "It was met on Tuesday 11 June 2019, in time.",
        ),
        (Cancelled("not_owed", UUID(int=2)), "It was cancelled: not owed."),
        (Suspended("information_awaited", UUID(int=2)), "It stands still: information awaited."),
    ],
)
def test_what_became_of_it_ends_the_sentence(outcome: Met | Cancelled, said: str) -> None:
    found = explained(kept_deadline("DL09", "2019-06-05", outcome=outcome))
    assert found.sentence.endswith(f" sets this limit. {said}")


def test_what_was_sent_and_has_no_receipt_says_so() -> None:
    kept = kept_deadline("DL02", "2019-06-05")
    waits = replace(kept, deadline=replace(kept.deadline, awaits_receipt=True))
    assert explained(waits).sentence.endswith(" All was sent and a receipt is outstanding.")


def test_an_agreed_extension_is_said_and_is_no_reading_of_a_source() -> None:
    kept = kept_deadline("DL07", "2019-06-11")
    basis = replace(
        kept.deadline.basis,
        due_date=date(2019, 7, 16),
        alternatives={"AWARE": date(2019, 6, 26), ORIGINAL: date(2019, 7, 2)},
    )
    found = explained(replace(kept, deadline=replace(kept.deadline, basis=basis)))
    assert "An extension was agreed to Tuesday 16 July 2019. It runs." in found.sentence
    assert [other.basis for other in found.alternatives] == ["AWARE"]


def test_what_this_version_no_longer_holds_is_refused() -> None:
    kept = kept_deadline("DL01", "2019-06-05")
    calendar_lost = replace(kept.deadline.basis, calendar_version="england-and-wales-lost")
    rule_lost = replace(kept.deadline.basis, rule_version="9")
    with pytest.raises(CalendarOutOfRange):
        explained(replace(kept, deadline=replace(kept.deadline, basis=calendar_lost)))
    with pytest.raises(RuleError) as refused:
        explained(replace(kept, deadline=replace(kept.deadline, basis=rule_lost)))
    assert refused.value.code == "unknown_rule"
