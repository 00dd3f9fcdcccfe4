"""One sentence for each step of a rapid review."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.reporting.plain_words import (
    PARTNER_KINDS,
    counted,
    day_words,
    moment,
    organisation_name,
    words_of,
)
from services.reporting.review_words import AIMS, APPROVALS, EXTENSION_REASONS, NEXT_STEPS
from shared.contracts.payload import Payload
from shared.contracts.review_codes import Aim
from shared.contracts.review_events import (
    AimsRecorded,
    ApprovalRecorded,
    ExtensionDecided,
    ExtensionRequested,
    FindingsRecorded,
    ReviewOpened,
    ReviewSubmitted,
    SummaryChased,
    SummaryReceived,
    SummaryRequested,
)
from shared.messaging.facts import Fact

Sentence = Callable[[Any, Fact, UUID], str]


def _opened(data: ReviewOpened, fact: Fact, case_id: UUID) -> str:
    return f"Rapid review opened: the Panel was notified {moment(data.notified_at).london}"


def _findings(data: FindingsRecorded, fact: Fact, case_id: UUID) -> str:
    needed = "something has" if data.immediate_action_needed else "nothing has"
    return f"First findings recorded: {needed} to be done at once"


def _requested(data: SummaryRequested, fact: Fact, case_id: UUID) -> str:
    name = organisation_name(data.agency)
    return f"{name} was asked for what it knows, by {day_words(data.due_date)}"


def _chased(data: SummaryChased, fact: Fact, case_id: UUID) -> str:
    times = counted(data.number, "time")
    return f"{organisation_name(data.agency)} was reminded of its summary, {times} so far"


def _received(data: SummaryReceived, fact: Fact, case_id: UUID) -> str:
    what = "it was not involved" if data.nil_return else "its summary is in"
    return f"{organisation_name(data.agency)} answered{', late' if data.late else ''}: {what}"


def _aims(data: AimsRecorded, fact: Fact, case_id: UUID) -> str:
    open_ = [words_of(AIMS, aim) for aim in Aim if aim not in data.filled]
    stand = f"still open: {', '.join(open_)}" if open_ else "all four are filled"
    step = f"; next step: {words_of(NEXT_STEPS, data.next_step)}" if data.next_step else ""
    return f"Aims of the rapid review written down, version {data.content_version}: {stand}{step}"


def _approval(data: ApprovalRecorded, fact: Fact, case_id: UUID) -> str:
    kind = words_of(PARTNER_KINDS, data.kind).lower()
    answer = words_of(APPROVALS, data.answer)
    return (
        f"{organisation_name(data.organisation)} ({kind}) {answer} version {data.content_version}"
        " of the rapid review"
    )


def _submitted(data: ReviewSubmitted, fact: Fact, case_id: UUID) -> str:
    step = words_of(NEXT_STEPS, data.next_step)
    return f"Rapid review sent to the Panel, approved by all three partners; next step: {step}"


def _extension_asked(data: ExtensionRequested, fact: Fact, case_id: UUID) -> str:
    return (
        f"Extension asked for to {day_words(data.proposed_date)}: "
        f"{words_of(EXTENSION_REASONS, data.reason)}. The review stays due "
        f"{day_words(data.original_due_date)} until it is granted"
    )


def _extension_decided(data: ExtensionDecided, fact: Fact, case_id: UUID) -> str:
    original = day_words(data.original_due_date)
    if data.agreed_date is None:
        return f"Extension refused: the review stays due {original}"
    return f"Extension granted to {day_words(data.agreed_date)}; it was due {original}"


REVIEW_SENTENCES: Mapping[type[Payload], Sentence] = MappingProxyType(
    {
        ReviewOpened: _opened,
        FindingsRecorded: _findings,
        SummaryRequested: _requested,
        SummaryChased: _chased,
        SummaryReceived: _received,
        AimsRecorded: _aims,
        ApprovalRecorded: _approval,
        ReviewSubmitted: _submitted,
        ExtensionRequested: _extension_asked,
        ExtensionDecided: _extension_decided,
    }
)
