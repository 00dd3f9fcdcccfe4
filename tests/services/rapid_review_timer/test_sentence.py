"""What a social worker reads of a due date, for each way of counting."""

from datetime import UTC, date, datetime, time

import pytest

from services.rapid_review_timer.calculation import calculate
from services.rapid_review_timer.rule_row import Rule
from services.rapid_review_timer.rules import rule, rule_book
from services.rapid_review_timer.sentence import of_them, sentence
from tests.services.rapid_review_timer.sample_rules import CALENDAR, a_rule, day

WORDS = rule_book().vocabulary


def said(limit: Rule, start: date | datetime) -> str:
    return sentence(limit, calculate(limit, CALENDAR, start), WORDS)


def test_working_days() -> None:
    assert said(a_rule("DL07"), day("Fri 5 Apr 2019")) == (
        "Complete the rapid review and send it to the Panel: due by the end of Tuesday 30 April "
        "2019, 15 working days after Friday 5 April 2019, when the notification was sent to the "
        "Panel; 10 weekend days and bank holidays between are not counted. "
        "Guidance sets this limit."
    )


def test_one_working_day_of_local_practice() -> None:
    assert said(a_rule("TRIAGE"), day("Mon 3 Jun 2019")) == (
        "Settle whether the notification criteria may be met: due by the end of Tuesday 4 June "
        "2019, 1 working day after Monday 3 June 2019, when the report was received; 0 weekend "
        "days and bank holidays between are not counted. Local practice sets this limit."
    )


def test_the_same_day() -> None:
    assert said(a_rule("OFFICE"), day("Sat 1 Jun 2019")) == (
        "Copy the notification to the office of the partnership: due by the end of Saturday 1 June "
        "2019, the day on which the notification was sent to the Panel. "
        "Local practice sets this limit."
    )


def test_working_days_with_a_cutoff() -> None:
    text = said(a_rule("DL07", cutoff=time(17)), day("Fri 5 Apr 2019"))
    assert "due before 17:00 on Tuesday 30 April 2019, 15 working days after" in text


def test_working_days_counted_back() -> None:
    assert said(a_rule("DL12"), day("Mon 14 Oct 2019")) == (
        "Send copies of a local review before it is published: due by the end of Thursday 3 "
        "October 2019, 7 working days before Monday 14 October 2019, when publication is planned; "
        "4 weekend days and bank holidays between are not counted; by Wednesday 2 October 2019 it "
        "is right under every reading. The law sets this limit."
    )


def test_months_that_end_on_a_sunday() -> None:
    assert said(a_rule("DL11"), day("Mon 14 Jan 2019")) == (
        "Publish the local review: due by the end of Sunday 14 July 2019, 6 months after Monday "
        "14 January 2019, when the partners decided to commission a local review; months are not "
        "moved off weekends or bank holidays; aim for Friday 12 July 2019, the last working day "
        "before. Guidance sets this limit."
    )


def test_months_that_end_in_a_shorter_month() -> None:
    text = said(a_rule("DL11"), day("Tue 31 Aug 2021"))
    assert "Monday 28 February 2022, 6 months after" in text
    assert "that month is shorter, so its last day counts; months are not moved" in text
    assert "aim for" not in text


def test_months_that_end_with_a_latest_date() -> None:
    assert said(a_rule("DL26"), day("Tue 1 Oct 2019")) == (
        "Finish the serious case reviews of the former board: due by the end of Tuesday 29 "
        "September 2020, the latest date there is, less than 1 year after Tuesday 1 October 2019, "
        "when the arrangements were in place. Guidance sets this limit."
    )


def test_what_is_kept_up() -> None:
    assert said(a_rule("DL14B"), day("Tue 26 May 2020")) == (
        "Keep the published national report available: through the end of Thursday 25 May 2023, "
        "3 years from Tuesday 26 May 2020, when the national report was published; this may end "
        "from Friday 26 May 2023. The law sets this limit."
    )


def test_calendar_days() -> None:
    assert said(a_rule("DL17"), day("Fri 22 Dec 2023")) == (
        "Send copies of the yearly report: due by the end of Friday 29 December 2023, 7 calendar "
        "days after Friday 22 December 2023, when the yearly report was published; weekends and "
        "bank holidays count. Guidance sets this limit."
    )


def test_hours() -> None:
    assert said(a_rule("DL20"), datetime(2019, 6, 2, 23, 30, tzinfo=UTC)) == (
        "Notify the child death overview panel: due before 00:30 on Tuesday 4 June 2019, 24 hours "
        "after 00:30 on Monday 3 June 2019, when the death became known; nights, weekends and bank "
        "holidays count. Guidance sets this limit."
    )


def test_a_fixed_date_and_the_working_day_to_aim_for() -> None:
    year_end = day("Mon 31 Mar 2025")
    assert said(rule("DL18", year_end), day("Tue 31 Mar 2026")).startswith(
        "Publish the yearly report by the end of September: due by the end of Wednesday 30 "
        "September 2026, a fixed date after Tuesday 31 March 2026, when the financial year ended."
    )
    assert "aim for Friday 29 September 2028" in said(rule("DL18", year_end), date(2028, 3, 31))


def test_a_fixed_date_that_has_passed_is_said_without_its_start() -> None:
    text = said(a_rule("DL24"), day("Mon 1 Jul 2019"))
    assert "due by the end of Saturday 29 June 2019, a fixed date. The law" in text
    on_the_day = said(a_rule("DL24"), day("Sat 29 Jun 2019"))
    assert "2019, a fixed date after Saturday 29 June 2019, when" in on_the_day


@pytest.mark.parametrize(
    ("count", "one", "text"),
    [
        (1, "working day", "1 working day"),
        (0, "working day", "0 working days"),
        (24, "hour", "24 hours"),
        (12, "month", "1 year"),
        (36, "month", "3 years"),
        (6, "month", "6 months"),
        (18, "month", "18 months"),
    ],
)
def test_one_is_one_and_twelve_months_are_a_year(count: int, one: str, text: str) -> None:
    assert of_them(count, one) == text


def test_every_word_of_the_vocabulary_is_used() -> None:
    rules = [each for versions in rule_book().rules.values() for each in versions]
    triggers = {each.trigger for each in rules}
    triggers |= {other.trigger for each in rules for other in each.alternatives}
    happenings = {
        code for each in rules for codes in each.lifecycle.model_dump().values() for code in codes
    }
    parties = {code for each in rules for code in (*each.who, *each.to_whom, *each.should_tell_too)}
    actions = {code for each in rules for code in each.overdue.does}
    assert WORDS.triggers.keys() == triggers
    assert WORDS.happenings.keys() == happenings
    assert WORDS.parties.keys() == parties
    assert WORDS.actions.keys() == actions
