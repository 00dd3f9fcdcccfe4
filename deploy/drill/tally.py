"""What became of each clock of a drill, counted by rule and rule set. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

ON_TIME = timedelta(minutes=1)
"""Of the drill's time: a firing later than this after it could have come is late."""
STANDS_AS = {"suspended": "running"}
"""A clock that stands still has not ended."""
FIRED_AS = ("due_soon", "due_today", "overdue", "relaxed")


@dataclass(frozen=True)
class Revision:
    """A revision of a deadline, as the timer's store has it; the last of a deadline holds."""

    deadline_id: UUID
    revision: int
    rule: str
    rule_set: str
    due_date: date
    state: str
    on_time: bool | None


@dataclass(frozen=True)
class Fired:
    deadline_id: UUID
    revision: int
    kind: str
    due_at: datetime
    fired_at: datetime


@dataclass
class Row:
    """`started` is the sum of the four ways in which a clock stands at the end. What follows counts
    deadlines, whatever became of them later; but `moved` counts every change of a due date."""

    rule: str
    rule_set: str
    started: int = 0
    met: int = 0
    met_late: int = 0
    running: int = 0
    cancelled: int = 0
    suspended: int = 0
    due_soon: int = 0
    due_today: int = 0
    overdue: int = 0
    relaxed: int = 0
    moved: int = 0


@dataclass(frozen=True)
class LateFiring:
    deadline_id: str
    rule: str
    kind: str
    could_fire_at: str
    fired_at: str


def tally(revisions: Iterable[Revision], fired: Iterable[Fired]) -> list[Row]:
    """A row for each rule under each rule set, in that order."""
    rows: dict[tuple[str, str], Row] = {}
    kinds: dict[UUID, set[str]] = defaultdict(set)
    for firing in fired:
        kinds[firing.deadline_id].add(firing.kind)
    for deadline_id, held in _by_deadline(revisions).items():
        last = held[-1]
        key = (last.rule, last.rule_set)
        row = rows.setdefault(key, Row(*key))
        row.started += 1
        as_what = STANDS_AS.get(last.state, last.state)
        if as_what == "met" and not last.on_time:
            as_what = "met_late"
        setattr(row, as_what, getattr(row, as_what) + 1)
        row.suspended += any(one.state == "suspended" for one in held)
        row.moved += sum(one.due_date != other.due_date for one, other in pairwise(held))
        for kind in kinds[deadline_id] & set(FIRED_AS):
            setattr(row, kind, getattr(row, kind) + 1)
    return [rows[key] for key in sorted(rows)]


def _by_deadline(revisions: Iterable[Revision]) -> dict[UUID, list[Revision]]:
    held: dict[UUID, list[Revision]] = defaultdict(list)
    for one in sorted(revisions, key=lambda each: each.revision):
        held[one.deadline_id].append(one)
    return held


def fired_late(
    revisions: Iterable[Revision],
    fired: Iterable[Fired],
    first_seen: Mapping[tuple[UUID, int], datetime],
) -> list[LateFiring]:
    """Firings that came later than they could. What was past before the timer heard of it could
    not fire before: `first_seen` says when a revision came to be."""
    rules = {one.deadline_id: one.rule for one in revisions}
    late = []
    for firing in fired:
        seen = first_seen.get((firing.deadline_id, firing.revision), firing.due_at)
        could = max(firing.due_at, seen)
        if firing.fired_at > could + ON_TIME:
            late.append(
                LateFiring(
                    str(firing.deadline_id),
                    rules[firing.deadline_id],
                    firing.kind,
                    could.isoformat(),
                    firing.fired_at.isoformat(),
                )
            )
    return late


def total(rows: Sequence[Row]) -> Row:
    made = Row("all", "")
    for row in rows:
        for name, value in asdict(row).items():
            if isinstance(value, int):
                setattr(made, name, getattr(made, name) + value)
    return made
