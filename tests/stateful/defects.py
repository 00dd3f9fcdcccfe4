"""Defects put in on purpose, to see that the promises can be broken and that it is found."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from unittest.mock import patch

from services.rapid_review_timer import (
    clocks,
    counting,
    deadline,
    keep_clocks,
    restored,
    revision,
)
from services.rapid_review_timer.clocks import Cycle
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.firing import Firing
from services.rapid_review_timer.revision import Change
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.said import Said
from shared.calendar import working_days
from shared.calendar.bank_holidays import Calendar
from shared.calendar.working_days import LedgerDay
from shared.contracts.intake_events import IncidentDecided, IncidentTransferred
from shared.contracts.panel_events import IncidentNotified
from shared.messaging.facts import Fact, of_type
from tests.simulation import timer_rules
from tests.simulation.work import Work
from tests.stateful import timer

_apply, _fire = timer.apply, timer_rules.fire
_change, _compare = clocks._change, revision._compare


@contextmanager
def planted(name: str) -> Iterator[None]:
    with ExitStack() as planting:
        for owner, attribute, defect in DEFECTS[name][1]:
            planting.enter_context(patch.object(owner, attribute, defect))
        yield


def _fires_without_noting_it(work: Work, kept: Kept) -> None:
    _fire(work, kept)
    work.written.tables.deadlines[kept.deadline.deadline_id] = kept


def _hears_only_what_it_waits_for(work: Work, fact: Fact) -> None:
    """A notification counts if its decision is known by then, and is forgotten otherwise."""
    decided = of_type(work.written.facts_of([fact.case_id]), IncidentDecided)
    if decided or not isinstance(fact.data, IncidentNotified):
        _apply(work, fact)


def _knows_no_withdrawal(facts: Sequence[Fact], book: RuleBook) -> dict[int, Cycle]:
    found = clocks.cycles_of(facts, book)
    for cycle in found.values():
        cycle.withdrawn_by = None
    return found


def _starts_anew_when_handed_over(cycle: Cycle, said: Any) -> None:
    _change(cycle, said)
    if isinstance(said, IncidentTransferred):
        cycle.clock_start = said.accepted_at


def _pins_nothing(*_: object) -> Mapping[Any, Calendar]:
    return {}


def _counts_the_day_itself(
    calendar: Calendar, day: date, n: int, *, back: bool = False
) -> list[LedgerDay]:
    return working_days.ledger(calendar, day, n if back else n - 1, back=back)


def _ends_the_day_in_utc(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _keeps_its_revision(stored: Any, made: Any) -> Change | None:
    change = _compare(stored, made)
    return replace(change, revision=1) if change else None


def _forgets_what_was_fired(said: Said, planned: Sequence[Firing]) -> Firing | None:
    return planned[0] if said.deadline.outcome is None else None


Defect = tuple[object, str, Callable[..., object]]
DEFECTS: dict[str, tuple[str, tuple[Defect, ...]]] = {
    "a_withdrawal_stops_no_clock": (
        "I08",
        ((deadline, "cycles_of", _knows_no_withdrawal),),
    ),
    "a_fact_that_comes_early_is_forgotten": (
        "I08",
        ((timer, "apply", _hears_only_what_it_waits_for),),
    ),
    "a_firing_leaves_no_trace": (
        "used twice|I09",
        ((timer_rules, "fire", _fires_without_noting_it),),
    ),
    "two_dates_share_a_revision": ("I09", ((revision, "_compare", _keeps_its_revision),)),
    "a_restored_timer_fires_again": (
        "used twice|I09|I10: a calendar moved",
        ((restored, "_next_firing", _forgets_what_was_fired),),
    ),
    "a_handover_starts_clocks_anew": (
        "I10",
        ((clocks, "_change", _starts_anew_when_handed_over),),
    ),
    "the_day_of_the_trigger_counts": ("I10", ((counting, "ledger", _counts_the_day_itself),)),
    "a_day_ends_by_utc": ("I10", ((counting, "first_late_instant", _ends_the_day_in_utc),)),
    "a_calendar_moves_what_is_closed": ("I10", ((keep_clocks, "_pinned", _pins_nothing),)),
}
"""With what their discovery says: the promise, or the rule of the store that was broken."""
