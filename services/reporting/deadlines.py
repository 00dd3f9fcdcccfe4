"""What the timer said of each deadline: its revisions, and whether it was said to be overdue."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.reporting.known import Known
from shared.contracts.deadline_events import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlineMoved,
    DeadlineResumed,
    DeadlineState,
    DeadlineSuspended,
    ReviewDue,
)
from shared.contracts.event_codes import DueKind


@dataclass(frozen=True)
class Deadline:
    """`history` is in the timer's order and never empty; its last element is what holds.

    `fired_relaxed`: the timer said that its day has passed and that this is no breach."""

    deadline_id: UUID
    case_id: UUID
    history: tuple[DeadlineState, ...]
    fired_overdue: bool
    fired_relaxed: bool = False

    @property
    def last(self) -> DeadlineState:
        return self.history[-1]

    @property
    def runs(self) -> bool:
        return not isinstance(self.last, DeadlineMet | DeadlineCancelled | DeadlineSuspended)

    def previous_due_dates(self) -> list[tuple[date, str]]:
        """Each earlier due date with the code of why it moved, oldest first."""
        moved: list[tuple[date, str]] = []
        before: date | None = None
        for state in self.history:
            if isinstance(state, DeadlineMoved):
                moved.append((state.previous_due_date, state.reason))
            elif isinstance(state, DeadlineResumed):
                moved.append((state.previous_due_date, "resumed"))
            elif before is not None and before != state.due_date:
                moved.append((before, "corrected"))
            before = state.due_date
        return moved


def deadlines(case: Known) -> tuple[Deadline, ...]:
    """The deadlines of a case and of those merged into it."""
    histories: dict[UUID, list[DeadlineState]] = defaultdict(list)
    cases: dict[UUID, UUID] = {}
    for fact, state in case.of(DeadlineState):
        histories[state.deadline_id].append(state)
        cases[state.deadline_id] = fact.case_id
    fired = {(due.deadline_id, due.revision, due.kind) for _, due in case.of(ReviewDue)}
    return tuple(
        Deadline(
            deadline_id=deadline_id,
            case_id=cases[deadline_id],
            history=tuple(history),
            fired_overdue=(deadline_id, history[-1].revision, DueKind.OVERDUE) in fired,
            fired_relaxed=(deadline_id, history[-1].revision, DueKind.RELAXED) in fired,
        )
        for deadline_id, history in histories.items()
    )


def deadline_for(
    known: Sequence[Deadline], case_id: UUID, cycle: int, rule: str | None
) -> Deadline | None:
    """The deadline that limits an obligation: of its case, or of the case it was merged into,
    whose clocks go on for both."""
    candidates = [
        deadline
        for deadline in known
        if (deadline.last.cycle, deadline.last.rule) == (cycle, rule)
        and not isinstance(deadline.last, DeadlineCancelled)
    ]
    return min(
        candidates,
        key=lambda one: (one.case_id != case_id, one.last.due_date, str(one.deadline_id)),
        default=None,
    )
