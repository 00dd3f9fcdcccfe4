"""Worked due dates that are not counted forward in working days of England and Wales."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.rapid_review_timer.calculation import (
    NO_CALENDAR,
    calculate,
    days_late,
    earliest_publication,
)
from services.rapid_review_timer.rules import rule, rule_book
from shared.calendar.errors import CalendarOutOfRange
from tests.services.rapid_review_timer.sample_rules import CALENDAR, a_rule, day

THURSDAY = day("Thu 19 Dec 2019")


def test_d26_the_panel_has_fifteen_working_days_and_ten_are_shown_beside_them() -> None:
    made = calculate(a_rule("DL09"), CALENDAR, day("Thu 30 May 2019"))
    assert made.due_date == day("Thu 20 Jun 2019")
    assert made.alternatives == {"TEN_DAYS": day("Thu 13 Jun 2019")}


def test_d27_early_findings_over_the_late_summer_holiday() -> None:
    friday = day("Fri 24 Aug 2018")
    made = calculate(rule("DL06", friday), CALENDAR, friday)
    assert made.due_date == day("Mon 3 Sep 2018")


@pytest.mark.parametrize(
    ("decided", "publish_by", "aim_for"),
    [
        pytest.param("Mon 14 Jan 2019", "Sun 14 Jul 2019", "Fri 12 Jul 2019", id="D29-a-Sunday"),
        pytest.param("Sat 29 Feb 2020", "Sat 29 Aug 2020", "Fri 28 Aug 2020", id="D30-a-Saturday"),
        pytest.param("Tue 31 Aug 2021", "Mon 28 Feb 2022", "Mon 28 Feb 2022", id="D31-no-day-31"),
        pytest.param("Mon 19 Dec 2022", "Mon 19 Jun 2023", "Mon 19 Jun 2023", id="D32-a-Monday"),
        pytest.param("Wed 1 Jul 2020", "Fri 1 Jan 2021", "Thu 31 Dec 2020", id="a-bank-holiday"),
    ],
)
def test_a_local_review_is_published_within_six_months_and_aimed_for_a_working_day(
    decided: str, publish_by: str, aim_for: str
) -> None:
    made = calculate(a_rule("DL11"), CALENDAR, day(decided))
    assert (made.due_date, made.internal_target) == (day(publish_by), day(aim_for))


def test_a_month_without_the_day_says_so_in_the_ledger() -> None:
    made = calculate(a_rule("DL11"), CALENDAR, day("Tue 31 Aug 2021"))
    ends = [(row.day.isoformat(), row.reached, row.note) for row in made.ledger]
    assert ends[0] == ("2021-08-31", 0, None)
    assert ends[1] == ("2021-09-30", 1, "this month has no day 31: its last")
    assert ends[2] == ("2021-10-31", 2, None)
    assert ends[6] == ("2022-02-28", 6, "this month has no day 31: its last")


@pytest.mark.parametrize(
    ("planned", "send_by", "safe"),
    [
        pytest.param("Mon 14 Oct 2019", "Thu 3 Oct 2019", "Wed 2 Oct 2019", id="D33-plain"),
        pytest.param("Thu 7 Jan 2021", "Thu 24 Dec 2020", "Wed 23 Dec 2020", id="D34-Christmas"),
        pytest.param("Thu 4 Jan 2024", "Thu 21 Dec 2023", "Wed 20 Dec 2023", id="D35-New-Year"),
    ],
)
def test_copies_go_out_seven_working_days_before_publication(
    planned: str, send_by: str, safe: str
) -> None:
    made = calculate(a_rule("DL12"), CALENDAR, day(planned))
    assert (made.due_date, made.safe_date) == (day(send_by), day(safe))
    assert made.ledger[0].day == day(planned)
    assert calculate(a_rule("DL14"), CALENDAR, day(planned)).due_date == day(send_by)


def test_d36_what_was_sent_before_christmas_may_be_published_after_new_year() -> None:
    assert earliest_publication(a_rule("DL12"), CALENDAR, THURSDAY) == day("Thu 2 Jan 2020")


def test_what_was_sent_on_a_saturday_may_be_published_as_if_sent_on_the_monday() -> None:
    on_saturday, on_monday = (
        earliest_publication(a_rule("DL12"), CALENDAR, day(sent))
        for sent in ("Sat 5 Oct 2019", "Mon 7 Oct 2019")
    )
    assert on_saturday == on_monday == day("Wed 16 Oct 2019")


def test_p11_six_working_days_after_the_copies_is_too_early() -> None:
    sent, sixth = day("Thu 3 Oct 2019"), day("Fri 11 Oct 2019")
    assert calculate(a_rule("DL12"), CALENDAR, sixth).due_date < sent
    assert earliest_publication(a_rule("DL12"), CALENDAR, sent) == day("Mon 14 Oct 2019")


def test_d37_a_published_review_stays_up_for_a_year_and_may_go_the_day_after() -> None:
    made = calculate(a_rule("DL13"), CALENDAR, day("Mon 2 Mar 2020"))
    assert made.due_date == day("Mon 1 Mar 2021")
    assert made.allowed_from == day("Tue 2 Mar 2021")
    assert made.late_from == datetime(2021, 3, 2, tzinfo=UTC)


def test_a_year_from_29_february_passes_in_full() -> None:
    made = calculate(a_rule("DL13"), CALENDAR, day("Sat 29 Feb 2020"))
    assert (made.due_date, made.allowed_from) == (day("Sun 28 Feb 2021"), day("Mon 1 Mar 2021"))


def test_a_national_report_stays_up_for_three_years() -> None:
    made = calculate(a_rule("DL14B"), CALENDAR, day("Tue 26 May 2020"))
    assert made.allowed_from == day("Fri 26 May 2023")


def test_d38_the_copy_of_the_yearly_report_has_seven_calendar_days_over_christmas() -> None:
    made = calculate(rule("DL17", day("Fri 22 Dec 2023")), CALENDAR, day("Fri 22 Dec 2023"))
    assert made.due_date == day("Fri 29 Dec 2023")
    assert [row.counted for row in made.ledger] == [False] + [True] * 7
    assert made.calendar_version == NO_CALENDAR


def test_d39_the_next_yearly_report_is_due_within_twelve_months() -> None:
    made = calculate(a_rule("DL16"), CALENDAR, day("Wed 30 Sep 2020"))
    assert made.due_date == day("Thu 30 Sep 2021")


def test_since_working_together_2023_the_yearly_report_is_due_by_the_end_of_september() -> None:
    year_end = day("Sun 31 Mar 2024")
    made = calculate(rule("DL18", year_end), CALENDAR, year_end)
    assert made.due_date == day("Mon 30 Sep 2024")
    later = calculate(rule("DL18", year_end), CALENDAR, day("Tue 1 Oct 2024"))
    assert later.due_date == day("Tue 30 Sep 2025")
    assert calculate(rule("DL18", year_end), CALENDAR, made.due_date).due_date == made.due_date


def test_a_death_is_told_within_twenty_four_hours_that_pass() -> None:
    evening = datetime(2019, 6, 7, 20, 15, tzinfo=UTC)
    made = calculate(a_rule("DL20"), CALENDAR, evening)
    assert made.late_from == evening + timedelta(hours=24)
    assert made.due_date == day("Sat 8 Jun 2019")
    assert made.alternatives == {"FORTY_EIGHT_HOURS": day("Sun 9 Jun 2019")}
    assert [(row.reached, row.note) for row in made.ledger] == [
        (2, "from 21:15 in London"),
        (24, "until 21:15 in London"),
    ]


@pytest.mark.parametrize(
    ("known", "hours_of_the_day"),
    [
        pytest.param("2019-03-30T12:00:00Z", 23, id="the-night-that-loses-an-hour"),
        pytest.param("2019-10-26T11:00:00Z", 25, id="the-night-that-repeats-an-hour"),
    ],
)
def test_hours_are_hours_that_pass_whatever_the_clocks_do(
    known: str, hours_of_the_day: int
) -> None:
    start = datetime.fromisoformat(known)
    made = calculate(a_rule("DL22"), CALENDAR, start)
    assert made.late_from - start == timedelta(hours=24)
    assert f"a day of {hours_of_the_day} hours" in (made.ledger[-1].note or "")
    assert made.ledger[-1].reached == 24


def test_hours_that_end_at_midnight_end_with_the_day_before() -> None:
    made = calculate(a_rule("DL20"), CALENDAR, datetime(2019, 12, 2, tzinfo=UTC))
    assert (made.due_date, len(made.ledger)) == (day("Mon 2 Dec 2019"), 1)


def test_a_notice_within_the_same_day_can_be_late() -> None:
    made = calculate(a_rule("DL20"), CALENDAR, datetime(2019, 6, 4, 9, tzinfo=UTC))
    at_ten = datetime(2019, 6, 5, 10, tzinfo=UTC)
    assert not days_late(CALENDAR, made.due_date, made.late_from - timedelta(seconds=1)).late
    late = days_late(CALENDAR, made.due_date, at_ten, made.late_from)
    assert (late.late, late.working_days, late.calendar_days) == (True, 0, 0)


def test_d47_wirrals_arrangements_were_published_and_in_place_in_time() -> None:
    law, published, in_place = (
        day("Fri 29 Jun 2018"),
        day("Tue 26 Mar 2019"),
        day("Sun 1 Sep 2019"),
    )
    publish = calculate(rule("DL24", law), CALENDAR, law)
    implement = calculate(rule("DL25", published), CALENDAR, published)
    assert publish.due_date == day("Sat 29 Jun 2019")
    assert published <= publish.due_date
    assert implement.due_date == day("Sun 29 Sep 2019")
    assert in_place <= implement.due_date
    three_months = implement.alternatives["THREE_MONTHS"]
    assert three_months == day("Wed 26 Jun 2019")
    assert in_place > three_months, "told as information only: the reading in force is the other"
    assert rule_book().discrepancies["X13"].default == implement.basis


def test_three_months_from_a_late_publication_end_with_the_transition() -> None:
    published = day("Sat 29 Jun 2019")
    made = calculate(rule("DL25", published), CALENDAR, day("Mon 1 Jul 2019"))
    assert made.alternatives == {"THREE_MONTHS": day("Sun 29 Sep 2019")}


@pytest.mark.parametrize(
    ("rule_id", "in_place", "finished_by"),
    [
        ("DL26", "Sun 1 Sep 2019", "Tue 1 Sep 2020"),
        ("DL26", "Sun 29 Sep 2019", "Tue 29 Sep 2020"),
        ("DL26", "Tue 1 Oct 2019", "Tue 29 Sep 2020"),
        ("DL26B", "Sun 1 Sep 2019", "Wed 1 Jan 2020"),
        ("DL26B", "Tue 1 Oct 2019", "Wed 29 Jan 2020"),
    ],
)
def test_the_former_board_finishes_its_reviews_and_by_a_latest_date(
    rule_id: str, in_place: str, finished_by: str
) -> None:
    made = calculate(a_rule(rule_id), CALENDAR, day(in_place))
    assert made.due_date == day(finished_by)


def test_a_latest_date_is_the_last_row_of_the_ledger() -> None:
    made = calculate(a_rule("DL26B"), CALENDAR, day("Tue 15 Oct 2019"))
    assert [row.day for row in made.ledger][-2:] == [day("Wed 15 Jan 2020"), made.due_date]
    assert (made.ledger[-1].reached, made.ledger[-1].note) == (3, "the latest date there is")


@pytest.mark.parametrize("rule_id", ["DL11", "DL12", "DL16"])
def test_d44_beyond_the_published_holidays_no_date_is_given_in_any_unit(rule_id: str) -> None:
    with pytest.raises(CalendarOutOfRange):
        calculate(a_rule(rule_id), CALENDAR, CALENDAR.last + timedelta(days=1))


@pytest.mark.parametrize("rule_id", ["DL13", "DL17"])
def test_a_date_at_the_end_of_all_dates_is_refused(rule_id: str) -> None:
    with pytest.raises(CalendarOutOfRange):
        calculate(a_rule(rule_id), CALENDAR, date.max)


def test_hours_at_the_end_of_all_dates_are_refused() -> None:
    with pytest.raises(CalendarOutOfRange):
        calculate(a_rule("DL20"), CALENDAR, datetime.max.replace(tzinfo=UTC) - timedelta(hours=2))
