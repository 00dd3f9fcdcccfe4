"""The journey of an area's record, told with plainly invented reports."""

import random
from datetime import date
from uuid import uuid4

import pytest

from services.reporting.area_journey import AreaJourney, area_journey
from services.reporting.known import Stopped
from shared.contracts.event_codes import Channel
from shared.contracts.messaging_events import CaseHeld
from shared.contracts.panel_events import NoticeUndeliverable
from tests.services.reporting.sample_area import (
    CENTRE,
    RECORD,
    TIMER,
    copies,
    copy_sent,
    liverpools_record,
    on,
    published,
    then_the_next,
)
from tests.services.reporting.sample_events import LIVERPOOL, Story, an_id, at


def seen_on(story: Story, day: int = 14) -> AreaJourney:
    return area_journey(LIVERPOOL, story.facts, (), at(day))


def test_the_journey_names_the_report_its_clocks_and_who_has_a_copy() -> None:
    found = seen_on(liverpools_record(), day=5)
    assert found.area.name == "Liverpool"
    assert found.trace_id == RECORD.hex
    (report,) = found.reports
    assert report.period_words == "1 April 2018 to 31 March 2019"
    assert (report.published_on, report.withdrawn) == (date(2019, 6, 3), None)
    clocks = {clock.rule: clock for clock in found.clocks}
    assert clocks["DL16"].name == "Publish the next yearly report"
    assert clocks["DL16"].words == "due Wednesday 3 June 2020; 364 days left"
    assert clocks["DL17"].name == "Send copies of the yearly report"
    told = {row.recipient: row for row in found.told}
    assert told["panel"].state == "delivered"
    assert told["panel"].in_time
    assert told[CENTRE].state == "to_be_told"
    assert {row.about for row in found.told} == {"yearly_report"}
    assert {row.limit_words for row in found.told} == {"Send copies of the yearly report (DL17)"}


def test_what_is_overdue_is_named_as_the_yearly_reports() -> None:
    (item,) = seen_on(liverpools_record()).attention
    assert item.kind == "overdue"
    assert item.what.startswith("Send copies of the yearly report (DL17) was due Monday 10 June")


def test_each_step_is_a_sentence() -> None:
    said = [step.what for step in seen_on(liverpools_record()).steps]
    assert said[0] == (
        "Yearly report for 1 April 2018 to 31 March 2019 published on Monday 3 June 2019; "
        "2 organisations to receive a copy"
    )
    assert "Reminder: Send copies of the yearly report (DL17) is overdue" in said[-1]


def test_a_report_that_was_put_right_is_one_report_and_asks_for_nothing_twice() -> None:
    story = liverpools_record()
    again = published(date(2019, 6, 4), revision=2)
    story.tell(TIMER, again, at(13), case_id=RECORD)
    found = seen_on(story)
    assert [(one.revision, one.published_on) for one in found.reports] == [(2, date(2019, 6, 4))]
    assert len(found.told) == 2
    assert "what was recorded was put right" in found.steps[-1].what


def test_a_report_that_was_withdrawn_owes_nothing_and_says_why_its_clocks_ended() -> None:
    story = liverpools_record()
    then_the_next(story)
    found = area_journey(LIVERPOOL, story.facts, (), on(2020, 6, 2))
    newest, first = found.reports
    assert newest.withdrawn_because == "recorded_in_error"
    assert first.withdrawn is None
    assert [row.cycle for row in found.told] == [1, 1], "copies of the second are not owed"
    ended = [clock.words for clock in found.clocks if clock.cycle == 2]
    assert all(words.endswith("cancelled: there was no such yearly report") for words in ended)
    assert found.attention == ()


def test_a_notice_that_is_heard_of_before_its_report_is_about_a_yearly_report() -> None:
    story = Story()
    copy_sent(story, "panel", at(4, 10))
    found = seen_on(story)
    assert found.reports == ()
    assert [(row.about, row.state, row.limit_rule) for row in found.told] == [
        ("yearly_report", "delivered", "DL17")
    ]
    story.tell(TIMER, published(date(2019, 6, 3)), at(3), case_id=RECORD)
    assert [row.recipient for row in seen_on(story).told] == ["panel", CENTRE]


def test_what_is_undeliverable_held_or_stopped_needs_somebody() -> None:
    story = Story()
    story.tell(TIMER, published(date(2019, 6, 3)), at(3), case_id=RECORD)
    refused = NoticeUndeliverable(
        notice_id=an_id("refused"),
        cycle=1,
        notification_number=1,
        obligation_id=copies()[1].obligation_id,
        recipient_kind=copies()[1].recipient_kind,
        recipient=CENTRE,
        channel=Channel.SMTP,
        refused_at=at(4),
        reason="mailbox_unknown",
    )
    story.tell("panel_notification", refused, at(4), case_id=RECORD)
    held = CaseHeld(source=TIMER, quarantine_id=uuid4(), reason="value_null")
    topic = "panel_notification.case.held"
    story.tell("panel_notification", held, at(4), case_id=RECORD, topic=topic)
    stopped = Stopped(uuid4(), RECORD, TIMER, "data_not_of_schema", at(4))
    found = area_journey(LIVERPOOL, story.facts, [stopped], at(5))
    assert [item.kind for item in found.attention] == ["undeliverable", "held", "held"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_journey_is_the_same_for_every_order_of_arrival(seed: int) -> None:
    print("seed", seed)
    story = liverpools_record()
    then_the_next(story)
    mixed = [*story.facts, *story.facts[:3]]
    random.Random(seed).shuffle(mixed)
    now = on(2020, 6, 2)
    expected = area_journey(LIVERPOOL, story.facts, (), now)
    assert area_journey(LIVERPOOL, mixed, (), now) == expected
