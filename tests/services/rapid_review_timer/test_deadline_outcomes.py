"""How a deadline is met, on time or late, and why one is cancelled."""

from datetime import UTC, date, datetime

import pytest

from services.rapid_review_timer.limits import Reason
from services.rapid_review_timer.outcome import Met
from services.reporting.plain_words import REASONS
from shared.contracts.event_codes import Decision, NotificationKind
from tests.services.rapid_review_timer.case_told import (
    ALL_OWED,
    DFE,
    HEALTH,
    OFSTED,
    POLICE,
    WIRRAL,
    WIRRAL_LA,
    CaseTold,
    at,
)
from tests.services.rapid_review_timer.sample_cases import (
    AWARE,
    clocks,
    how_met,
    notifiable,
    of,
    why_cancelled,
)


def test_a_decision_settles_a_report_whose_clock_never_started(case: CaseTold) -> None:
    case.reported(at("2019-06-03"))
    case.assessed(at("2019-06-03"))
    case.decided(at("2019-06-06"), Decision.NOT_NOTIFIABLE, ())
    triage = how_met(of(case)["TRIAGE"])
    assert (triage.on_time, triage.working_days_late) == (False, 2)


def test_a_start_that_is_taken_back_cancels_the_clock(case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.assessed(at("2019-06-06"), None)
    assert why_cancelled(of(case)["DL01"]) == "start_unknown"


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


def test_of_a_notice_that_went_out_twice_the_first_counts(case: CaseTold) -> None:
    notifiable(case)
    case.delivered(at("2019-06-11"), HEALTH)
    case.delivered(at("2019-06-12"), POLICE)
    case.delivered(at("2019-06-20"), POLICE)
    assert how_met(of(case)["DL02"]).at == at("2019-06-12")


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


def test_a_decision_to_notify_keeps_the_panel_and_the_partners_whatever_it_names(
    case: CaseTold,
) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.decided(at("2019-06-10"), owed=(), clock_start=AWARE)
    assert {rule: of(case)[rule].state for rule in ("DL01", "DL02")} == {
        "DL01": "running",
        "DL02": "running",
    }


def test_every_reason_why_a_clock_ended_or_stands_still_is_told_in_plain_words() -> None:
    assert {reason.value for reason in Reason} <= REASONS.keys()


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


def test_what_was_sent_stays_met_when_the_decision_changes_and_the_review_ends(
    case: CaseTold,
) -> None:
    notifiable(case)
    case.notified(at("2019-06-11"))
    case.decided(at("2019-06-20"), Decision.NOT_NOTIFIABLE, ())
    changed = of(case)
    assert changed["DL01"].state == "met"
    assert why_cancelled(changed["DL07"]) == "decided_not_notifiable"


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
