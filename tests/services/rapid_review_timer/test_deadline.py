"""Which clocks start, from when and for which case, in whatever order facts arrive."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.rapid_review_timer.deadline import deadline_id_of, deadlines_of, survivor_of
from services.rapid_review_timer.rules import load_rule_book, rule_book
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.errors import CalendarOutOfRange
from shared.contracts.event_codes import Force
from tests.services.rapid_review_timer.case_told import (
    DFE,
    PANEL,
    WIRRAL,
    CaseTold,
    at,
    obligation,
)
from tests.services.rapid_review_timer.sample_cases import (
    AWARE,
    clocks,
    how_met,
    of,
    whole_story,
    why_cancelled,
)
from tests.services.rapid_review_timer.sample_rules import edit


def test_a_report_alone_has_one_working_day_to_be_settled(case: CaseTold) -> None:
    report = case.reported(at("2019-06-07", "15:00"))
    case.assessed(at("2019-06-07", "15:00"))
    (triage,) = of(case).values()
    assert (triage.rule, triage.state, triage.basis.force) == ("TRIAGE", "running", Force.LOCAL)
    assert triage.basis.due_date == date(2019, 6, 10)
    assert triage.basis.caused_by == report.event_id


def test_the_clock_starts_once_incident_and_criteria_are_known(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE)
    known = case.assessed(at("2019-06-06"), at("2019-06-06"))
    running = of(case)
    assert sorted(running) == ["DL01", "DL02", "TRIAGE"]
    assert running["DL01"].basis.due_date == date(2019, 6, 13)
    assert running["DL01"].basis.caused_by == known.event_id
    triage = how_met(running["TRIAGE"])
    assert (triage.at, triage.by, triage.on_time) == (known.recorded_at, known.event_id, True)


def test_hearing_the_same_again_does_not_change_what_started_a_clock(case: CaseTold) -> None:
    case.reported(AWARE)
    first = case.assessed(AWARE, AWARE)
    case.assessed(at("2019-06-06"), AWARE, other_areas=(WIRRAL,))
    assert of(case)["DL01"].basis.caused_by == first.event_id


def test_other_areas_have_a_clock_of_their_own_when_they_are_named(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    assert "DL03" not in of(case)
    case.assessed(at("2019-06-06"), AWARE, other_areas=(WIRRAL,))
    assert of(case)["DL03"].state == "running"
    case.assessed(at("2019-06-07"), AWARE)
    assert why_cancelled(of(case)["DL03"]) == "no_other_area"


def test_a_correction_of_awareness_counts_again_from_the_new_start(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    corrected = case.assessed(at("2019-06-06"), at("2019-06-03"))
    notify = of(case)["DL01"]
    assert notify.basis.due_date == date(2019, 6, 10)
    assert notify.basis.caused_by == corrected.event_id


def test_without_a_rapid_review_in_the_decision_none_is_timed(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.decided(at("2019-06-10"), clock_start=AWARE, rapid_review=False)
    case.notified(at("2019-06-11"))
    assert "DL07" not in of(case)


@pytest.mark.parametrize("limit", ["DL22", "DL99"])
def test_an_obligation_under_a_limit_without_a_start_or_a_rule_is_named(
    case: CaseTold, limit: str
) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.decided(at("2019-06-10"), owed=(PANEL, obligation(limit)), clock_start=AWARE)
    derived = deadlines_of(case.case_id, case.facts, rule_book(), england_and_wales())
    assert derived.without_clock == ((1, limit, "no_clock_for_rule"),)


def test_the_day_the_clock_starts_chooses_the_rule_set(case: CaseTold) -> None:
    case.reported(at("2023-12-13"))
    case.assessed(at("2023-12-13"), at("2023-12-13"))
    case.decided(at("2023-12-14"), clock_start=at("2023-12-13"))
    case.notified(at("2023-12-18"))
    running = of(case)
    assert running["DL01"].basis.rule_set == "WT2018.2"
    assert running["DL07"].basis.rule_set == "WT2023.0"


def test_the_newest_version_of_a_rule_says_whose_knowledge_starts_its_clock(
    case: CaseTold, rules: Path
) -> None:
    def from_the_criteria(versions: Any) -> None:
        versions[0]["to"] = "2018-12-31"
        newer = {"version": 2, "from": "2019-01-01", "to": None, "trigger": "clock_start"}
        versions.append(versions[0] | newer)

    edit(rules / "DL04.json", from_the_criteria)
    case.reported(AWARE)
    case.decided(at("2019-06-10"), owed=(DFE,), clock_start=AWARE, la_aware=at("2019-06-03"))
    made = deadlines_of(case.case_id, case.facts, load_rule_book(rules), england_and_wales())
    (death,) = [each for each in made.deadlines if each.rule == "DL04"]
    assert death.basis.started_at == AWARE
    assert of(case)["DL04"].basis.started_at == at("2019-06-03")


def test_p01_three_reports_of_one_event_are_one_clock_once_they_are_linked() -> None:
    police, health, authority = CaseTold(), CaseTold(), CaseTold()
    for told, day in ((police, "2019-06-05"), (health, "2019-06-06"), (authority, "2019-06-07")):
        told.reported(at(day))
        told.assessed(at(day), at(day))
    police.linked(at("2019-06-10"), authority.case_id)
    health.linked(at("2019-06-10"), authority.case_id)
    authority.assessed(at("2019-06-10"), at("2019-06-05"))
    facts = [*police.facts, *health.facts, *authority.facts]
    running = [
        deadline
        for told in (police, health, authority)
        for deadline in clocks(told.case_id, facts).values()
        if deadline.rule == "DL01" and deadline.state == "running"
    ]
    assert [deadline.case_id for deadline in running] == [authority.case_id]
    assert running[0].basis.due_date == date(2019, 6, 12)
    for loser in (police, health):
        ended = clocks(loser.case_id, facts).values()
        assert {why_cancelled(deadline) for deadline in ended} == {"linked"}
        assert survivor_of(facts, loser.case_id) == authority.case_id


def test_two_cases_do_not_share_a_deadline(case: CaseTold) -> None:
    assert deadline_id_of(case.case_id, 1, "DL01") != deadline_id_of(case.case_id, 2, "DL01")
    assert deadline_id_of(case.case_id, 1, "DL01") != deadline_id_of(CaseTold().case_id, 1, "DL01")


def test_beyond_the_published_holidays_nothing_is_counted(case: CaseTold) -> None:
    case.reported(at("2028-12-29"))
    with pytest.raises(CalendarOutOfRange):
        of(case)


def test_the_order_in_which_facts_arrive_changes_nothing() -> None:
    loser, survivor = whole_story()
    facts = [*loser.facts, *survivor.facts]
    expected = {case: clocks(case, facts) for case in (loser.case_id, survivor.case_id)}
    for seed in range(200):
        chance = random.Random(seed)
        arrived = [*facts, *chance.sample(facts, 5)]
        chance.shuffle(arrived)
        found = {case: clocks(case, arrived) for case in expected}
        assert found == expected, f"seed {seed}"
