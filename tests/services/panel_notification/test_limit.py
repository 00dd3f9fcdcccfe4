"""When a notice goes again by itself, and when a person hears of it: before its limit."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.panel_notification.limit import (
    ESCALATED_BEFORE,
    FIRST_TRIES,
    NO_LIMIT,
    NOT_OUT,
    SENT_AGAIN_BEFORE,
    Watched,
    is_escalated,
    is_sent_again,
)
from services.panel_notification.notice import State
from tests.services.panel_notification.sample_facts import NINE

WEEK = NINE + timedelta(days=7)
MINUTE = timedelta(minutes=1)
UNKNOWN = Watched(State.OUTCOME_UNKNOWN, NINE, WEEK)


def test_what_nobody_knows_of_goes_again_a_day_before_its_limit_and_not_sooner() -> None:
    when = WEEK - SENT_AGAIN_BEFORE
    assert not is_sent_again(UNKNOWN, when - MINUTE)
    assert is_sent_again(UNKNOWN, when)


def test_at_once_if_the_limit_is_nearer() -> None:
    assert is_sent_again(replace(UNKNOWN, limit=NINE + timedelta(hours=3)), NINE)


def test_once_and_not_where_no_limit_is_known() -> None:
    assert not is_sent_again(replace(UNKNOWN, sent_again_at=WEEK - timedelta(hours=20)), WEEK)
    assert not is_sent_again(replace(UNKNOWN, limit=None), WEEK)


@pytest.mark.parametrize("state", sorted(set(State) - {State.OUTCOME_UNKNOWN}))
def test_nothing_else_goes_again_by_itself(state: State) -> None:
    assert not is_sent_again(replace(UNKNOWN, state=state), WEEK)


@pytest.mark.parametrize("state", sorted(NOT_OUT))
def test_a_person_hears_two_days_before_whatever_keeps_it(state: State) -> None:
    when, watched = WEEK - ESCALATED_BEFORE, Watched(state, NINE, WEEK)
    assert not is_escalated(watched, when - MINUTE)
    assert is_escalated(watched, when)
    assert not is_escalated(replace(watched, escalated_at=when), WEEK)


def test_nobody_hears_of_what_has_arrived_or_is_not_owed() -> None:
    for state in (State.ACCEPTED, State.CANCELLED):
        assert not is_escalated(Watched(state, NINE, WEEK), WEEK)


def test_one_that_is_owed_close_to_its_limit_is_tried_before_a_person_hears() -> None:
    close = Watched(State.PENDING, NINE, NINE + timedelta(hours=1))
    assert not is_escalated(close, NINE + FIRST_TRIES - MINUTE)
    assert is_escalated(close, NINE + FIRST_TRIES)
    closer = replace(close, limit=NINE + MINUTE)
    assert is_escalated(closer, NINE + MINUTE), "never after the limit itself"


@pytest.mark.parametrize("hours", [1, 23])
def test_without_a_limit_a_person_hears_after_a_day(hours: int) -> None:
    watched = Watched(State.PENDING, NINE, None)
    at: datetime = NINE + timedelta(hours=hours)
    assert not is_escalated(watched, at)
    assert is_escalated(watched, NINE + NO_LIMIT)
