"""Local profiles: what an area has settled differently, as a file and no code."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.rapid_review_timer.calculation import calculate, days_late
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import RuleError
from services.rapid_review_timer.rules import load_rule_book, rule_book
from tests.services.rapid_review_timer.sample_rules import CALENDAR, day

ON = date(2019, 6, 11)


def local(rules: Path, **settled: Any) -> RuleBook:
    """The book of an area that has settled this."""
    profile = {"id": "local", "title": "A sample area", "areas": ["E06000001"], **settled}
    (rules / "profiles" / "local.json").write_text(json.dumps(profile))
    return load_rule_book(rules).under("local")


def test_an_area_that_has_settled_nothing_reads_the_rules_as_england_does(rules: Path) -> None:
    assert local(rules).rules == rule_book().rules


def test_a_rule_can_be_off(rules: Path) -> None:
    with pytest.raises(RuleError) as refused:
        local(rules, off=["DL06"]).rule("DL06", ON)
    assert refused.value.code == "rule_off"


def test_the_checkpoint_is_off_where_only_the_review_counts(rules: Path) -> None:
    book = local(rules, options={"X1": "REVIEW_ONLY"})
    assert book.off == {"DL06"}
    assert book.rule("DL07", ON).count == 15


def test_a_rapid_review_may_start_with_awareness_and_shows_the_date_from_notification(
    rules: Path,
) -> None:
    review = local(rules, options={"X2": "AWARE"}).rule("DL07", ON)
    assert (review.basis, review.trigger) == ("AWARE", "clock_start")
    made = calculate(
        review,
        CALENDAR,
        day("Wed 5 Jun 2019"),
        alternative_starts={"NOTIFIED": day("Tue 11 Jun 2019")},
    )
    assert made.due_date == day("Wed 26 Jun 2019")
    assert made.alternatives == {"NOTIFIED": day("Tue 2 Jul 2019")}


def test_kent_expects_the_panels_reply_in_ten_days_and_shows_fifteen_beside_them() -> None:
    reply = rule_book("kent").rule("DL09", ON)
    made = calculate(reply, CALENDAR, day("Thu 30 May 2019"))
    assert made.due_date == day("Thu 13 Jun 2019")
    assert made.alternatives == {"FIFTEEN_WORKING_DAYS": day("Thu 20 Jun 2019")}


def test_where_the_panel_replies_promptly_there_is_no_date(rules: Path) -> None:
    reply = local(rules, options={"X4": "PROMPTLY"}).rule("DL09", ON)
    with pytest.raises(RuleError) as refused:
        calculate(reply, CALENDAR, ON)
    assert refused.value.code == "no_time_limit"
    others = {other.basis: other.span for other in reply.alternatives}
    assert others.keys() == {"TEN_DAYS", "FIFTEEN_WORKING_DAYS"}


def test_a_prompt_sending_may_get_the_sixteenth_day(rules: Path) -> None:
    send = local(rules, options={"X14": "DAY_16"}).rule("DL08", ON)
    made = calculate(send, CALENDAR, day("Tue 11 Jun 2019"))
    assert (send.trigger, made.due_date) == ("notification_sent", day("Wed 3 Jul 2019"))


def test_a_fixed_date_gives_way_to_a_length_and_is_still_the_latest(rules: Path) -> None:
    implement = local(rules, options={"X13": "THREE_MONTHS"}).rule("DL25", ON)
    assert calculate(implement, CALENDAR, day("Tue 26 Mar 2019")).due_date == date(2019, 6, 26)
    assert calculate(implement, CALENDAR, day("Mon 1 Jul 2019")).due_date == date(2019, 9, 29)


def test_a_limit_may_have_a_local_length_and_a_local_warning(rules: Path) -> None:
    book = local(
        rules,
        lengths={"DL08": {"count": 1, "unit": "working_days"}},
        due_soon_leads={"DL07": 5},
    )
    assert book.rule("DL07", ON).due_soon_lead == 5
    made = calculate(book.rule("DL08", ON), CALENDAR, day("Fri 7 Jun 2019"))
    assert made.due_date == day("Mon 10 Jun 2019")


def test_from_the_cutoff_on_it_is_the_next_working_day(rules: Path) -> None:
    notify = local(rules, cutoff="17:00:00").rule("DL01", ON)
    five, earlier = (
        calculate(notify, CALENDAR, datetime(2019, 4, 18, hour, minute, tzinfo=UTC))
        for hour, minute in ((16, 0), (15, 59))
    )
    assert earlier.due_date == day("Mon 29 Apr 2019")
    assert five.due_date == day("Tue 30 Apr 2019")
    assert five.late_from == datetime(2019, 4, 30, 16, tzinfo=UTC)
    assert [row.skipped_because for row in five.ledger[:6]] == [
        "came after 17:00, counts as the next working day",
        "Good Friday",
        "Saturday",
        "Sunday",
        "Easter Monday",
        "day of the trigger, day 0",
    ]
    assert [row.reached for row in five.ledger[:8]] == [0, 0, 0, 0, 0, 0, 1, 2]


def test_what_is_sent_from_the_cutoff_of_the_due_date_on_is_late(rules: Path) -> None:
    notify = local(rules, cutoff="17:00:00").rule("DL01", ON)
    made = calculate(notify, CALENDAR, day("Mon 3 Jun 2019"))
    at_five = datetime(2019, 6, 10, 16, tzinfo=UTC)
    assert days_late(CALENDAR, made.due_date, at_five, made.late_from).late
    assert not days_late(CALENDAR, made.due_date, at_five.replace(hour=15), made.late_from).late


def test_a_cutoff_does_not_move_the_day_that_is_counted_back_from(rules: Path) -> None:
    copies = local(rules, cutoff="17:00:00").rule("DL12", ON)
    made = calculate(copies, CALENDAR, day("Mon 14 Oct 2019"))
    assert made.due_date == day("Thu 3 Oct 2019")
    assert made.late_from == datetime(2019, 10, 3, 16, tzinfo=UTC)


def test_an_area_has_its_own_profile_or_that_of_everybody() -> None:
    book = rule_book()
    assert (book.profile_of("E10000016"), book.profile_of("E09000003")) == ("kent", "england")


def test_an_unknown_profile_is_refused_with_those_there_are() -> None:
    with pytest.raises(RuleError, match="england, kent") as refused:
        rule_book("nowhere")
    assert refused.value.code == "unknown_profile"


@pytest.mark.parametrize(
    "settled",
    [
        pytest.param({"off": ["DL99"]}, id="a-rule-that-is-not-there"),
        pytest.param({"options": {"X99": "BOTH"}}, id="a-discrepancy-that-is-not-there"),
        pytest.param({"options": {"X2": "NEVER"}}, id="a-side-that-is-not-there"),
        pytest.param({"overlay_ends": {"C20": "2020-09-25"}}, id="an-overlay-that-is-not-there"),
        pytest.param({"due_soon_leads": {"DL07": 0}}, id="a-warning-on-the-day-itself"),
        pytest.param({"due_soon_leads": {"DL20": 1}}, id="working-days-before-hours"),
        pytest.param({"lengths": {"DL12": {"count": 1, "unit": "months"}}}, id="months-back"),
        pytest.param({"areas": ["E10000016"]}, id="an-area-that-has-a-profile"),
        pytest.param({"areas": []}, id="a-second-profile-for-everybody"),
        pytest.param({"cutoff": "17:00:00Z"}, id="a-cutoff-with-a-zone"),
        pytest.param({"colour": "red"}, id="an-unknown-field"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(rules: Path, settled: dict[str, Any]) -> None:
    with pytest.raises(RuleError) as refused:
        local(rules, **settled)
    assert refused.value.code == "rules_invalid"
