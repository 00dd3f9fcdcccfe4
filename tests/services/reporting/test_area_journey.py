"""The journey of an area's record, told with plainly invented reports."""

import random
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.reporting.area_journey import AreaJourney, area_journey
from services.reporting.journey import seen
from services.reporting.known import Stopped
from shared.contracts.messaging_events import CaseHeld
from tests.services.reporting.sample_area import (
    ADDRESS,
    CENTRE,
    RECORD,
    TIMER,
    copy_refused,
    copy_sent,
    liverpools_record,
    on,
    published,
    then_the_next,
)
from tests.services.reporting.sample_events import LIVERPOOL, Story, at


def seen_on(story: Story, day: int = 14) -> AreaJourney:
    return area_journey(LIVERPOOL, story.facts, (), at(day))


def test_the_journey_names_the_report_its_clocks_and_who_has_a_copy() -> None:
    found = seen_on(liverpools_record(), day=5)
    assert found.area.name == "Liverpool"
    assert found.trace_id == RECORD.hex
    (report,) = found.reports
    assert report.period_words == "1 April 2018 to 31 March 2019"
    assert (report.published_on, report.withdrawn) == (date(2019, 6, 3), None)
    assert report.address == ADDRESS
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
    assert item.do == "See that each organisation that has no copy yet is sent one now."


def test_what_to_do_when_the_next_report_is_late_is_what_there_is_a_command_for() -> None:
    found = area_journey(LIVERPOOL, liverpools_record().facts, (), on(2020, 6, 5))
    next_report, copies_of_this = found.attention
    assert next_report.what.startswith("Publish the next yearly report (DL16) was due Wednesday 3")
    assert next_report.do == (
        "Publish the next report now all the same, and record that it was published."
    )
    assert copies_of_this.do.startswith("See that each organisation")


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


@pytest.mark.parametrize(
    "changed",
    [
        {"period_from": date(2018, 6, 1)},
        {"address": "https://partnership.example/reports/2019"},
    ],
)
def test_a_correction_of_the_period_or_the_address_alone_moves_no_clock(
    changed: dict[str, Any],
) -> None:
    story = liverpools_record()
    before = seen_on(story)
    story.tell(TIMER, published(date(2019, 6, 3), revision=2, **changed), at(13), case_id=RECORD)
    found = seen_on(story)
    (report,) = found.reports
    assert {name: getattr(report, name) for name in changed} == changed
    *earlier, put_right = [step.what for step in found.steps]
    assert earlier == [step.what for step in before.steps]
    assert "what was recorded was put right" in put_right
    assert found.clocks == before.clocks
    assert [clock.moved for clock in found.clocks] == [(), ()]


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
    copy_refused(story, CENTRE, at(4))
    held = CaseHeld(source=TIMER, quarantine_id=uuid4(), reason="value_null")
    topic = "panel_notification.case.held"
    story.tell("panel_notification", held, at(4), case_id=RECORD, topic=topic)
    stopped = Stopped(uuid4(), RECORD, TIMER, "data_not_of_schema", at(4))
    found = area_journey(LIVERPOOL, story.facts, [stopped], at(5))
    assert [item.kind for item in found.attention] == ["undeliverable", "held", "held"]


def test_a_copy_that_could_not_be_delivered_is_nobodys_task_once_its_report_is_withdrawn() -> None:
    story = liverpools_record()
    copy_refused(story, CENTRE, at(4))
    then_the_next(story, refused="panel")
    found = area_journey(LIVERPOOL, story.facts, (), on(2020, 6, 2))
    states = {(row.cycle, row.recipient): row.state for row in found.told}
    assert states[2, "panel"] == "undeliverable", "it is shown all the same"
    assert found.attention == ()
    assert not seen(RECORD, story.facts).needs_attention


def test_a_copy_of_a_report_that_stands_is_a_task_though_another_was_withdrawn() -> None:
    story = liverpools_record()
    then_the_next(story)
    third = date(2020, 6, 2)
    story.tell(TIMER, published(third, 3), on(2020, 6, 2), case_id=RECORD)
    copy_refused(story, CENTRE, on(2020, 6, 2), cycle=3)
    found = area_journey(LIVERPOOL, story.facts, (), on(2020, 6, 3))
    assert [item.kind for item in found.attention] == ["undeliverable"]
    assert seen(RECORD, story.facts).needs_attention


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
