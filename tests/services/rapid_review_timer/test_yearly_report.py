"""The clocks of yearly reports: the next within twelve months, copies within seven days."""

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import permutations
from pathlib import Path

import pytest

from services.rapid_review_timer.circumstances import Refused
from services.rapid_review_timer.outcome import Cancelled, Met
from services.rapid_review_timer.rules import load_rule_book
from tests.services.rapid_review_timer.case_told import WIRRAL
from tests.services.rapid_review_timer.yearly_report_told import ADDRESS, ReportsTold

PANEL, CENTRE = "panel", "what_works_centre"


@pytest.fixture
def area() -> ReportsTold:
    return ReportsTold()


def test_d38_copies_are_due_seven_calendar_days_after_publication(area: ReportsTold) -> None:
    area.published("2023-12-22", "2023-03-31")
    assert area.clock("DL17").basis.due_date == date(2023, 12, 29)


def test_d39_the_next_report_is_due_within_twelve_months_of_the_last(area: ReportsTold) -> None:
    area.published("2020-09-30", "2020-03-31")
    next_one = area.clock("DL16")
    assert (next_one.basis.due_date, next_one.state) == (date(2021, 9, 30), "running")
    assert not next_one.awaits_receipt


def test_the_next_publication_meets_the_limit_and_starts_another(area: ReportsTold) -> None:
    area.published("2020-09-30", "2020-03-31")
    area.published("2021-10-04", "2021-03-31")
    met = area.clock("DL16").outcome
    assert isinstance(met, Met)
    assert (met.on_time, met.working_days_late) == (False, 2)
    assert area.clock("DL16", 2).basis.due_date == date(2022, 10, 4)
    area.published("2022-10-03", "2022-03-31")
    assert area.clock("DL16").outcome == met


def test_a_report_that_is_recorded_late_meets_the_limit_on_its_own_day(area: ReportsTold) -> None:
    """Whichever was recorded first: reports are told apart by when they were published."""
    area.published("2021-09-01", "2021-03-31")
    area.published("2020-09-30", "2020-03-31", recorded="2021-09-02")
    met = area.clock("DL16", 2).outcome
    assert isinstance(met, Met)
    assert met.on_time
    assert area.clock("DL16", 1).state == "running"


def test_the_copies_are_met_by_the_last_that_arrived(area: ReportsTold) -> None:
    report = area.published("2022-09-15", "2022-03-31")
    area.sent(report, PANEL, "2022-09-15")
    assert (area.clock("DL17").state, area.clock("DL17").awaits_receipt) == ("running", False)
    area.sent(report, CENTRE, "2022-09-20")
    area.sent(report, PANEL, "2022-09-30")
    assert not area.clock("DL17").awaits_receipt
    met = area.clock("DL17").outcome
    assert isinstance(met, Met)
    assert met.on_time
    assert met.at.date() == date(2022, 9, 20)


def test_the_copies_of_one_report_are_not_those_of_another(area: ReportsTold) -> None:
    area.published("2021-09-15", "2021-03-31")
    second = area.published("2022-09-14", "2022-03-31")
    for kind in (PANEL, CENTRE):
        area.sent(second, kind, "2022-09-15")
    assert [area.clock("DL17", cycle).state for cycle in (1, 2)] == ["running", "met"]


def test_what_is_told_of_another_area_changes_nothing(area: ReportsTold) -> None:
    area.published("2020-09-30", "2020-03-31")
    other = ReportsTold(WIRRAL)
    for on, until in (("2020-10-02", "2020-03-31"), ("2021-09-01", "2021-03-31")):
        report = other.published(on, until)
        for kind in (PANEL, CENTRE):
            other.sent(report, kind, on)
    assert area.clocks([*other.told.facts, *area.told.facts]) == area.clocks()


def test_copies_of_which_nobody_knows_that_they_arrived_await_their_receipts(
    area: ReportsTold,
) -> None:
    report = area.published("2022-09-15", "2022-03-31")
    area.sent(report, PANEL, "2022-09-15", arrived=False)
    area.sent(report, CENTRE, "2022-09-15")
    assert (area.clock("DL17").state, area.clock("DL17").awaits_receipt) == ("running", True)


def test_the_copy_goes_to_the_body_that_there_is(area: ReportsTold) -> None:
    def recipients(on: str, until: str) -> list[str]:
        return [one.recipient for one in area.published(on, until).obligations]

    assert recipients("2022-09-15", "2022-03-31") == ["panel", "what-works-centre-csc"]
    assert recipients("2023-09-15", "2023-03-31") == ["panel", "what-works-centre"]


def test_before_the_rules_of_2018_no_report_is_taken(area: ReportsTold) -> None:
    """Nor is one moved there: its clocks would end by nothing."""
    early = partial(area.published, "2018-06-28", "2018-03-31", recorded="2019-01-10")
    assert code_of(early) == "before_the_rules"
    first = area.published("2018-06-29", "2018-03-31", recorded="2019-01-10")
    assert code_of(partial(early, corrects=first.report_id)) == "before_the_rules"
    assert area.clock("DL17").basis.due_date == date(2018, 7, 6)


