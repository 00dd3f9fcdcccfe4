"""Clocks in words, and who was told."""

from datetime import date

from services.reporting.clocks import Clock
from services.reporting.journey import journey
from shared.contracts.deadline_events import DeadlineCancelled, DeadlineMet, DeadlineSet
from shared.contracts.event_codes import Decision, Stage
from shared.contracts.intake_events import IncidentLinked, IncidentWithdrawn, RecipientSought
from shared.contracts.panel_events import IncidentNotified, NoticeDelivered, NoticeUndeliverable
from shared.messaging.facts import Fact
from tests.services.reporting.sample_case import notified_case
from tests.services.reporting.sample_events import (
    CASE,
    MERGED,
    Story,
    an_id,
    at,
    clock,
    decided,
    obligations,
    sent,
)

TODAY = at(14, 9)


def clocks_by_rule(facts: list[Fact]) -> dict[str, Clock]:
    found = journey(CASE, facts, (), TODAY)
    return {clock.rule: clock for clock in found.clocks if clock.case_id == CASE}


def test_clocks_are_told_in_words() -> None:
    by_rule = clocks_by_rule(notified_case().facts)
    assert by_rule["DL01"].words == (
        "due Wednesday 12 June 2019, 5 working days; met on time on Monday 10 June 2019"
    )
    assert by_rule["DL03"].state == "overdue"
    assert by_rule["DL03"].words.endswith("overdue by 2 working days")
    review = by_rule["DL07"]
    assert review.words == "due Tuesday 2 July 2019, 16 working days; 12 working days left"
    assert [before.due_date for before in review.moved] == [date(2019, 7, 1)]
    assert review.alternatives[0].words.startswith("Wednesday 26 June 2019 if counted from when")


def test_a_clock_met_late_says_by_how_much() -> None:
    story = Story()
    late = clock("DL01", at(5), date(2019, 6, 12))
    story.tell("rapid_review_timer", DeadlineSet(**late), at(5))
    met = DeadlineMet(**late, met_at=at(14), met_by=an_id("x"), on_time=False, working_days_late=2)
    story.tell("rapid_review_timer", met, at(14))
    found = journey(CASE, story.facts, (), TODAY)
    assert found.clocks[0].state == "met_late"
    assert found.clocks[0].words.endswith("met late on Friday 14 June 2019, 2 working days late")
    assert found.steps[-1].late == ("2 working days late",)


def test_a_clock_by_an_unknown_calendar_gives_no_count_rather_than_another_one() -> None:
    story = Story()
    unknown = clock("DL01", at(5), date(2019, 6, 12)) | {"calendar_version": "england-and-wales-x"}
    story.tell("rapid_review_timer", DeadlineSet(**unknown), at(5))
    found = journey(CASE, story.facts, (), at(6)).clocks[0]
    assert found.working_days is None
    assert found.words == "due Wednesday 12 June 2019; running"


def test_what_was_sent_in_time_is_not_overdue_while_the_receipt_is_out() -> None:
    story = Story()
    story.tell("rapid_review_timer", DeadlineSet(**clock("DL01", at(5), date(2019, 6, 12))), at(5))
    story.tell("intake", decided(at(10)), at(10))
    for organisation in ("panel", "dfe"):
        sent(story, organisation, at(10, 11))
    assert clocks_by_rule(story.facts)["DL01"].state == "overdue"
    sent(story, "ofsted", at(10, 11))
    assert clocks_by_rule(story.facts)["DL01"].state == "receipt_outstanding"


def test_each_recipient_says_what_became_of_its_notice() -> None:
    told = journey(CASE, notified_case().facts, (), TODAY).told
    assert [(row.name, row.state) for row in told] == [
        ("Child Safeguarding Practice Review Panel", "receipt"),
        ("Department for Education", "delivered"),
        ("Ofsted", "delivered"),
        ("Merseyside Police", "delivered"),
        ("NHS Cheshire and Merseyside", "undeliverable"),
        ("Wirral Metropolitan Borough Council", "to_be_told"),
    ]
    owed = told[-1]
    assert (owed.limit_rule, owed.due_date) == ("DL03", date(2019, 6, 12))
    assert told[0].in_time is True


def test_a_decision_made_anew_drops_whom_it_no_longer_names_but_not_who_was_told() -> None:
    story = notified_case()
    anew = decided(at(11), decision=Decision.NOT_NOTIFIABLE, obligations=[], rows=["N11"])
    story.tell("intake", anew, at(11))
    told = journey(CASE, story.facts, (), TODAY).told
    assert [row.recipient for row in told] == [
        "panel", "dfe", "ofsted", "police-merseyside", "icb-QYG"
    ]  # fmt: skip


