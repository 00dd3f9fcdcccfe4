"""A limit that a notice relaxes is past its day and no breach; a move into the past says so."""

from datetime import UTC, date, datetime
from typing import Any

from services.reporting.journey import Journey, journey
from shared.contracts.deadline_events import DeadlineSet, ReviewDue
from shared.contracts.event_codes import DueKind
from tests.services.reporting.sample_events import CASE, Story, at, clock

DUE = date(2019, 6, 12)


def told(kind: DueKind | None, relaxed_by: str | None = None, **changes: Any) -> Journey:
    story = Story()
    review = clock("DL07", at(5), DUE) | {"relaxed_by": relaxed_by}
    story.tell("rapid_review_timer", DeadlineSet(**review), at(5))
    late = datetime(2019, 6, 12, 23, tzinfo=UTC)
    if kind is not None:
        due = ReviewDue(
            **{name: review[name] for name in ("deadline_id", "rule", "cycle", "force")},
            revision=1,
            kind=kind,
            due_date=DUE,
            due_at=late,
            fired_at=at(13),
            fired_late_by=36_000,
            **changes,
        )
        story.tell("rapid_review_timer", due, late)
    return journey(CASE, story.facts, (), at(14, 9))


def test_p07_a_relaxed_review_is_shown_as_past_its_day_and_no_breach() -> None:
    found = told(DueKind.RELAXED, "WT2018.C19")
    (review,) = found.clocks
    assert review.state == "relaxed"
    assert review.words.endswith(
        "past its day by 2 working days; the limit is relaxed, which is no breach"
    )
    assert not [each for each in found.attention if each.kind == "overdue"]


def test_a_relaxed_limit_is_never_shown_as_overdue_before_it_is_heard_of() -> None:
    assert told(None, "WT2018.C19").clocks[0].state == "relaxed"
    assert told(None).clocks[0].state == "overdue"


def test_what_was_fired_as_overdue_stays_overdue() -> None:
    assert told(DueKind.OVERDUE, "WT2018.C19").clocks[0].state == "overdue"


def test_a_deadline_that_a_newer_calendar_put_into_the_past_says_so_and_is_not_said_late() -> None:
    step = told(DueKind.OVERDUE, after_move="calendar_revised").steps[-1]
    assert step.what.endswith(
        "that day had passed when it was moved there (the bank holidays were revised)"
    )
    assert step.late == ("overdue",)
