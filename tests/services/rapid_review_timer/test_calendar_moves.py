"""What a newer calendar makes of a case's deadlines is what its facts would give with it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, seed, settings
from hypothesis import strategies as st

from services.rapid_review_timer.calendar_moves import needs_facts
from services.rapid_review_timer.deadline import deadlines_of
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.telling import told_of
from shared.calendar.versions import CalendarVersions, bundled_versions
from shared.contracts.deadline_events import DeadlineMoved
from shared.contracts.event_codes import DueKind
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.recounting import Stored, recounted, stored_of
from tests.services.rapid_review_timer.sample_calendars import MOVED_BACK, WITH_A_HOLIDAY
from tests.services.rapid_review_timer.sample_cases import AWARE, notifiable
from tests.services.rapid_review_timer.sample_deadlines import kept_deadline
from tests.shared.calendar.test_versions import version

BEFORE = bundled_versions()
AFTER = BEFORE.having(WITH_A_HOLIDAY)
NOW = at("2019-06-07")


def told_case() -> tuple[CaseTold, Stored]:
    """Aware on 5 June 2019, the Panel notified late, on 13 June: DL07 runs from then."""
    case = CaseTold()
    notifiable(case)
    case.notified(at("2019-06-13", "15:00"))
    _, stored = stored_of(case.case_id, case.facts, BEFORE, {})
    return case, stored


def due(stored: Stored) -> dict[str, date]:
    return {kept.deadline.rule: kept.deadline.basis.due_date for kept in stored.values()}


def test_r11_a_new_bank_holiday_moves_what_is_open_and_nothing_that_was_met() -> None:
    case, stored = told_case()
    told, after = recounted(stored, case.facts, AFTER, NOW)
    assert [change.deadline.rule for change in told] == ["DL02"]
    assert due(after) == due(stored) | {"DL02": date(2019, 6, 13)}


def test_r11_the_move_is_told_with_both_dates_and_why() -> None:
    case, stored = told_case()
    (change,), _ = recounted(stored, case.facts, AFTER, NOW)
    ((said, happened_at),) = told_of(change, NOW)
    assert isinstance(said, DeadlineMoved)
    assert (said.previous_due_date, said.due_date) == (date(2019, 6, 12), date(2019, 6, 13))
    assert (said.reason, said.calendar_version) == ("calendar_revised", WITH_A_HOLIDAY.version)
    assert (said.revision, happened_at) == (2, NOW)


def test_what_was_moved_is_heard_of_on_its_new_day() -> None:
    case, stored = told_case()
    _, after = recounted(stored, case.facts, AFTER, NOW)
    (partners,) = [kept for kept in after.values() if kept.deadline.rule == "DL02"]
    assert [firing.kind for firing in partners.planned] == list(DueKind)[:3]
    assert partners.planned[1].due_at == at("2019-06-13", "07:00")
    assert (partners.moved_because, partners.moved_at) == ("calendar_revised", NOW)


def test_the_date_by_another_reading_moves_with_it() -> None:
    case = CaseTold()
    notifiable(case)
    case.notified(at("2019-05-24", "15:00"))
    both = BEFORE.having(MOVED_BACK)
    _, stored = stored_of(case.case_id, case.facts, BEFORE, {})
    _, after = recounted(stored, case.facts, both, NOW)
    (review,) = [kept for kept in after.values() if kept.deadline.rule == "DL07"]
    derived = deadlines_of(case.case_id, case.facts, rule_book(), both.newest)
    assert review.deadline in derived.deadlines
    assert review.revision == 2


def test_facts_are_needed_only_for_a_date_that_is_counted_from_another_start() -> None:
    """DL07 stands beside its date from awareness; DL01 is kept without its date from the incident,
    and DL09's other reading is another length from its own start."""
    _, stored = told_case()
    kept = {each.deadline.rule: each for each in stored.values()}
    book = rule_book()
    assert needs_facts(kept["DL07"], book)
    assert kept["DL01"].deadline.basis.alternatives == {}
    assert not needs_facts(kept["DL01"], book)
    panel_reply = kept_deadline("DL09", "2019-06-03")
    basis = replace(panel_reply.deadline.basis, alternatives={"TEN_DAYS": date(2019, 6, 17)})
    beside = replace(panel_reply, deadline=replace(panel_reply.deadline, basis=basis))
    assert not needs_facts(beside, book)


def test_a_late_arriving_fact_after_the_recount_says_nothing_of_the_calendar() -> None:
    case, stored = told_case()
    _, after = recounted(stored, case.facts, AFTER, NOW)
    told, _ = stored_of(case.case_id, case.facts, AFTER, after)
    assert [change for change in told if change.says] == []


def test_a_corrected_fact_judges_again_what_the_calendar_left_alone() -> None:
    case, stored = told_case()
    _, after = recounted(stored, case.facts, AFTER, NOW)
    case.assessed(at("2019-06-14"), AWARE - timedelta(days=2))
    told, _ = stored_of(case.case_id, case.facts, AFTER, after)
    by_rule = {change.deadline.rule: change for change in told if change.says}
    assert by_rule["DL01"].says == ("moved", "met")
    assert by_rule["DL01"].deadline.basis.calendar_version == WITH_A_HOLIDAY.version


days = st.dates(date(2019, 5, 20), date(2019, 7, 26)).filter(lambda day: day.weekday() < 5)


@seed(20190610)
@settings(database=None, print_blob=True, max_examples=60, deadline=None)
@given(
    changed=st.sets(days, min_size=1, max_size=4),
    aware=st.integers(0, 20),
    sent_after=st.integers(0, 12),
    heard=st.integers(1, 4),
)
def test_a_recount_gives_what_the_facts_give_and_says_it_once(
    changed: set[date], aware: int, sent_after: int, heard: int
) -> None:
    start = at("2019-05-20") + timedelta(days=aware)
    case = CaseTold()
    case.reported(start)
    case.assessed(start, start)
    case.decided(start + timedelta(days=1), clock_start=start)
    case.notified(start + timedelta(days=sent_after))
    facts = case.facts[:heard]
    known = BEFORE.newest.holidays
    titles: dict[str, Any] = {
        f"d{day:%Y%m%d}": None if day in known else "Invented" for day in changed
    }
    newer = version("changed", "2026-06-01", **titles)
    both = CalendarVersions.of((*BEFORE.held, newer))
    _, stored = stored_of(case.case_id, facts, BEFORE, {})
    told, after = recounted(stored, facts, both, start)
    again, settled = stored_of(case.case_id, facts, both, after)
    assert [change for change in again if change.says] == []
    for key, kept in settled.items():
        if not stored[key].is_settled:
            derived = deadlines_of(case.case_id, facts, rule_book(), newer).deadlines
            assert kept.deadline in derived
    assert {c.deadline.deadline_id for c in told} == {
        key
        for key, kept in stored.items()
        if not kept.is_settled and due_of(after, key) != kept.deadline.basis.due_date
    }
    assert recounted(settled, facts, both, start)[0] == []


def due_of(stored: Stored, key: object) -> date:
    return next(k.deadline.basis.due_date for each, k in stored.items() if each == key)


def test_what_was_fired_as_overdue_keeps_its_day_and_its_calendar() -> None:
    case, stored = told_case()
    fired = {key: replace(kept, next_firing=None) for key, kept in stored.items()}
    told, after = recounted(fired, case.facts, AFTER, NOW)
    assert (told, after) == ([], fired)
    told, _ = stored_of(case.case_id, case.facts, AFTER, fired)
    assert [change for change in told if change.says] == []
