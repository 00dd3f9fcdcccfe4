"""What is said, and under which revision, when a deadline is not as it was stored."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.rapid_review_timer.deadline import Deadline, Derived
from services.rapid_review_timer.outcome import Cancelled, Met, Suspended
from services.rapid_review_timer.review_clocks import ORIGINAL
from services.rapid_review_timer.revision import Change, changes
from tests.services.rapid_review_timer.case_told import at
from tests.services.rapid_review_timer.sample_deadlines import kept_deadline

RUNNING = kept_deadline("DL07", "2019-06-03").deadline
MET = Met(at("2019-06-20"), UUID(int=2), on_time=True, working_days_late=0)
MET_LATE = Met(at("2019-07-20"), UUID(int=3), on_time=False, working_days_late=9)
CANCELLED = Cancelled("withdrawn", UUID(int=4))
SUSPENDED = Suspended("information_requested", UUID(int=5))
DUE = RUNNING.basis.due_date
LATER = DUE + timedelta(days=1)


def being(outcome: Any, **basis: Any) -> Deadline:
    return replace(RUNNING, outcome=outcome, basis=replace(RUNNING.basis, **basis))


def change(before: Deadline | None, made: Deadline, revision: int = 3) -> Change | None:
    stored = {made.deadline_id: (before, revision)} if before else {}
    found = changes(stored, Derived((made,), ()))
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize(
    ("outcome", "says"),
    [
        (None, ("set",)),
        (MET, ("set", "met")),
        (CANCELLED, ("set", "cancelled")),
        (SUSPENDED, ("set", "suspended")),
    ],
)
def test_a_new_deadline_is_set_first(outcome: Any, says: tuple[str, ...]) -> None:
    made = being(outcome)
    assert change(None, made) == Change(made, 1, None, says)  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", [None, MET, CANCELLED, SUSPENDED])
def test_of_what_is_as_it_was_nothing_is_said(outcome: Any) -> None:
    assert change(being(outcome), being(outcome)) is None


@pytest.mark.parametrize("outcome", [CANCELLED, SUSPENDED])
def test_an_end_of_which_it_is_not_known_what_brought_it_is_not_told_again(
    outcome: Cancelled,
) -> None:
    """After a restore: an event does not say which other one ended the deadline."""
    told, made = being(replace(outcome, by=None)), being(outcome)
    assert change(told, made) == Change(made, 3, told, ())
    otherwise = being(replace(outcome, reason="linked"))
    found = change(told, otherwise)
    assert found is not None
    assert found.says
    assert change(made, being(replace(outcome, by=UUID(int=9)))) is not None


@pytest.mark.parametrize(
    ("before", "after", "says", "revision"),
    [
        (None, MET, ("met",), 3),
        (None, CANCELLED, ("cancelled",), 3),
        (None, SUSPENDED, ("suspended",), 3),
        (SUSPENDED, MET, ("met",), 3),
        (SUSPENDED, CANCELLED, ("cancelled",), 3),
        (SUSPENDED, None, ("resumed",), 4),
        (MET, None, ("set",), 4),
        (MET, MET_LATE, ("set", "met"), 4),
        (MET, CANCELLED, ("set", "cancelled"), 4),
        (CANCELLED, None, ("set",), 4),
    ],
)
def test_what_was_open_ends_in_its_revision_and_what_had_ended_is_judged_in_a_new_one(
    before: Any, after: Any, says: tuple[str, ...], revision: int
) -> None:
    made = being(after)
    assert change(being(before), made) == Change(made, revision, being(before), says)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("basis", "because"),
    [
        ({"due_date": LATER, "alternatives": {ORIGINAL: DUE}}, "extension_granted"),
        ({"started_at": RUNNING.basis.started_at + timedelta(days=1)}, "start_corrected"),
        ({"rule_version": "2"}, "rule_revised"),
        ({"due_date": LATER, "calendar_version": "england-and-wales-next"}, "calendar_revised"),
        ({"due_date": LATER}, "basis_corrected"),
        ({"alternatives": {"AWARE": date(2019, 6, 20)}}, "basis_corrected"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_move_says_why_under_a_new_revision(basis: dict[str, Any], because: str) -> None:
    made = being(None, **basis)
    assert change(RUNNING, made) == Change(made, 4, RUNNING, ("moved",), because)


def test_an_end_of_an_extension_is_a_correction_of_the_basis() -> None:
    extended = being(None, due_date=LATER, alternatives={ORIGINAL: DUE})
    moved = change(extended, RUNNING)
    assert moved is not None
    assert moved.moved_because == "basis_corrected"


@pytest.mark.parametrize(
    "basis",
    [
        {"relaxed_by": "WT2018.C19"},
        {"calendar_version": "england-and-wales-next"},
        {
            "calendar_version": "england-and-wales-next",
            "alternatives": {"AWARE": date(2019, 6, 20)},
        },
    ],
    ids=["relaxed", "another calendar", "another calendar and what stands beside"],
)
def test_what_stays_on_its_day_is_written_and_nobody_hears_of_it(basis: dict[str, Any]) -> None:
    made = being(None, **basis)
    assert change(RUNNING, made) == Change(made, 3, RUNNING, ())


def test_what_moved_and_was_met_says_both() -> None:
    made = being(MET, due_date=LATER)
    assert change(RUNNING, made) == Change(made, 4, RUNNING, ("moved", "met"), "basis_corrected")
