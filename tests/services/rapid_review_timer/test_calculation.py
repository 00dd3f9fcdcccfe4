from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from services.rapid_review_timer.calculation import calculate, days_late, due_soon_on
from services.rapid_review_timer.rules import Rule, RuleError, rule
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.errors import CalendarOutOfRange, NaiveInstant

CALENDAR = england_and_wales()


def a_rule(rule_id: str, on: date = date(2019, 6, 3), **changes: Any) -> Rule:
    return rule(rule_id, on).model_copy(update=changes)


def day(text: str) -> date:
    """Read "Mon 2 Jul 2018", and check that the weekday is the right one."""
    read = datetime.strptime(text, "%a %d %b %Y").date()  # noqa: DTZ007
    assert f"{read:%a}" == text[:3], f"{text} is a {read:%A}"
    return read


# Per case: rule, trigger, due; then the answers of two readings we do not take: A counts the day
# of the trigger, B deems a trigger on a day off received on the next working day.
WORKED = {
    "D01-plain-week": ("DL01", "Mon 2 Jul 2018", "Mon 9 Jul 2018", "Fri 6 Jul 2018", None),
    "D02-late-summer-2018": ("DL01", "Thu 23 Aug 2018", "Fri 31 Aug 2018", "Thu 30 Aug 2018", None),
    "D03-Christmas-2018": ("DL01", "Fri 21 Dec 2018", "Wed 2 Jan 2019", "Mon 31 Dec 2018", None),
    "D04-Good-Friday-2019": ("DL01", "Thu 18 Apr 2019", "Mon 29 Apr 2019", "Fri 26 Apr 2019", None),
    "D05-a-Saturday": ("DL01", "Sat 1 Jun 2019", "Fri 7 Jun 2019", None, "Mon 10 Jun 2019"),
    "D06-early-May-moved": ("DL01", "Fri 1 May 2020", "Mon 11 May 2020", "Thu 7 May 2020", None),
    "D07-Boxing-Day-moved": ("DL01", "Wed 23 Dec 2020", "Mon 4 Jan 2021", "Thu 31 Dec 2020", None),
    "D08-Christmas-moved": ("DL01", "Thu 23 Dec 2021", "Tue 4 Jan 2022", "Fri 31 Dec 2021", None),
    "D09-New-Year-moved": ("DL01", "Thu 30 Dec 2021", "Fri 7 Jan 2022", "Thu 6 Jan 2022", None),
    "D10-Platinum-Jubilee": ("DL01", "Fri 27 May 2022", "Tue 7 Jun 2022", "Mon 6 Jun 2022", None),
    "D11-State-Funeral": ("DL01", "Thu 15 Sep 2022", "Fri 23 Sep 2022", "Thu 22 Sep 2022", None),
    "D12-Christmas-2022": ("DL01", "Fri 23 Dec 2022", "Wed 4 Jan 2023", "Tue 3 Jan 2023", None),
    "D13-two-May-holidays": ("DL01", "Fri 28 Apr 2023", "Tue 9 May 2023", "Fri 5 May 2023", None),
    "D14-Coronation": ("DL01", "Tue 2 May 2023", "Wed 10 May 2023", "Tue 9 May 2023", None),
    "D15-Easter-2024": ("DL01", "Thu 28 Mar 2024", "Mon 8 Apr 2024", "Fri 5 Apr 2024", None),
    "D16-late-summer-2025": ("DL01", "Thu 21 Aug 2025", "Fri 29 Aug 2025", "Thu 28 Aug 2025", None),
    "D17-Christmas-2025": ("DL01", "Wed 24 Dec 2025", "Mon 5 Jan 2026", "Fri 2 Jan 2026", None),
    "D18-Easter-2026": ("DL01", "Wed 1 Apr 2026", "Fri 10 Apr 2026", "Thu 9 Apr 2026", None),
    "D19-Boxing-Day-2026": ("DL01", "Tue 22 Dec 2026", "Thu 31 Dec 2026", "Wed 30 Dec 2026", None),
    "D20-review-Christmas": ("DL07", "Mon 10 Dec 2018", "Thu 3 Jan 2019", "Wed 2 Jan 2019", None),
    "D21-review-Easter": ("DL07", "Fri 5 Apr 2019", "Tue 30 Apr 2019", "Mon 29 Apr 2019", None),
    "D22-review-VE-day": ("DL07", "Fri 24 Apr 2020", "Mon 18 May 2020", "Fri 15 May 2020", None),
    "D23-review-Jubilee": ("DL07", "Fri 20 May 2022", "Tue 14 Jun 2022", "Mon 13 Jun 2022", None),
    "D24-review-two-in-May": (
        "DL07",
        "Thu 20 Apr 2023",
        "Mon 15 May 2023",
        "Fri 12 May 2023",
        None,
    ),
    "D25-review-Christmas-24": (
        "DL07",
        "Fri 13 Dec 2024",
        "Wed 8 Jan 2025",
        "Tue 7 Jan 2025",
        None,
    ),
}


