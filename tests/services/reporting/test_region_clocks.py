"""A region sees which clocks are near or late, and does not go on seeing it when that is over."""

from datetime import date
from typing import Any

from shared.contracts.deadline_events import DeadlineMet, DeadlineMoved, DeadlineSuspended
from shared.contracts.event_codes import DueKind
from shared.contracts.sharing_codes import SharedTopic
from tests.services.reporting.region_story import due, passed_on, told_to_a_region
from tests.services.reporting.region_world import RegionWorld
from tests.services.reporting.sample_events import LIVERPOOL, Story, at, clock
from tests.services.reporting.test_region_copies import of, told

TIMER = "rapid_review_timer"
LIMIT = clock("DL07", at(10, 12), date(2019, 7, 1))
AMBER = {"deadline": "DL07", "status": "amber", "remaining": "1_to_5"}
OVER = {"deadline": "DL07", "status": "green", "remaining": "none"}


def met(story: Story) -> None:
    done: dict[str, Any] = {"met_at": at(28), "on_time": True, "working_days_late": 0}
    met_by = story.facts[0].event_id
    story.tell(TIMER, DeadlineMet(**LIMIT, **done, met_by=met_by), at(28))


def moved(story: Story, to: date = date(2019, 7, 20), revision: int = 2) -> None:
    state = LIMIT | {"due_date": to, "revision": revision}
    because = {"previous_due_date": date(2019, 7, 1), "reason": "extension_agreed"}
    story.tell(TIMER, DeadlineMoved(**state, **because), at(28))


def clocks(story: Story) -> list[dict[str, object]]:
    return of(SharedTopic.REVIEW_DUE, told(story.facts))


def test_a_review_that_is_done_is_near_no_more() -> None:
    story = told_to_a_region()
    assert clocks(story) == [AMBER]
    met(story)
    assert clocks(story) == [OVER], "that it was near needs nobody's eye"


def test_a_clock_that_stands_still_is_near_no_more() -> None:
    story = told_to_a_region()
    story.tell(TIMER, DeadlineSuspended(**LIMIT, reason="information_requested"), at(28))
    assert clocks(story) == [OVER]


def test_a_clock_that_was_moved_says_how_far_off_it_is_now() -> None:
    story = told_to_a_region()
    moved(story)
    assert clocks(story) == [OVER | {"remaining": "over_5"}]


def test_one_that_is_near_again_after_it_was_moved_is_the_last_that_is_worth_telling() -> None:
    story = told_to_a_region()
    moved(story)
    again = due(DueKind.OVERDUE, at(21, month=7)).model_copy(update={"revision": 2})
    story.tell(TIMER, again, at(21, month=7))
    copies = [c for c in told(story.facts) if c.topic is SharedTopic.REVIEW_DUE]
    last = max(copies, key=lambda copy: copy.rank)
    assert last.said["status"] == "red"
    assert len({copy.about for copy in copies}) == 1


def test_of_a_clock_that_was_never_near_nothing_is_told() -> None:
    story = told_to_a_region()
    story.facts = [f for f in story.facts if not f.type.startswith("uk.vigil.review.due")]
    met(story)
    assert clocks(story) == []


def test_under_the_next_reference_nobody_hears_that_a_clock_is_over() -> None:
    story = told_to_a_region()
    story.tell("intake", passed_on(at(27, 12)), at(27, 12))
    met(story)
    (over,) = [c for c in told(story.facts) if c.topic is SharedTopic.REVIEW_DUE]
    assert (over.closes, over.epoch) == (True, 1), "and it was told under the first"


async def test_that_a_clock_is_over_is_told_to_who_had_heard_of_this_clock(
    world: RegionWorld,
) -> None:
    story = told_to_a_region()
    await world.decide(LIVERPOOL)
    await world.hear(story.facts)
    await world.batch()
    met(story)
    await world.hear(story.facts[-1:])
    await world.batch()
    assert (await world.states())["review.due"] == ["told", "told"]


async def test_that_a_clock_is_over_is_no_news_where_it_was_met_before_the_batch(
    world: RegionWorld,
) -> None:
    """Though the region heard of the case, and of another of its clocks."""
    story = told_to_a_region()
    other = clock("DL09", at(10, 12), date(2019, 7, 1))
    story.tell(TIMER, due(DueKind.DUE_SOON, at(27), "DL09"), at(27))
    story.tell(TIMER, DeadlineSuspended(**LIMIT, reason="information_requested"), at(28))
    story.tell(TIMER, DeadlineMoved(**other, previous_due_date=at(30).date(), reason="x"), at(26))
    await world.decide(LIVERPOOL)
    await world.hear(story.facts)
    await world.batch()
    rows = await world.rows(
        "select said ->> 'deadline' as rule, state from region_copy where topic = 'review.due'"
    )
    assert {(row["rule"], row["state"]) for row in rows} == {
        ("DL07", "not_wanted"),
        ("DL09", "told"),
    }
