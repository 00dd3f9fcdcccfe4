"""What holds of every rule and every start, checked against the tests' own way of counting."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import assume, given, seed, settings
from hypothesis import strategies as st

from services.rapid_review_timer.calculation import calculate, earliest_publication
from services.rapid_review_timer.rule_row import Rule
from services.rapid_review_timer.rules import rule_book
from tests.services.rapid_review_timer.sample_rules import CALENDAR, a_rule
from tests.shared.calendar import second_count

CUTOFF = time(17)
repeatable = settings(database=None, print_blob=True, max_examples=150)
days = st.dates(date(2018, 7, 1), date(2026, 12, 31))
instants = st.datetimes(datetime(2018, 7, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
CLOCKS = [
    versions[0]
    for versions in rule_book().rules.values()
    if versions[0].unit is not None and versions[0].unit != "fixed_date"
]
clocks = st.sampled_from(CLOCKS)


def due_by_second_count(rule: Rule, start: datetime) -> date:
    day, count = second_count.day_in_london(start), rule.count or 0
    if rule.unit == "working_days" and rule.direction == "backward":
        return second_count.nth_working_day_before(day, count)
    if rule.unit == "working_days":
        return second_count.nth_working_day_after(day, count)
    if rule.unit == "elapsed_hours":
        ends = start.timestamp() + count * 3600 - 0.000001
        return second_count.day_in_london(datetime.fromtimestamp(ends, UTC))
    if rule.unit == "calendar_days":
        return day + timedelta(days=count)
    end = second_count.same_day_in_a_later_month(day, count)
    if rule.not_after:
        return min(end, rule.not_after)
    return end - timedelta(days=rule.bounds == "at_least" and end.day == day.day)


@seed(20180629)
@repeatable
@given(clocks, instants)
def test_every_clock_falls_due_where_the_second_count_puts_it(rule: Rule, start: datetime) -> None:
    made = calculate(rule, CALENDAR, start)
    assert made.start_local_date == second_count.day_in_london(start)
    assert made.due_date == due_by_second_count(rule, start)


@seed(20180629)
@repeatable
@given(clocks, instants)
def test_it_is_late_from_the_end_of_the_due_date_or_of_the_last_hour(
    rule: Rule, start: datetime
) -> None:
    made = calculate(rule, CALENDAR, start)
    if rule.unit == "elapsed_hours":
        assert made.late_from == start + timedelta(hours=rule.count or 0)
    else:
        assert made.late_from == second_count.end_of_day_in_london(made.due_date)
    assert made.late_from.utcoffset() == timedelta(0)


@seed(20180629)
@repeatable
@given(clocks, instants)
def test_a_ledger_begins_with_the_start_and_ends_with_the_due_date(
    rule: Rule, start: datetime
) -> None:
    assume(rule.holds_on(second_count.day_in_london(start)))
    made = calculate(rule, CALENDAR, start)
    rows = made.ledger
    assert (rows[0].day, rows[-1].day) == (made.start_local_date, made.due_date)
    reached = [row.reached for row in rows]
    assert reached == sorted(reached)
    if rule.not_after is None:
        assert reached[-1] == rule.count
    in_order = [row.day for row in rows]
    assert in_order == sorted(set(in_order), reverse=rule.direction == "backward")


@seed(20180629)
@repeatable
@given(days)
def test_a_publication_is_not_too_early_and_could_not_be_earlier(sent: date) -> None:
    copies = a_rule("DL12")
    published = earliest_publication(copies, CALENDAR, sent)
    the_day_before = second_count.nth_working_day_before(published, 1)
    assert second_count.works(published)
    assert calculate(copies, CALENDAR, published).due_date >= sent
    assert calculate(copies, CALENDAR, the_day_before).due_date < sent


@seed(20180629)
@repeatable
@given(days)
def test_counted_back_and_forward_again_the_publication_is_the_planned_one(planned: date) -> None:
    copies = a_rule("DL12")
    made = calculate(copies, CALENDAR, planned)
    again = earliest_publication(copies, CALENDAR, made.due_date)
    assert again == planned if second_count.works(planned) else again > planned
    assert made.safe_date == second_count.nth_working_day_before(made.due_date, 1)


@seed(20180629)
@repeatable
@given(instants, st.integers(0, 60 * 24 * 10))
def test_with_a_cutoff_what_happens_later_is_never_due_earlier(
    start: datetime, minutes: int
) -> None:
    rule = a_rule("DL01", cutoff=CUTOFF)
    first = calculate(rule, CALENDAR, start)
    then = calculate(rule, CALENDAR, start + timedelta(minutes=minutes))
    assert first.late_from <= then.late_from


@seed(20180629)
@repeatable
@given(instants)
def test_a_cutoff_gives_a_day_to_what_comes_after_it_and_to_nothing_else(start: datetime) -> None:
    with_it = calculate(a_rule("DL01", cutoff=CUTOFF), CALENDAR, start)
    without = calculate(a_rule("DL01"), CALENDAR, start)
    lived = second_count.day_in_london(start)
    ends = second_count.end_of_day_in_london(lived) - timedelta(hours=7)
    if second_count.works(lived) and start < ends:
        assert with_it.due_date == without.due_date
    else:
        assert with_it.due_date == second_count.nth_working_day_after(without.due_date, 1)
    assert with_it.ledger[0].day == lived
    assert sum(row.counted for row in with_it.ledger) == 5
