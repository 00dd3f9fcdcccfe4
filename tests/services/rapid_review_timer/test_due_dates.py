"""Worked due dates: which days count, and at which instant a deadline is late."""

from datetime import UTC, datetime, timedelta

import pytest

from services.rapid_review_timer.calculation import calculate, days_late
from services.rapid_review_timer.rules import rule
from tests.services.rapid_review_timer.sample_rules import CALENDAR, a_rule, day

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
