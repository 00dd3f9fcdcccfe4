"""What happened, event by event, each as one sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.reporting.deadlines import Deadline, deadline_for
from services.reporting.known import Known, as_it_happened, service_of
from services.reporting.plain_words import SERVICES, Moment, counted, moment, span_words, words_of
from services.reporting.sentences import SENTENCES
from shared.contracts.deadline_events import DeadlineMet, DeadlineState, ReviewDue
from shared.contracts.event_codes import DueKind
from shared.contracts.intake_events import CaseStageEntered, IncidentDecided
from shared.contracts.panel_events import NoticeSent
from shared.contracts.review_events import ReviewOpened, SummaryReceived
from shared.messaging.facts import Fact

LATE_RECORD_SECONDS = 3_600
LATE_FIRING_SECONDS = 60
DERIVED = (DeadlineState, CaseStageEntered, ReviewOpened)
"""Concluded from something earlier and dated back to it, which is not lateness."""


@dataclass(frozen=True)
class Step:
    """`what` is a sentence without names of people; `late` says what was late about it, if any."""

    at: Moment
    recorded: Moment
    what: str
    service: str
    service_words: str
    event_id: UUID
    type: str
    case_id: UUID
    trace_id: str
    late: tuple[str, ...]


def steps(case: Known, deadlines: Sequence[Deadline]) -> tuple[Step, ...]:
    """By when it happened, oldest first."""
    return tuple(_step(fact, case, deadlines) for fact in sorted(case.facts, key=as_it_happened))


def _step(fact: Fact, case: Known, deadlines: Sequence[Deadline]) -> Step:
    service = service_of(fact.source)
    sentence: Callable[[Any, Fact, UUID], str] | None = SENTENCES.get(type(fact.data))
    return Step(
        at=moment(fact.happened_at),
        recorded=moment(fact.recorded_at),
        what=sentence(fact.data, fact, case.case_id) if sentence else words_of({}, fact.type),
        service=service,
        service_words=words_of(SERVICES, service),
        event_id=fact.event_id,
        type=fact.type,
        case_id=fact.case_id,
        trace_id=fact.case_id.hex,
        late=tuple(_late(fact, deadlines)),
    )


def _late(fact: Fact, deadlines: Sequence[Deadline]) -> list[str]:
    late: list[str] = []
    data = fact.data
    if isinstance(data, DeadlineMet) and not data.on_time:
        late.append(f"{counted(data.working_days_late, 'working day')} late")
    if isinstance(data, ReviewDue):
        if data.kind is DueKind.OVERDUE:
            late.append("overdue")
        if data.fired_late_by >= LATE_FIRING_SECONDS and data.after_move is None:
            late.append(f"said {span_words(data.fired_late_by)} after it was so")
    if isinstance(data, NoticeSent):
        limit = deadline_for(deadlines, fact.case_id, data.cycle, data.limit_rule)
        if limit and data.sent_at >= limit.last.late_from:
            late.append("sent after the limit")
    if isinstance(data, SummaryReceived) and data.late:
        late.append("after its day")
    if isinstance(data, IncidentDecided) and data.late_reason:
        late.append(f"reason given: {words_of({}, data.late_reason)}")
    waited = (fact.recorded_at - fact.happened_at).total_seconds()
    if waited >= LATE_RECORD_SECONDS and not isinstance(data, DERIVED):
        late.append(f"recorded {span_words(waited)} after it happened")
    return late