def test_a_notice_of_the_merged_case_covers_the_same_obligation_of_the_survivor() -> None:
    story = Story()
    for case_id in (CASE, MERGED):
        story.tell("intake", decided(at(10), case_id=case_id), at(10), case_id=case_id)
    sent(story, "panel", at(10, 11), case_id=MERGED)
    story.tell(
        "intake", IncidentLinked(survivor=CASE, reason="same_incident"), at(11), case_id=MERGED
    )
    panel = [r for r in journey(CASE, story.facts, (), TODAY).told if r.recipient == "panel"]
    assert [(row.case_id, row.state) for row in panel] == [(MERGED, "delivered")]
    notified = IncidentNotified(
        cycle=1,
        kind="panel",
        notification_number=1,
        obligation_ids=[obligations(CASE)[0].obligation_id],
        sent_at=at(10, 11),
        receipt_at=at(12),
        channel="smtp",
        possible_duplicate=False,
    )
    story.tell("panel_notification", notified, at(12))
    panel = [r for r in journey(CASE, story.facts, (), TODAY).told if r.recipient == "panel"]
    assert [(row.case_id, row.state) for row in panel] == [(MERGED, "receipt")]


def test_a_notice_of_the_merged_case_is_judged_by_the_clock_that_goes_on() -> None:
    story = Story()
    timer, cancelled = "rapid_review_timer", clock("DL01", at(7), date(2019, 6, 14), case_id=MERGED)
    story.tell(timer, DeadlineSet(**cancelled), at(7), case_id=MERGED)
    story.tell(timer, DeadlineSet(**clock("DL01", at(5), date(2019, 6, 12))), at(5))
    sent(story, "panel", at(13), case_id=MERGED)
    link = IncidentLinked(survivor=CASE, reason="same_incident")
    story.tell("intake", link, at(13, 10), case_id=MERGED)
    ended = DeadlineCancelled(**cancelled, reason="linked")
    story.tell(timer, ended, at(13, 10), case_id=MERGED)
    (row,) = journey(CASE, story.facts, (), TODAY).told
    assert (row.due_date, row.in_time) == (date(2019, 6, 12), False)


def test_a_refused_notice_that_was_made_up_for_needs_no_attention() -> None:
    story = notified_case()
    first = next(f.data for f in story.facts if isinstance(f.data, NoticeUndeliverable))
    delivered = next(f.data for f in story.facts if isinstance(f.data, NoticeDelivered))
    again = delivered.model_copy(
        update={
            "notice_id": an_id("second try"),
            "obligation_id": first.obligation_id,
            "recipient": first.recipient,
            "recipient_kind": first.recipient_kind,
            "limit_rule": "DL02",
        }
    )
    story.tell("panel_notification", again, at(11))
    found = journey(CASE, story.facts, (), TODAY)
    assert "undeliverable" not in [item.kind for item in found.attention]


def test_whom_the_directory_does_not_know_is_for_a_person_to_find() -> None:
    story = Story()
    sought = RecipientSought(row="N1", who="cdop", area="E08000003", limit_rule="DL20")
    story.tell("intake", decided(at(10), recipients_sought=[sought]), at(10))
    (item,) = journey(CASE, story.facts, (), TODAY).attention
    assert item.kind == "recipient_sought"
    assert item.what == (
        "Nobody is on record as child death overview panel of Manchester, who has to be told (N1)"
    )


def test_a_withdrawn_incident_owes_nobody_but_those_who_hear_of_the_withdrawal() -> None:
    story = Story()
    story.tell("intake", decided(at(10)), at(10))
    sent(story, "panel", at(10, 11))
    panel = next(one for one in obligations() if one.recipient == "panel")
    about_it = panel.model_copy(update={"obligation_id": an_id("gone"), "limit_rule": "NONE"})
    withdrawn = IncidentWithdrawn(
        cycle=1,
        reason="criteria_not_met",
        withdrawn_at=at(12),
        from_stage=Stage.NOTIFIED,
        positions=[],
        panel_acknowledges=True,
        obligations=[about_it],
    )
    story.tell("intake", withdrawn, at(12))
    rows = journey(CASE, story.facts, (), TODAY).told
    assert {(row.about, row.recipient, row.state) for row in rows} == {
        ("incident", "panel", "delivered"),
        ("withdrawal", "panel", "to_be_told"),
    }
    assert [row.limit_words for row in rows if row.about == "withdrawal"] == [None]
