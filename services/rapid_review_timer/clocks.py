"""Which clocks intake started and stopped, read in the order in which it spoke of one case.

Pure. Intake numbers what it says, so its facts have an order; those of other services have none
beside it and are not looked at here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.rapid_review_timer.limits import (
    BEGINS,
    LIMITS,
    NOT_CALLED_FOR,
    STARTED_OTHERWISE,
    TRIAGE,
    Begins,
    InTriage,
    Reason,
    limit_of,
)
from services.rapid_review_timer.rule_book import RuleBook
from shared.contracts.event_codes import Decision, RecipientKind
from shared.contracts.intake_events import (
    CaseClosed,
    IncidentAssessed,
    IncidentCorrected,
    IncidentDecided,
    IncidentReopened,
    IncidentReported,
    IncidentTransferred,
    IncidentWithdrawn,
    ObligationOwed,
)
from shared.contracts.report_codes import Outcome
from shared.messaging.facts import Fact

DIED = Outcome.DIED.value


@dataclass(frozen=True)
class Clock:
    """`reason` and `ended_by` say why and by which event it no longer runs, else None;
    `stopped_at` since when it stands still, for a reason that suspends it."""

    started_at: datetime
    caused_by: UUID
    reason: Reason | None = None
    ended_by: UUID | None = None
    stopped_at: datetime | None = None


@dataclass
class Cycle:
    """What intake said of one cycle, as of its latest fact; `clocks` by rule.

    `settled_by` is the first fact that started the clock of the duty or decided about it.
    `died_later_at`: when it was corrected that a child has died since.
    `withdrawn_by` is the event by which the notification was withdrawn: nothing runs on;
    `closed_by` the one by which the case was closed: no clock of its review does.
    """

    clock_start: datetime | None = None
    la_aware_at: datetime | None = None
    died_later_at: datetime | None = None
    other_areas: bool = False
    rows: frozenset[str] = frozenset()
    decision: IncidentDecided | None = None
    decided_by: UUID | None = None
    rapid_review_once: bool = False
    settled_by: Fact | None = None
    withdrawn_by: UUID | None = None
    closed_by: UUID | None = None
    clocks: dict[str, Clock] = field(default_factory=dict)


def cycles_of(intake_facts: Sequence[Fact], book: RuleBook) -> dict[int, Cycle]:
    """The cycles of one case. `intake_facts` are in intake's order, each once.

    The clock of `TRIAGE` starts when the report was received and belongs to cycle 1.
    """
    cycles: dict[int, Cycle] = {}
    for fact in intake_facts:
        said = fact.data
        if isinstance(said, IncidentReported):
            first = cycles.setdefault(1, Cycle())
            first.clocks.setdefault(TRIAGE, Clock(said.received_at, fact.event_id))
        elif isinstance(said, IncidentAssessed | IncidentDecided):
            cycle = cycles.setdefault(said.cycle, Cycle())
            _learn(cycle, fact, said)
            _start_and_stop(cycle, fact.event_id, book)
        elif isinstance(said, IncidentCorrected | IncidentReopened | IncidentTransferred):
            cycle = cycles.setdefault(said.cycle, Cycle())
            _change(cycle, said)
            _start_and_stop(cycle, fact.event_id, book)
        elif isinstance(said, IncidentWithdrawn):
            cycles.setdefault(said.cycle, Cycle()).withdrawn_by = fact.event_id
        elif isinstance(said, CaseClosed):
            cycles.setdefault(said.cycle, Cycle()).closed_by = fact.event_id
    return cycles


def _change(cycle: Cycle, said: IncidentCorrected | IncidentReopened | IncidentTransferred) -> None:
    """A transfer moves no start, and what is owed besides is owed from the same start."""
    if not isinstance(said, IncidentTransferred):
        cycle.clock_start = said.clock_start or cycle.clock_start
        cycle.la_aware_at = said.la_incident_aware_at or cycle.la_aware_at
    if isinstance(said, IncidentReopened):
        return
    cycle.other_areas = bool(said.other_areas)
    if isinstance(said, IncidentCorrected):
        cycle.rows = cycle.rows if cycle.decision else frozenset(said.rows)
        _learn_of_death(cycle, said)
    _owe_besides(cycle, said.obligations)


def _learn_of_death(cycle: Cycle, said: IncidentCorrected) -> None:
    """Where a death was to be told before, of this child or another, that clock stays."""
    owed = cycle.decision.obligations if cycle.decision else []
    known = cycle.died_later_at or any(one.recipient_kind is RecipientKind.CDOP for one in owed)
    if not known and any(one.fact == "outcome" and one.after == DIED for one in said.changed):
        cycle.died_later_at = said.corrected_at


def _owe_besides(cycle: Cycle, owed: Sequence[ObligationOwed]) -> None:
    if cycle.decision is not None and owed:
        known = {one.obligation_id for one in cycle.decision.obligations}
        new = [one for one in owed if one.obligation_id not in known]
        whole = [*cycle.decision.obligations, *new]
        cycle.decision = cycle.decision.model_copy(update={"obligations": whole})


def _learn(cycle: Cycle, fact: Fact, said: IncidentAssessed | IncidentDecided) -> None:
    """What is decided stays known: an instant missing afterwards takes no start away."""
    if isinstance(said, IncidentDecided):
        cycle.decision, cycle.decided_by = said, fact.event_id
        cycle.rapid_review_once |= said.rapid_review
    else:
        cycle.rows = frozenset(said.rows_that_may_match)
    if said.clock_start or not cycle.decision:
        cycle.clock_start = said.clock_start
    if said.la_incident_aware_at or not cycle.decision:
        cycle.la_aware_at = said.la_incident_aware_at
    cycle.other_areas = bool(said.other_areas)
    if cycle.settled_by is None and (cycle.decision or cycle.clock_start):
        cycle.settled_by = fact


def _start_and_stop(cycle: Cycle, cause: UUID, book: RuleBook) -> None:
    owed = {owed.limit_rule for owed in cycle.decision.obligations} if cycle.decision else set()
    for rule in sorted((LIMITS.keys() | owed | cycle.clocks.keys()) - STARTED_OTHERWISE):
        found = _start_or_reason(cycle, rule, rule in owed, book)
        clock = cycle.clocks.get(rule)
        if isinstance(found, Reason):
            if clock and clock.reason is None:
                cycle.clocks[rule] = Clock(clock.started_at, clock.caused_by, found, cause)
        elif found and (clock is None or clock.started_at != found):
            cycle.clocks[rule] = Clock(found, cause)
        elif found and clock:
            cycle.clocks[rule] = Clock(clock.started_at, clock.caused_by)


def _start_or_reason(cycle: Cycle, rule: str, owed: bool, book: RuleBook) -> datetime | Reason:
    limit = limit_of(rule)
    if cycle.decision is None:
        if limit.in_triage is InTriage.OTHER_AREAS and not cycle.other_areas:
            return Reason.NO_OTHER_AREA
        if limit.in_triage is InTriage.ROWS and not limit.rows & cycle.rows:
            return Reason.ROW_RULED_OUT
    elif not owed:
        decided = cycle.decision.decision
        if decided is not Decision.NOTIFIABLE or not limit.kept_when_notifiable:
            return NOT_CALLED_FOR[decided]
    return _begin(cycle, rule, book) or Reason.START_UNKNOWN


def _begin(cycle: Cycle, rule: str, book: RuleBook) -> datetime | None:
    """Who decides knows, so at the latest the decision starts the clock."""
    if rule not in book.rules:
        return None
    begins = BEGINS.get(book.rules[rule][-1].trigger)
    decided_at = cycle.decision.decided_at if cycle.decision else None
    if begins is Begins.CRITERIA_KNOWN:
        return cycle.clock_start or decided_at
    if begins is Begins.DEATH_KNOWN and cycle.died_later_at:
        return cycle.died_later_at
    if begins in (Begins.INCIDENT_KNOWN, Begins.DEATH_KNOWN):
        return cycle.la_aware_at or decided_at
    return None
