"""Defects put in on purpose, to see that the simulator finds them. Off unless asked for by name."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from unittest.mock import patch
from uuid import UUID, uuid5

from services.intake.closing import Actions, Closing
from services.intake.stage import stage_of
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.firing import latest_due
from services.rapid_review_timer.watcher import review_due
from shared.contracts.event_codes import Stage
from shared.contracts.intake_events import CaseClosed, IncidentDecided
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.review_events import ReviewStep
from shared.messaging.facts import Fact, of_type
from shared.messaging.order import Occupancy, Outcome
from tests.simulation import ending_rules, intake_rules, restored_clocks, timer_rules
from tests.simulation.process import HANDLERS, Process
from tests.simulation.stream import Delivery, Stream
from tests.simulation.work import Work

_apply, _die = Process.apply, Process.die
_fired: set[timer_rules.FiringKey] = set()


@contextmanager
def planted(name: str | None) -> Iterator[None]:
    """With one of `DEFECTS` in place; without a name, with none."""
    with ExitStack() as planting:
        for owner, attribute, defect in DEFECTS[name] if name else ():
            planting.enter_context(patch.object(owner, attribute, defect))
        if name in TIMERS:
            planting.enter_context(patch.dict(HANDLERS, {"rapid_review_timer": TIMERS[name]}))
        yield


def _knows_every_type(process: Process, type_: str) -> bool:
    return True


async def _skips_what_it_does_not_know(process: Process, event: Delivery) -> Outcome:
    if event.fact.type in process.unknown:
        return Outcome.NOT_USED
    return await _apply(process, event)


async def _is_never_held(stream: Stream) -> bool:
    return False


async def _asks_for_the_number_alone(stream: Stream, event: Delivery) -> Occupancy:
    return Occupancy(event.event_id if stream.holder(event.sequence) else None)


async def _finds_nothing_parked(stream: Stream) -> Delivery | None:
    return None


def _remembers_what_was_fired(work: Work, kept: Kept) -> None:
    """In the memory of the process instead of a row."""
    firing = latest_due(kept.planned, work.now)
    if firing is None:
        return
    deadline = kept.deadline
    key = (deadline.deadline_id, kept.revision, firing.kind)
    if key not in _fired:
        _fired.add(key)
        caused = work.because_of(uuid5(work.cause, str(deadline.deadline_id)))
        caused.emit(review_due(kept, firing, work.now), deadline.case_id, firing.due_at)


def _forgets_what_was_fired(process: Process) -> None:
    _fired.clear()
    _die(process)


def _hears_only_what_it_waits_for(work: Work, fact: Fact) -> None:
    """A notification counts if its decision is known by then, and is forgotten otherwise."""
    decided = of_type(work.written.facts_of([fact.case_id]), IncidentDecided)
    if isinstance(fact.data, IncidentNotified) and not decided:
        work.written.fact_ids.add(fact.event_id)
        return
    timer_rules.apply(work, fact)


def _closes_whatever_is_under_way(stage: Stage | None, actions: Actions) -> Closing:
    return Closing(stage or Stage.TRIAGE, len(actions.closed))


def _leaves_a_closed_case_for_what_comes_late(facts: Sequence[Fact], cycle: int) -> object:
    """A step of the review that was heard after the closing counts for more."""
    closed = [fact.happened_at for fact, said in of_type(facts, CaseClosed) if said.cycle == cycle]
    late = [
        fact for fact, _ in of_type(facts, ReviewStep) if closed and fact.happened_at > closed[0]
    ]
    without = [fact for fact in facts if not isinstance(fact.data, CaseClosed)]
    return stage_of(without if late else facts, cycle)


def _cancels_no_clock_of_a_closed_case(work: Work, fact: Fact) -> None:
    if isinstance(fact.data, CaseClosed):
        work.written.record(fact)
    else:
        timer_rules.apply(work, fact)


def _settles_nothing(work: Work, held: set[UUID]) -> int:
    return 0


DEFECTS: dict[str, tuple[tuple[object, str, Callable[..., object]], ...]] = {
    "unknown_type_skipped": (
        (Process, "knows", _knows_every_type),
        (Process, "apply", _skips_what_it_does_not_know),
    ),
    "held_stream_applies": ((Stream, "is_held", _is_never_held),),
    "equal_number_dropped": ((Stream, "occupancy", _asks_for_the_number_alone),),
    "parked_never_drained": ((Stream, "parked_next", _finds_nothing_parked),),
    "firing_without_row": (
        (timer_rules, "fire", _remembers_what_was_fired),
        (Process, "die", _forgets_what_was_fired),
    ),
    "depends_on_order": (),
    "closed_too_early": ((ending_rules, "closing", _closes_whatever_is_under_way),),
    "closing_undone_by_late_events": (
        (intake_rules, "stage_of", _leaves_a_closed_case_for_what_comes_late),
    ),
    "closing_leaves_clocks": (),
    "left_after_a_restore_for_good": ((restored_clocks, "settle_left", _settles_nothing),),
}

TIMERS: dict[str, Callable[[Work, Fact], None]] = {
    "depends_on_order": _hears_only_what_it_waits_for,
    "closing_leaves_clocks": _cancels_no_clock_of_a_closed_case,
}
"""How the timer takes an event in, by the defect."""
