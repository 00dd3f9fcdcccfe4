"""A new version of the bank holidays: which open deadlines move, and which never do."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from services.rapid_review_timer.calculation import calculate
from services.rapid_review_timer.calendar_change import Move, may_be_moved_by, revised
from services.rapid_review_timer.deadline import Deadline, Derived
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.outcome import Cancelled, Met
from services.rapid_review_timer.revision import changes
from services.rapid_review_timer.rules import rule_book
from shared.calendar.bank_holidays import Calendar
from shared.calendar.versions import CalendarVersions, days_that_differ
from tests.services.rapid_review_timer.sample_deadlines import kept_deadline
from tests.shared.calendar.test_versions import BEFORE, FIRST, FUNERAL, version

BOTH = CalendarVersions.of((BEFORE, FIRST))
MOVED_IN_MAY = CalendarVersions.of(
    (
        version("plain", "2019-01-01", d20200504="Early May bank holiday", d20200508=None),
        version("victory", "2019-06-07"),
    )
)


def kept(
    rule_id: str, start: str, calendar: Calendar = BEFORE, outcome: Met | Cancelled | None = None
) -> Kept:
    return kept_deadline(rule_id, start, calendar, outcome)


def test_d11_a_funeral_announced_late_moves_a_running_deadline_once() -> None:
    notify = kept("DL01", "2022-09-15")
    found = revised([notify], BOTH, rule_book())
    assert found.uncounted == ()
    assert found.moves == (
        Move(
            deadline_id=notify.deadline.deadline_id,
            previous_due_date=date(2022, 9, 22),
            due_date=date(2022, 9, 23),
            late_from=datetime(2022, 9, 23, 23, tzinfo=UTC),
            previous_calendar=BEFORE.version,
            calendar=FIRST.version,
            differing=(FUNERAL,),
        ),
    )


def test_d06_a_moved_holiday_moves_a_deadline_forward_and_another_back() -> None:
    plain = MOVED_IN_MAY.held[0]
    earlier, later = kept("DL01", "2020-04-28", plain), kept("DL01", "2020-05-04", plain)
    found = revised([earlier, later], MOVED_IN_MAY, rule_book())
    assert [(move.previous_due_date, move.due_date) for move in found.moves] == [
        (date(2020, 5, 6), date(2020, 5, 5)),
        (date(2020, 5, 11), date(2020, 5, 12)),
    ]


def test_a_review_that_spans_both_days_of_a_moved_holiday_stays() -> None:
    review = kept("DL07", "2020-04-24", MOVED_IN_MAY.held[0])
    assert revised([review], MOVED_IN_MAY, rule_book()).moves == ()


def test_what_was_met_cancelled_or_told_to_be_overdue_never_moves() -> None:
    at = datetime(2022, 9, 16, tzinfo=UTC)
    met = kept("DL01", "2022-09-15", outcome=Met(at, UUID(int=2), True, 0))
    cancelled = kept("DL01", "2022-09-15", outcome=Cancelled("withdrawn", None))
    overdue = replace(kept("DL01", "2022-09-15"), next_firing=None)
    assert revised([met, cancelled, overdue], BOTH, rule_book()).moves == ()


def test_what_is_counted_with_the_newest_does_not_move_when_an_older_one_comes() -> None:
    notify = kept("DL01", "2022-09-15", FIRST)
    only_newest = CalendarVersions.of((FIRST,))
    assert revised([notify], only_newest.having(BEFORE), rule_book()).moves == ()


def test_months_and_hours_and_fixed_dates_do_not_move() -> None:
    stored = [kept(rule_id, "2022-09-15") for rule_id in ("DL11", "DL13", "DL17", "DL20")]
    assert revised(stored, BOTH, rule_book()).moves == ()


def test_a_count_back_moves_to_an_earlier_day() -> None:
    (move,) = revised([kept("DL12", "2022-09-26")], BOTH, rule_book()).moves
    assert (move.previous_due_date, move.due_date) == (date(2022, 9, 15), date(2022, 9, 14))
    assert move.differing == (FUNERAL,)


def test_a_deadline_may_be_overdue_by_its_new_day_at_once() -> None:
    plain = MOVED_IN_MAY.held[0]
    (move,) = revised([kept("DL01", "2020-04-28", plain)], MOVED_IN_MAY, rule_book()).moves
    assert not move.is_overdue_at_once(move.late_from - timedelta(microseconds=1))
    assert move.is_overdue_at_once(move.late_from)


def test_what_the_newest_does_not_cover_keeps_its_day_and_is_named() -> None:
    short = replace(version("short", "2023-01-01"), last=date(2022, 9, 18))
    notify = kept("DL01", "2022-09-15")
    found = revised([notify], BOTH.having(short), rule_book())
    assert found.moves == ()
    assert found.uncounted == ((notify.deadline.deadline_id, "CALENDAR_OUT_OF_RANGE"),)


def test_a_deadline_of_an_unknown_calendar_or_rule_is_named() -> None:
    notify = kept("DL01", "2022-09-15")
    strange = replace(notify.deadline.basis, calendar_version="england-and-wales-lost")
    lost = replace(notify, deadline=replace(notify.deadline, basis=strange))
    without = replace(notify, deadline=replace(notify.deadline, rule="DL99"))
    found = revised([lost, without], BOTH, rule_book())
    assert [code for _, code in found.uncounted] == ["CALENDAR_UNKNOWN", "unknown_rule"]


@seed(20180629)
@settings(database=None, print_blob=True, max_examples=100)
@given(st.dates(date(2022, 8, 15), date(2022, 10, 20)), st.sampled_from(["DL01", "DL07", "DL12"]))
def test_a_deadline_moves_exactly_if_a_differing_day_lies_in_its_count(
    start: date, rule_id: str
) -> None:
    stored = kept(rule_id, start.isoformat())
    basis = stored.deadline.basis
    days = days_that_differ(BEFORE, FIRST)
    moves = revised([stored], BOTH, rule_book()).moves
    assert bool(moves) is may_be_moved_by(start, basis.due_date, days)


@pytest.mark.parametrize(
    ("day", "touches"),
    [("2022-09-15", False), ("2022-09-16", True), ("2022-09-22", True), ("2022-09-23", False)],
)
def test_the_day_of_the_start_and_those_after_the_due_date_do_not_count(
    day: str, touches: bool
) -> None:
    differing = (date.fromisoformat(day),)
    start, due = date(2022, 9, 15), date(2022, 9, 22)
    assert may_be_moved_by(start, due, differing) is touches
    assert may_be_moved_by(due, start, (due,)) is False


def recounted(stored: Kept, calendar: Calendar, outcome: Met | None = None) -> Deadline:
    made, started = stored.deadline, stored.deadline.basis.started_at
    counted = calculate(rule_book().rule(made.rule, started.date()), calendar, started)
    basis = replace(
        made.basis,
        calendar_version=calendar.version,
        due_date=counted.due_date,
        late_from=counted.late_from,
    )
    return replace(made, basis=basis, outcome=outcome)


def test_a_deadline_that_only_changes_its_calendar_is_not_told_to_have_moved() -> None:
    stays, moves = kept("DL01", "2022-09-01"), kept("DL01", "2022-09-15")
    stored = {each.deadline.deadline_id: (each.deadline, 1) for each in (stays, moves)}
    derived = Derived((recounted(stays, FIRST), recounted(moves, FIRST)), ())
    first, second = changes(stored, derived)
    assert (first.says, first.revision) == ((), 1)
    assert (second.says, second.revision, second.moved_because) == (
        ("moved",),
        2,
        "calendar_revised",
    )


def test_what_is_met_after_a_calendar_that_moved_nothing_is_told_as_met_alone() -> None:
    stays = kept("DL01", "2022-09-01")
    met = recounted(stays, FIRST, Met(datetime(2022, 9, 2, tzinfo=UTC), UUID(int=2), True, 0))
    (change,) = changes({stays.deadline.deadline_id: (stays.deadline, 1)}, Derived((met,), ()))
    assert (change.says, change.revision) == (("met",), 1)
