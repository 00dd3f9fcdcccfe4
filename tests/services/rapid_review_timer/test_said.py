"""What was told of a deadline, read back from the service's own events."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from services.rapid_review_timer.outcome import Cancelled, Met
from services.rapid_review_timer.said import as_told, said_of
from shared.contracts.catalogue import type_for
from shared.contracts.deadline_events import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlineMoved,
    DeadlineSet,
    ReviewDue,
)
from shared.contracts.event_codes import DueKind, Force
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact

CASE, DEADLINE = UUID(int=1), UUID(int=2)
STARTED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def state(revision: int = 1, due: date = date(2026, 3, 9)) -> dict[str, Any]:
    return {
        "deadline_id": DEADLINE,
        "subject": str(CASE),
        "cycle": 1,
        "rule": "DL01",
        "rule_version": "1",
        "rule_set": "wt2018",
        "force": Force.MUST,
        "calendar_version": "2026-02-25",
        "revision": revision,
        "started_at": STARTED,
        "due_date": due,
        "late_from": datetime(due.year, due.month, due.day, tzinfo=UTC) + timedelta(days=1),
        "caused_by": UUID(int=3),
    }


def moved(revision: int, due: date) -> DeadlineMoved:
    return DeadlineMoved(
        **state(revision, due), previous_due_date=date(2026, 3, 9), reason="start_corrected"
    )


def fired(revision: int, kind: DueKind, due: date = date(2026, 3, 9)) -> ReviewDue:
    at = datetime(due.year, due.month, due.day, 8, tzinfo=UTC)
    return ReviewDue(
        deadline_id=DEADLINE,
        rule="DL01",
        cycle=1,
        force=Force.MUST,
        revision=revision,
        kind=kind,
        due_date=due,
        due_at=at,
        fired_at=at,
        fired_late_by=0,
    )


def own(*said: Payload) -> list[Fact]:
    return [
        Fact(
            event_id=uuid4(),
            case_id=CASE,
            source="/vigil/rapid_review_timer",
            sequence=number,
            type=type_for(type(data)).type,
            happened_at=STARTED,
            recorded_at=STARTED + timedelta(minutes=number),
            traceparent=None,
            data=data,
        )
        for number, data in enumerate(said, start=1)
    ]


def test_the_last_that_was_told_is_what_holds_and_what_held_before_is_kept() -> None:
    met = DeadlineMet(
        **state(2, date(2026, 3, 16)),
        met_at=STARTED,
        met_by=UUID(int=4),
        on_time=True,
        working_days_late=0,
    )
    said = said_of(own(DeadlineSet(**state()), moved(2, date(2026, 3, 16)), met))[DEADLINE]
    assert (said.revision, said.deadline.basis.due_date) == (2, date(2026, 3, 16))
    assert said.deadline.outcome == Met(STARTED, UUID(int=4), True, 0)
    (earlier, _) = said.earlier[1]
    assert (earlier.basis.due_date, earlier.outcome) == (date(2026, 3, 9), None)


def test_what_was_fired_for_a_date_counts_until_the_date_moves() -> None:
    first = own(DeadlineSet(**state()), fired(1, DueKind.DUE_SOON))
    said = said_of(first)[DEADLINE]
    assert said.last_fired is not None
    assert said.last_fired.kind is DueKind.DUE_SOON
    on_the_same_date = said_of([*first, *own(moved(2, date(2026, 3, 9)))])[DEADLINE]
    assert on_the_same_date.last_fired is not None
    on_another = said_of([*first, *own(moved(2, date(2026, 3, 16)))])[DEADLINE]
    assert on_another.last_fired is None
    assert [each.kind for each in on_another.fired] == [DueKind.DUE_SOON]


def test_what_was_fired_before_a_lost_beginning_was_told_again_is_not_fired_again() -> None:
    said = said_of(own(fired(1, DueKind.DUE_SOON), DeadlineSet(**state())))[DEADLINE]
    assert said.last_fired is not None
    assert [each.kind for each in said.fired] == [DueKind.DUE_SOON]
    on_another_date = DeadlineSet(**state(due=date(2026, 3, 16)))
    other = said_of(own(fired(1, DueKind.DUE_SOON), on_another_date))[DEADLINE]
    assert other.last_fired is None
    assert said_of(own(fired(1, DueKind.DUE_SOON))) == {}


def test_a_cancelled_deadline_that_was_told_so_is_not_told_again() -> None:
    """An event does not say which event ended it; the facts do."""
    told = said_of(own(DeadlineCancelled(**state(), reason="linked")))[DEADLINE].deadline
    derived = replace(told, outcome=Cancelled("linked", UUID(int=5)))
    assert as_told(derived, told) == derived
    otherwise = replace(told, outcome=Cancelled("not_called_for", UUID(int=5)))
    assert as_told(otherwise, told) == told
