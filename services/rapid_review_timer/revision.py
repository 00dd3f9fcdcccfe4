"""What has to be written and said when the deadlines that should exist differ from those stored.

Pure. For each deadline a reader hears `deadline.set` first, then any number of `deadline.moved`,
and at the end of a revision at most one of `deadline.met` and `deadline.cancelled`. What was
settled and is judged anew gets a new revision; the old one is kept. `deadline.suspended` ends no
revision; `deadline.resumed` begins one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from services.rapid_review_timer.deadline import Basis, Deadline, Derived
from services.rapid_review_timer.outcome import Cancelled, Met, Outcome, Suspended

Said = Literal["set", "moved", "suspended", "resumed", "met", "cancelled"]


@dataclass(frozen=True)
class Change:
    """`says` in the order of telling; `moved_because` is None unless the clock was moved."""

    deadline: Deadline
    revision: int
    previous: Deadline | None
    says: tuple[Said, ...]
    moved_because: str | None = None


def changes(stored: Mapping[UUID, tuple[Deadline, int]], derived: Derived) -> list[Change]:
    """The differences, in the order of `derived`. `stored` holds the current revision of each."""
    compared = (_compare(stored.get(made.deadline_id), made) for made in derived.deadlines)
    return [change for change in compared if change is not None]


def _compare(stored: tuple[Deadline, int] | None, made: Deadline) -> Change | None:
    if stored is None:
        return Change(made, 1, None, ("set", *_ending(made)))
    before, revision = stored
    if before == made:
        return None
    resumed = isinstance(before.outcome, Suspended) and made.outcome is None
    if resumed or not _stays_where_it_is(before.basis, made.basis):
        because = None if resumed else _moved_because(before.basis, made.basis)
        first: Said = "resumed" if resumed else "moved"
        return Change(made, revision + 1, before, (first, *_ending(made)), because)
    if _ended_alike(before.outcome, made.outcome):
        return Change(made, revision, before, ())
    if before.may_go_on:
        return Change(made, revision, before, _ending(made))
    return Change(made, revision + 1, before, ("set", *_ending(made)))


def _ended_alike(before: Outcome | None, made: Outcome | None) -> bool:
    """Also where it is not known what ended it: what was told of an end does not say that."""
    if isinstance(before, Cancelled) and type(before) is type(made) and before.by is None:
        return before == replace(made, by=None)
    return before == made


def _stays_where_it_is(before: Basis, made: Basis) -> bool:
    """Whether nothing has moved and nobody hears of it: all that changed is the notice that
    relaxes the limit, or the name of a newer calendar and what stands beside the due date."""
    beside = replace(made, relaxed_by=before.relaxed_by)
    if before.calendar_version != made.calendar_version:
        beside = replace(
            beside, calendar_version=before.calendar_version, alternatives=before.alternatives
        )
    return beside == before


def _ending(made: Deadline) -> tuple[Said, ...]:
    if isinstance(made.outcome, Met):
        return ("met",)
    if isinstance(made.outcome, Suspended):
        return ("suspended",)
    return ("cancelled",) if isinstance(made.outcome, Cancelled) else ()


def _moved_because(before: Basis, made: Basis) -> str:
    if before.agreed != made.agreed and made.agreed:
        return "extension_granted"
    if before.started_at != made.started_at:
        return "start_corrected"
    if before.rule_version != made.rule_version:
        return "rule_revised"
    if before.calendar_version != made.calendar_version:
        return "calendar_revised"
    return "basis_corrected"
