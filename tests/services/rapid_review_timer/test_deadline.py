import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.rapid_review_timer.deadline import (
    Cancelled,
    Deadline,
    Met,
    deadline_id_of,
    deadlines_of,
    survivor_of,
)
from services.rapid_review_timer.rules import rule_book
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.errors import CalendarOutOfRange
from shared.contracts.event_codes import Decision, Force, NotificationKind
from shared.messaging.facts import Fact
from tests.services.rapid_review_timer.case_told import (
    ALL_OWED,
    DFE,
    HEALTH,
    OFSTED,
    PANEL,
    POLICE,
    WIRRAL,
    WIRRAL_LA,
    CaseTold,
    at,
    obligation,
)

AWARE = at("2019-06-05")


@pytest.fixture
def case() -> CaseTold:
    return CaseTold()


def clocks(case_id: UUID, facts: Sequence[Fact]) -> dict[str, Deadline]:
    derived = deadlines_of(case_id, facts, rule_book(), england_and_wales())
    return {deadline.rule: deadline for deadline in derived.deadlines}


def of(case: CaseTold) -> dict[str, Deadline]:
    return clocks(case.case_id, case.facts)


def why_cancelled(deadline: Deadline) -> str:
    assert isinstance(deadline.outcome, Cancelled), f"{deadline.rule} is {deadline.state}"
    return deadline.outcome.reason


def how_met(deadline: Deadline) -> Met:
    assert isinstance(deadline.outcome, Met), f"{deadline.rule} is {deadline.state}"
    return deadline.outcome


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


def test_a_decision_settles_a_report_whose_clock_never_started(case: CaseTold) -> None:
    case.reported(at("2019-06-03"))
    case.assessed(at("2019-06-03"))
    case.decided(at("2019-06-06"), Decision.NOT_NOTIFIABLE, ())
    triage = how_met(of(case)["TRIAGE"])
    assert (triage.on_time, triage.working_days_late) == (False, 2)


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


def test_a_start_that_is_taken_back_cancels_the_clock(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.assessed(at("2019-06-06"), None)
    assert why_cancelled(of(case)["DL01"]) == "start_unknown"


def notifiable(case: CaseTold, *, other_areas: tuple[str, ...] = ()) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE, other_areas=other_areas)
    case.decided(at("2019-06-10"), clock_start=AWARE, other_areas=other_areas)


def test_d28_the_review_runs_from_the_sending_beside_the_date_from_awareness(
    case: CaseTold,
) -> None:
    notifiable(case)
    sent = case.notified(at("2019-06-11", "15:00"), receipt=at("2019-06-14"))
    running = of(case)
    notify, review = running["DL01"], running["DL07"]
    assert notify.basis.due_date == date(2019, 6, 12)
    assert how_met(notify) == Met(at("2019-06-11", "15:00"), sent.event_id, True, 0)
    assert (review.state, review.basis.due_date) == ("running", date(2019, 7, 2))
    assert review.basis.alternatives == {"AWARE": date(2019, 6, 26)}
    assert review.basis.caused_by == sent.event_id


def test_p04_a_late_notification_is_late_and_the_review_runs_from_it(case: CaseTold) -> None:
    notifiable(case)
    case.notified(at("2019-06-17"))
    running = of(case)
    met = how_met(running["DL01"])
    assert (met.on_time, met.working_days_late) == (False, 3)
    assert running["DL07"].basis.due_date == date(2019, 7, 8)


@pytest.mark.parametrize(
    ("sent", "on_time"),
    [
        (datetime(2019, 6, 12, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2019, 6, 12, 23, 0, 0, tzinfo=UTC), False),
    ],
)
def test_late_begins_at_midnight_in_london(case: CaseTold, sent: datetime, on_time: bool) -> None:
    notifiable(case)
    case.notified(sent, receipt=at("2019-06-20"))
    assert how_met(of(case)["DL01"]).on_time is on_time


def test_own_partners_are_told_when_the_last_of_them_is(case: CaseTold) -> None:
    notifiable(case)
    case.delivered(at("2019-06-12"), POLICE)
    assert of(case)["DL02"].state == "running"
    last = case.delivered(at("2019-06-11"), HEALTH, accepted=at("2019-06-20"))
    met = how_met(of(case)["DL02"])
    assert met.at == at("2019-06-12")
    assert met.on_time
    assert met.by != last.event_id


def test_all_sent_and_not_all_delivered_waits_for_receipts(case: CaseTold) -> None:
    notifiable(case)
    case.sent(at("2019-06-11"), POLICE)
    assert not of(case)["DL02"].awaits_receipt
    case.sent(at("2019-06-11"), HEALTH)
    assert of(case)["DL02"].awaits_receipt
    case.delivered(at("2019-06-11"), POLICE)
    case.delivered(at("2019-06-11"), HEALTH)
    assert not of(case)["DL02"].awaits_receipt


def test_a_decision_to_notify_keeps_other_areas_only_where_they_are_owed(case: CaseTold) -> None:
    notifiable(case, other_areas=(WIRRAL,))
    assert why_cancelled(of(case)["DL03"]) == "not_owed"
    case.decided(at("2019-06-11"), owed=(*ALL_OWED, WIRRAL_LA), clock_start=AWARE)
    assert of(case)["DL03"].state == "running"


