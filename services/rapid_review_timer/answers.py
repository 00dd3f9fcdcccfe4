"""What this service answers over HTTP and on the command line."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.rapid_review_timer.calculation import Calculation
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.outcome import Cancelled, Met
from services.rapid_review_timer.rule_row import Citation
from shared.contracts.event_codes import DueKind, Force


class Answer(BaseModel):
    """Dates are London dates, instants are UTC."""

    model_config = ConfigDict(frozen=True)


class DeadlineAnswer(Answer):
    """`state`: running, suspended, met or cancelled; `awaits_receipt`: all was sent, receipts are
    out; `cancelled_because`: also why it stands still."""

    deadline_id: UUID
    cycle: int
    rule: str
    rule_version: str
    rule_set: str
    force: Force
    calendar_version: str
    revision: int
    state: str
    started_at: datetime
    caused_by: UUID
    due_date: date
    late_from: datetime
    alternatives: dict[str, date]
    awaits_receipt: bool
    next_firing: DueKind | None
    met_at: datetime | None
    met_by: UUID | None
    on_time: bool | None
    working_days_late: int | None
    cancelled_because: str | None


class CaseDeadlines(Answer):
    """`case_id` is the case that counts: that which the asked one was linked to, or itself."""

    case_id: UUID
    linked_from: UUID | None
    deadlines: list[DeadlineAnswer]


class LedgerDayAnswer(Answer):
    """One calendar day: what was `reached` so far, and why it was not counted."""

    day: date
    reached: int
    skipped_because: str | None
    note: str | None


class CitationAnswer(Answer):
    source: str
    section: str | None
    says: str
    confirmed: bool


class CalculationAnswer(Answer):
    """`alternatives`: due dates by the other readings, `alt_due_date` the first of them. For the
    dates after them see Calculation. `relaxed_by` is the notice that relaxes the limit, if any."""

    rule: str
    title: str
    rule_version: str
    rule_set: str
    profile: str | None
    force: Force
    calendar_version: str
    basis: str
    unit: str | None
    start: date | datetime
    start_local_date: date
    due_date: date
    late_from: datetime
    alternatives: dict[str, date]
    alt_due_date: date | None
    safe_date: date | None
    internal_target: date | None
    allowed_from: date | None
    relaxed_by: str | None
    ledger: list[LedgerDayAnswer]
    citations: list[CitationAnswer]
    sentence: str


class TriggerAnswer(Answer):
    event_id: UUID
    type: str
    source: str
    happened_at: datetime
    recorded_at: datetime


class AlternativeAnswer(Answer):
    """Another start that some source gives, and why it is not the one in force."""

    basis: str
    due_date: date
    question: str
    says: str


class LifeAnswer(Answer):
    """In words: what meets, moves, suspends, resumes and cancels a deadline; what follows when it
    is missed."""

    met_by: list[str]
    moved_by: list[str]
    suspended_by: list[str]
    resumed_by: list[str]
    cancelled_by: list[str]
    when_missed: list[str]


class EarlierRevision(Answer):
    revision: int
    state: str
    due_date: date
    superseded_at: datetime


class FiringAnswer(Answer):
    revision: int
    kind: DueKind
    due_at: datetime
    fired_at: datetime


class Explanation(Answer):
    deadline: DeadlineAnswer
    sentence: str
    title: str
    who: list[str]
    to_whom: list[str]
    duty: Force
    citations: list[CitationAnswer]
    trigger: TriggerAnswer | None
    start_local_date: date
    ledger: list[LedgerDayAnswer]
    safe_date: date | None
    internal_target: date | None
    allowed_from: date | None
    relaxed_by: str | None
    life: LifeAnswer
    alternatives: list[AlternativeAnswer]
    earlier_revisions: list[EarlierRevision]
    firings: list[FiringAnswer]


def deadline_answer(kept: Kept) -> DeadlineAnswer:
    made, basis = kept.deadline, kept.deadline.basis
    met = made.outcome if isinstance(made.outcome, Met) else None
    return DeadlineAnswer(
        deadline_id=made.deadline_id,
        cycle=made.cycle,
        rule=made.rule,
        rule_version=basis.rule_version,
        rule_set=basis.rule_set,
        force=basis.force,
        calendar_version=basis.calendar_version,
        revision=kept.revision,
        state=made.state,
        started_at=basis.started_at,
        caused_by=basis.caused_by,
        due_date=basis.due_date,
        late_from=basis.late_from,
        alternatives=dict(basis.alternatives),
        awaits_receipt=made.awaits_receipt,
        next_firing=kept.next_firing.kind if kept.next_firing else None,
        met_at=met and met.at,
        met_by=met and met.by,
        on_time=met.on_time if met else None,
        working_days_late=met.working_days_late if met else None,
        cancelled_because=made.outcome.reason if isinstance(made.outcome, Cancelled) else None,
    )


def ledger_answer(made: Calculation) -> list[LedgerDayAnswer]:
    return [
        LedgerDayAnswer(
            day=row.day, reached=row.reached, skipped_because=row.skipped_because, note=row.note
        )
        for row in made.ledger
    ]


def citation_answers(citations: tuple[Citation, ...]) -> list[CitationAnswer]:
    return [CitationAnswer(**citation.model_dump()) for citation in citations]