@pytest.mark.parametrize(
    ("rule_id", "trigger", "due", "variant_a", "variant_b"),
    [pytest.param(*row, id=name) for name, row in WORKED.items()],
)
def test_a_worked_example_gets_its_due_date_and_no_other_reading(
    rule_id: str, trigger: str, due: str, variant_a: str | None, variant_b: str | None
) -> None:
    made = calculate(rule(rule_id, day(trigger)), CALENDAR, day(trigger))
    assert made.due_date == day(due)
    assert made.due_date not in [day(text) for text in (variant_a, variant_b) if text]


@pytest.mark.parametrize("rule_id", ["DL02", "DL03", "DL04"])
def test_partners_and_looked_after_deaths_have_the_same_five_working_days(rule_id: str) -> None:
    made = calculate(a_rule(rule_id), CALENDAR, day("Thu 18 Apr 2019"))
    assert made.due_date == day("Mon 29 Apr 2019")


def test_a_report_is_settled_by_the_next_working_day() -> None:
    made = calculate(a_rule("TRIAGE"), CALENDAR, datetime(2019, 4, 18, 16, tzinfo=UTC))
    assert made.due_date == day("Tue 23 Apr 2019")


def test_d28_the_review_runs_from_the_notification_and_shows_the_date_from_awareness() -> None:
    aware, sent = day("Wed 5 Jun 2019"), datetime(2019, 6, 11, 15, tzinfo=UTC)
    notify = calculate(a_rule("DL01"), CALENDAR, aware)
    review = calculate(a_rule("DL07"), CALENDAR, sent, alternative_starts={"AWARE": aware})
    assert notify.due_date == day("Wed 12 Jun 2019")
    assert not days_late(CALENDAR, notify.due_date, sent).late
    assert (review.basis, review.due_date) == ("NOTIFIED", day("Tue 2 Jul 2019"))
    assert review.alternatives == {"AWARE": day("Wed 26 Jun 2019")}
    assert review.alt_due_date == day("Wed 26 Jun 2019")


def test_without_the_other_start_there_is_no_alternative_date() -> None:
    assert calculate(a_rule("DL07"), CALENDAR, day("Tue 11 Jun 2019")).alt_due_date is None


@pytest.mark.parametrize(
    ("instant", "local", "due"),
    [
        pytest.param(
            datetime(2019, 6, 2, 23, 30, tzinfo=UTC),
            "Mon 3 Jun 2019",
            "Mon 10 Jun 2019",
            id="D40-half-past-midnight-in-summer",
        ),
        pytest.param(
            datetime(2019, 12, 2, 23, 30, tzinfo=UTC),
            "Mon 2 Dec 2019",
            "Mon 9 Dec 2019",
            id="D41-half-past-eleven-in-winter",
        ),
    ],
)
def test_an_instant_counts_from_its_day_in_london(instant: datetime, local: str, due: str) -> None:
    made = calculate(a_rule("DL01"), CALENDAR, instant)
    assert (made.start, made.start_local_date, made.due_date) == (instant, day(local), day(due))


def test_d42_a_summer_deadline_is_late_from_eleven_at_night_utc() -> None:
    made = calculate(a_rule("DL01"), CALENDAR, day("Thu 18 Apr 2019"))
    assert made.late_from == datetime(2019, 4, 29, 23, tzinfo=UTC)
    last_moment = made.late_from - timedelta(seconds=1)
    assert not days_late(CALENDAR, made.due_date, last_moment).late
    assert days_late(CALENDAR, made.due_date, made.late_from).late


def test_d43_a_winter_deadline_is_late_from_midnight_utc() -> None:
    made = calculate(a_rule("DL01"), CALENDAR, day("Mon 21 Oct 2019"))
    assert made.due_date == day("Mon 28 Oct 2019")
    assert made.late_from == datetime(2019, 10, 29, tzinfo=UTC)


def test_d44_beyond_the_published_holidays_there_is_no_due_date() -> None:
    with pytest.raises(CalendarOutOfRange) as refused:
        calculate(a_rule("DL01"), CALENDAR, CALENDAR.last - timedelta(days=3))
    assert refused.value.code == "CALENDAR_OUT_OF_RANGE"


def test_d45_monday_4_may_2020_counts_and_friday_8_may_does_not() -> None:
    counted = {
        row.day: row.skipped_because
        for row in calculate(a_rule("DL01"), CALENDAR, day("Fri 1 May 2020")).ledger
    }
    assert counted[day("Mon 4 May 2020")] is None
    assert counted[day("Fri 8 May 2020")] == "Early May bank holiday (VE day)"