@pytest.mark.parametrize(
    ("decision", "reason"),
    [
        (Decision.SIMPLE, "decided_simple"),
        (Decision.NOT_NOTIFIABLE, "decided_not_notifiable"),
    ],
)
def test_what_need_not_be_notified_has_no_clocks(
    case: CaseTold, decision: Decision, reason: str
) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE, other_areas=(WIRRAL,), rows=("N1", "N5"))
    case.decided(at("2019-06-10"), decision, ())
    decided = of(case)
    cancelled = {rule: why_cancelled(decided[rule]) for rule in ("DL01", "DL02", "DL03", "DL04")}
    assert set(cancelled.values()) == {reason}
    assert decided["TRIAGE"].state == "met"


def test_a_looked_after_childs_death_is_notified_though_it_is_a_simple_one(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, la_aware=AWARE, rows=("N5", "N1"))
    assert of(case)["DL04"].basis.due_date == date(2019, 6, 12)
    case.decided(at("2019-06-10"), Decision.SIMPLE, (DFE, OFSTED, POLICE), la_aware=AWARE)
    running = of(case)
    assert running["DL04"].state == running["DL02"].state == "running"
    assert "DL01" not in running
    case.notified(at("2019-06-11"), NotificationKind.SIMPLE)
    notified = of(case)
    assert how_met(notified["DL04"]).on_time
    assert "DL07" not in notified


def test_a_row_that_is_ruled_out_takes_its_clock_away(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, la_aware=AWARE, rows=("N5",))
    case.assessed(at("2019-06-06"), la_aware=AWARE, rows=("N10",))
    assert why_cancelled(of(case)["DL04"]) == "row_ruled_out"


def test_without_a_rapid_review_in_the_decision_none_is_timed(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.decided(at("2019-06-10"), clock_start=AWARE, rapid_review=False)
    case.notified(at("2019-06-11"))
    assert "DL07" not in of(case)


def test_what_was_sent_stays_met_when_the_decision_changes_and_the_review_ends(
    case: CaseTold,
) -> None:
    notifiable(case)
    case.notified(at("2019-06-11"))
    case.decided(at("2019-06-20"), Decision.NOT_NOTIFIABLE, ())
    changed = of(case)
    assert changed["DL01"].state == "met"
    assert why_cancelled(changed["DL07"]) == "decided_not_notifiable"


def test_an_obligation_under_a_limit_without_a_rule_is_named(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.decided(at("2019-06-10"), owed=(PANEL, obligation("DL20")), clock_start=AWARE)
    derived = deadlines_of(case.case_id, case.facts, rule_book(), england_and_wales())
    assert derived.without_clock == ((1, "DL20", "no_clock_for_rule"),)


def test_the_day_the_clock_starts_chooses_the_rule_set(case: CaseTold) -> None:
    case.reported(at("2023-12-13"))
    case.assessed(at("2023-12-13"), at("2023-12-13"))
    case.decided(at("2023-12-14"), clock_start=at("2023-12-13"))
    case.notified(at("2023-12-18"))
    running = of(case)
    assert running["DL01"].basis.rule_set == "WT2018.2"
    assert running["DL07"].basis.rule_set == "WT2023.0"


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


def test_a_notification_sent_about_a_linked_case_counts_for_its_survivor() -> None:
    loser, survivor = CaseTold(), CaseTold()
    notifiable(loser)
    notifiable(survivor)
    loser.linked(at("2019-06-12"), survivor.case_id)
    loser.notified(at("2019-06-11"))
    survivor.notified(at("2019-06-13"))
    loser.delivered(at("2019-06-11"), POLICE)
    survivor.delivered(at("2019-06-12"), HEALTH)
    found = clocks(survivor.case_id, [*loser.facts, *survivor.facts])
    assert how_met(found["DL01"]).at == at("2019-06-11")
    assert found["DL07"].basis.started_at == at("2019-06-11")
    assert how_met(found["DL02"]).at == at("2019-06-12")


def test_two_cases_do_not_share_a_deadline(case: CaseTold) -> None:
    assert deadline_id_of(case.case_id, 1, "DL01") != deadline_id_of(case.case_id, 2, "DL01")
    assert deadline_id_of(case.case_id, 1, "DL01") != deadline_id_of(CaseTold().case_id, 1, "DL01")


def test_beyond_the_published_holidays_nothing_is_counted(case: CaseTold) -> None:
    case.reported(at("2028-12-29"))
    with pytest.raises(CalendarOutOfRange):
        of(case)


def whole_story() -> tuple[CaseTold, CaseTold]:
    loser, survivor = CaseTold(), CaseTold()
    loser.reported(AWARE)
    loser.assessed(AWARE, AWARE, other_areas=(WIRRAL,))
    loser.decided(at("2019-06-06"), clock_start=AWARE)
    loser.linked(at("2019-06-12"), survivor.case_id)
    loser.notified(at("2019-06-11"))
    loser.delivered(at("2019-06-11"), POLICE)
    survivor.reported(at("2019-06-06"))
    survivor.assessed(at("2019-06-06"), at("2019-06-06"))
    survivor.assessed(at("2019-06-12"), AWARE)
    survivor.decided(at("2019-06-12"), clock_start=AWARE)
    survivor.sent(at("2019-06-13"), HEALTH)
    survivor.notified(at("2019-06-13"))
    survivor.delivered(at("2019-06-13"), POLICE)
    survivor.delivered(at("2019-06-14"), HEALTH)
    return loser, survivor


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
