"""A clock that stands still is shown as that: neither overdue nor cancelled, and with why."""

from datetime import date

from services.reporting.journey import journey, seen
from shared.contracts.deadline_events import DeadlineResumed, DeadlineSet, DeadlineSuspended
from tests.services.reporting.sample_events import CASE, Story, at, clock

DUE, LATER = date(2019, 6, 12), date(2019, 6, 28)


def stopped() -> Story:
    story = Story()
    reply = clock("DL09", at(5), DUE)
    story.tell("rapid_review_timer", DeadlineSet(**reply), at(5))
    waits = DeadlineSuspended(**reply, reason="information_awaited")
    story.tell("rapid_review_timer", waits, at(7))
    return story


def test_a_clock_that_stands_still_is_not_overdue_when_its_day_has_passed() -> None:
    found = journey(CASE, stopped().facts, (), at(20))
    (reply,) = found.clocks
    assert (reply.state, reply.state_words) == ("suspended", "Stands still")
    assert reply.words.endswith("stands still: the Panel waits for what it asked for")
    assert not [each for each in found.attention if each.kind == "overdue"]
    assert found.steps[-1].what.startswith("Clock stopped: ")


def test_it_is_not_what_a_list_shows_as_due_next() -> None:
    assert seen(CASE, stopped().facts).next_due is None


def test_it_goes_on_with_its_new_day() -> None:
    story = stopped()
    again = clock("DL09", at(13), LATER) | {"revision": 2}
    story.tell("rapid_review_timer", DeadlineResumed(**again, previous_due_date=DUE), at(13))
    found = journey(CASE, story.facts, (), at(14))
    (reply,) = found.clocks
    assert (reply.state, reply.due_date) == ("running", LATER)
    assert "Clock goes on: " in found.steps[-1].what
    assert seen(CASE, story.facts).next_due == LATER
