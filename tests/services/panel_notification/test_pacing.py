"""How fast a channel may be used by all replicas together, and when it is left alone."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.panel_notification.pacing import LONGEST_REST, Limits, Pace, after, fresh, take
from tests.services.panel_notification.sample_facts import NINE

LIMITS = Limits(per_minute=60, burst=5, failures=3, rest=timedelta(seconds=30))
SECOND = timedelta(seconds=1)


def failed(pace: Pace, times: int) -> Pace:
    for _ in range(times):
        pace = after(pace, LIMITS, down=True, retry_after=None, now=NINE)
    return pace


@given(st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 8)), min_size=1, max_size=60))
def test_never_more_than_the_limit_and_one_burst(asks: list[tuple[int, int]]) -> None:
    pace, now, given_out = fresh(LIMITS, NINE), NINE, 0
    for milliseconds, wanted in asks:
        now += timedelta(milliseconds=milliseconds)
        pace, given_now = take(pace, LIMITS, now, wanted)
        given_out += given_now
        assert given_now <= wanted
    assert given_out <= LIMITS.burst + (now - NINE).total_seconds() * LIMITS.per_minute / 60


def test_an_empty_bucket_says_until_when_it_is_empty() -> None:
    pace, given_out = take(fresh(LIMITS, NINE), LIMITS, NINE, 99)
    assert given_out == LIMITS.burst
    pace, none = take(pace, LIMITS, NINE)
    assert (none, pace.held_until) == (0, NINE + SECOND)
    assert take(pace, LIMITS, NINE + SECOND)[1] == 1


def test_what_the_other_side_asks_for_is_kept_by_all() -> None:
    asked = timedelta(minutes=2)
    pace = after(fresh(LIMITS, NINE), LIMITS, down=False, retry_after=asked, now=NINE)
    assert take(pace, LIMITS, NINE + asked - SECOND)[1] == 0
    assert take(pace, LIMITS, NINE + asked)[1] == 1


def test_another_attempts_success_does_not_end_what_was_asked_for() -> None:
    asked = timedelta(minutes=2)
    pace = after(fresh(LIMITS, NINE), LIMITS, down=False, retry_after=asked, now=NINE)
    pace = after(pace, LIMITS, down=False, retry_after=None, now=NINE + SECOND)
    assert take(pace, LIMITS, NINE + 2 * SECOND)[1] == 0


def test_a_channel_rests_after_failures_in_a_row_and_one_attempt_tries_it() -> None:
    assert take(failed(fresh(LIMITS, NINE), 2), LIMITS, NINE, 5)[1] == 5
    resting = failed(fresh(LIMITS, NINE), 3)
    assert take(resting, LIMITS, NINE + 29 * SECOND, 5)[1] == 0
    trying, one = take(resting, LIMITS, NINE + 30 * SECOND, 5)
    assert one == 1
    assert take(trying, LIMITS, NINE + 31 * SECOND, 5)[1] == 0, "the others wait for its answer"


def test_when_that_one_succeeds_all_go_on_and_when_it_fails_the_rest_is_longer() -> None:
    trying, _ = take(failed(fresh(LIMITS, NINE), 3), LIMITS, NINE + 30 * SECOND)
    then = NINE + 31 * SECOND
    well = after(trying, LIMITS, down=False, retry_after=None, now=then)
    assert (well.failures, well.held_until) == (0, None)
    worse = after(trying, LIMITS, down=True, retry_after=None, now=then)
    assert worse.held_until == then + 60 * SECOND


def test_a_rest_has_an_end_however_often_it_failed() -> None:
    assert failed(fresh(LIMITS, NINE), 500).held_until == NINE + LONGEST_REST
