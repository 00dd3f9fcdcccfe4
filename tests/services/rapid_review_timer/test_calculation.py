"""How lateness and warnings are counted, what explains a calculation, and what is refused."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from services.rapid_review_timer.calculation import (
    calculate,
    days_late,
    due_soon_on,
    earliest_publication,
)
from services.rapid_review_timer.rule_row import RuleError
from services.rapid_review_timer.rules import rule
from shared.calendar.errors import CalendarOutOfRange, NaiveInstant
from tests.services.rapid_review_timer.sample_rules import CALENDAR, a_rule, day


def test_without_the_other_start_there_is_no_alternative_date() -> None:
    assert calculate(a_rule("DL07"), CALENDAR, day("Tue 11 Jun 2019")).alt_due_date is None


def test_d44_beyond_the_published_holidays_there_is_no_due_date() -> None:
    with pytest.raises(CalendarOutOfRange) as refused:
        calculate(a_rule("DL01"), CALENDAR, CALENDAR.last - timedelta(days=3))
    assert refused.value.code == "CALENDAR_OUT_OF_RANGE"


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


def test_a_rule_that_says_promptly_has_no_due_date() -> None:
    for rule_id in ("DL08", "DL15"):
        with pytest.raises(RuleError) as refused:
            calculate(a_rule(rule_id), CALENDAR, date(2019, 6, 3))
        assert refused.value.code == "no_time_limit"


def test_a_calendar_of_another_nation_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        calculate(a_rule("DL01", calendar="scotland"), CALENDAR, date(2019, 6, 3))
    assert refused.value.code == "calendar_mismatch"


def test_hours_cannot_be_counted_from_a_date() -> None:
    with pytest.raises(RuleError) as refused:
        calculate(a_rule("DL20"), CALENDAR, date(2019, 6, 3))
    assert refused.value.code == "instant_needed"


def test_only_what_is_counted_back_has_an_earliest_publication() -> None:
    with pytest.raises(RuleError) as refused:
        earliest_publication(a_rule("DL07"), CALENDAR, date(2019, 6, 3))
    assert refused.value.code == "not_counted_back"


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
    st.sampled_from(["TRIAGE", "DL01", "DL02", "DL03", "DL04", "DL06", "DL07", "DL09", "DL10"]),
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