def test_d46_monday_30_may_2022_counts_and_the_jubilee_days_do_not() -> None:
    made = calculate(a_rule("DL01"), CALENDAR, day("Fri 27 May 2022"))
    counted = [row.day for row in made.ledger if row.counted]
    assert day("Mon 30 May 2022") in counted
    assert not {day("Thu 2 Jun 2022"), day("Fri 3 Jun 2022")} & set(counted)


@pytest.mark.parametrize(
    ("sent", "working", "calendar_days"),
    [
        pytest.param(datetime(2019, 4, 26, 12, tzinfo=UTC), 0, 0, id="on-time"),
        pytest.param(datetime(2019, 4, 29, 12, tzinfo=UTC), 1, 3, id="after-a-weekend"),
        pytest.param(datetime(2019, 5, 1, 12, tzinfo=UTC), 3, 5, id="three-working-days"),
        pytest.param(datetime(2019, 5, 7, 12, tzinfo=UTC), 6, 11, id="past-a-bank-holiday"),
    ],
)
def test_lateness_is_told_in_working_and_in_calendar_days(
    sent: datetime, working: int, calendar_days: int
) -> None:
    late = days_late(CALENDAR, day("Fri 26 Apr 2019"), sent)
    assert (late.working_days, late.calendar_days) == (working, calendar_days)
    assert late.late is (calendar_days > 0)


def test_a_notification_sent_on_saturday_is_late_though_no_working_day_has_passed() -> None:
    late = days_late(CALENDAR, day("Fri 26 Apr 2019"), datetime(2019, 4, 27, 9, tzinfo=UTC))
    assert (late.late, late.working_days, late.calendar_days) == (True, 0, 1)


def test_the_warning_comes_its_lead_of_working_days_before_the_due_date() -> None:
    assert due_soon_on(a_rule("DL01"), CALENDAR, day("Tue 23 Apr 2019")) == day("Wed 17 Apr 2019")
    assert due_soon_on(a_rule("TRIAGE"), CALENDAR, day("Tue 23 Apr 2019")) is None


def test_a_calculation_carries_what_explains_it() -> None:
    made = calculate(a_rule("DL07"), CALENDAR, day("Tue 11 Jun 2019"))
    assert (made.rule_id, made.rule_version) == ("DL07", 1)
    assert made.calendar_version == CALENDAR.version
    assert "Fifteen working days" in made.citations[0].says


NAIVE = datetime(2019, 6, 3, 12)  # noqa: DTZ001


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda: calculate(a_rule("DL01"), CALENDAR, NAIVE), id="as-the-start"),
        pytest.param(
            lambda: calculate(
                a_rule("DL07"), CALENDAR, date(2019, 6, 3), alternative_starts={"AWARE": NAIVE}
            ),
            id="as-the-other-start",
        ),
        pytest.param(lambda: days_late(CALENDAR, date(2019, 6, 3), NAIVE), id="as-the-sending"),
    ],
)
def test_a_datetime_without_a_zone_is_refused(ask: Callable[[], object]) -> None:
    with pytest.raises(NaiveInstant):
        ask()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"unit": "months"}, "unit_not_supported", id="months"),
        pytest.param({"unit": "calendar_days"}, "unit_not_supported", id="calendar-days"),
        pytest.param({"unit": "elapsed_hours"}, "unit_not_supported", id="elapsed-hours"),
        pytest.param({"direction": "backward"}, "unit_not_supported", id="backward"),
        pytest.param({"unit": None, "count": None}, "no_time_limit", id="promptly"),
        pytest.param({"calendar": "scotland"}, "calendar_mismatch", id="another-calendar"),
    ],
)
def test_what_cannot_be_counted_yet_is_refused_with_a_code(
    changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(RuleError) as refused:
        calculate(a_rule("DL01", **changes), CALENDAR, date(2019, 6, 3))
    assert refused.value.code == code


def test_a_start_for_a_basis_the_rule_does_not_name_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        calculate(
            a_rule("DL04"),
            CALENDAR,
            date(2019, 6, 3),
            alternative_starts={"INCIDENT": date(2019, 6, 1)},
        )
    assert refused.value.code == "unknown_alternative"


@seed(20180629)
@settings(database=None, print_blob=True, max_examples=100)
@given(
    st.sampled_from(["TRIAGE", "DL01", "DL02", "DL03", "DL04", "DL07"]),
    st.datetimes(datetime(2018, 7, 1), datetime(2028, 11, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_a_ledger_starts_on_the_local_day_ends_on_the_due_date_and_counts_the_rule(
    rule_id: str, start: datetime
) -> None:
    limit = rule(rule_id, start.date())
    made = calculate(limit, CALENDAR, start)
    assert (made.ledger[0].day, made.ledger[-1].day) == (made.start_local_date, made.due_date)
    assert sum(row.counted for row in made.ledger) == limit.count
    assert CALENDAR.is_working_day(made.due_date)