def test_whom_a_rule_does_not_name_receives_no_copy(rules: Path) -> None:
    path = rules / "DL17.json"
    path.write_text(path.read_text().replace('"panel",', ""))
    area = ReportsTold(book=load_rule_book(rules))
    (owed,) = area.published("2022-09-15", "2022-03-31").obligations
    assert owed.recipient == "what-works-centre-csc"


def test_a_corrected_day_moves_both_clocks_and_owes_the_same_copies(area: ReportsTold) -> None:
    first = area.published("2022-09-15", "2022-03-31")
    again = area.published(
        "2022-09-22", "2022-03-31", recorded="2022-09-23", corrects=first.report_id
    )
    assert (again.cycle, again.revision, again.obligations) == (1, 2, first.obligations)
    assert area.clock("DL17").basis.due_date == date(2022, 9, 29)
    assert area.clock("DL16").basis.due_date == date(2023, 9, 22)


def test_a_correction_of_the_period_or_the_address_moves_no_clock(area: ReportsTold) -> None:
    first = area.published("2022-09-15", "2022-03-31")
    for kind in (PANEL, CENTRE):
        area.sent(first, kind, "2022-09-16")
    before = area.clocks()
    again = area.published("2022-09-15", "2022-04-01", corrects=first.report_id)
    assert again.revision == 2
    third = area.published(
        "2022-09-15", "2022-04-01", corrects=first.report_id, address=f"{ADDRESS}/2"
    )
    assert (third.revision, third.address) == (3, f"{ADDRESS}/2")
    assert area.clocks() == before


def test_a_report_that_overlaps_another_is_the_same_once_more(area: ReportsTold) -> None:
    """A second partner records it, and is off by a day."""
    first = area.published("2021-09-15", "2021-03-31")
    for until in ("2021-03-30", "2021-04-01", "2020-04-01"):
        twice = partial(area.published, "2021-09-16", until, recorded="2023-01-10")
        assert code_of(twice) == "already_recorded"
    sharing_a_day = partial(area.published, "2022-09-16", "2022-03-30", recorded="2023-01-10")
    assert code_of(sharing_a_day) == "already_recorded"
    area.published("2020-09-16", "2020-03-31", recorded="2023-01-10")
    area.published("2022-09-16", "2022-03-31")
    onto_the_next = partial(
        area.published, "2021-09-15", "2021-04-01", corrects=first.report_id, recorded="2022-10-10"
    )
    assert code_of(onto_the_next) == "already_recorded"


def test_of_two_published_on_one_day_the_later_recorded_is_the_next(area: ReportsTold) -> None:
    area.published("2021-09-15", "2020-03-31")
    area.published("2021-09-15", "2021-03-31")
    assert [area.clock("DL16", cycle).state for cycle in (1, 2)] == ["met", "running"]


def test_a_report_that_there_never_was_ends_its_clocks_and_met_none(area: ReportsTold) -> None:
    area.published("2020-09-30", "2020-03-31")
    second = area.published("2021-06-01", "2021-03-31")
    assert area.clock("DL16").state == "met"
    assert area.withdrawn(second, "2021-06-02").revision == 2
    assert area.clock("DL16").state == "running"
    ended = area.clock("DL17", 2).outcome
    assert isinstance(ended, Cancelled)
    assert ended.reason == "withdrawn"
    assert area.clock("DL16", 2).state == "cancelled"
    area.published("2021-07-01", "2021-03-31")
    assert area.clock("DL16").state == "met"


def test_the_same_facts_in_any_order_give_the_same_clocks(area: ReportsTold) -> None:
    first = area.published("2022-09-15", "2022-03-31")
    area.sent(first, PANEL, "2022-09-15")
    area.sent(first, CENTRE, "2022-09-16")
    area.published("2022-09-14", "2022-03-31", recorded="2022-09-23", corrects=first.report_id)
    facts = list(area.told.facts)
    wanted = area.clocks()
    for order in permutations(facts):
        assert area.clocks([*order, order[0]]) == wanted


@pytest.mark.parametrize(
    ("on", "until", "recorded", "code"),
    [
        ("2022-09-16", "2022-03-31", "2022-09-15", "in_the_future"),
        ("2022-09-14", "2021-03-31", "2022-09-15", "already_recorded"),
        ("2018-06-28", "2018-03-31", "2022-09-15", "before_the_rules"),
    ],
)
def test_what_cannot_be_is_refused(
    area: ReportsTold, on: str, until: str, recorded: str, code: str
) -> None:
    area.published("2021-09-15", "2021-03-31")
    assert code_of(partial(area.published, on, until, recorded=recorded)) == code


def test_a_correction_says_something_else_of_a_report_that_stands(area: ReportsTold) -> None:
    report = area.published("2021-09-15", "2021-03-31")
    same = partial(area.published, "2021-09-15", "2021-03-31", corrects=report.report_id)
    assert code_of(same) == "nothing_changed"
    area.withdrawn(report, "2021-09-16")
    assert code_of(same) == "already_withdrawn"
    assert code_of(partial(area.withdrawn, report, "2021-09-17")) == "already_withdrawn"


def code_of(refused: Callable[[], object]) -> str:
    with pytest.raises(Refused) as found:
        refused()
    return found.value.code
