"""One sentence for each class of event. Only codes, dates and names of organisations go in."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.reporting.change_sentences import CHANGE_SENTENCES
from services.reporting.local_review_sentences import LOCAL_REVIEW_SENTENCES
from services.reporting.panel_sentences import PANEL_SENTENCES
from services.reporting.plain_words import (
    CHANNELS,
    DECISIONS,
    DUE_KINDS,
    OUTCOMES,
    PARTNER_KINDS,
    POSITIONS,
    REASONS,
    SERVICES,
    SETTLED,
    STAGES,
    counted,
    day_words,
    moment,
    organisation_name,
    reference_of,
    rule_words,
    words_of,
)
from services.reporting.review_sentences import REVIEW_SENTENCES
from services.reporting.sharing_sentences import SHARING_SENTENCES
from services.reporting.yearly_sentences import YEARLY_SENTENCES, reason_words
from shared.contracts.deadline_events import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlineMoved,
    DeadlineResumed,
    DeadlineSet,
    DeadlineSuspended,
    ReviewDue,
)
from shared.contracts.event_codes import AwarenessBasis, NotificationKind
from shared.contracts.intake_events import (
    CaseStageEntered,
    IncidentAssessed,
    IncidentDecided,
    IncidentLinked,
    IncidentReported,
)
from shared.contracts.messaging_events import CaseHeld, CaseReleased
from shared.contracts.panel_events import (
    IncidentNotified,
    NoticeDelivered,
    NoticeSent,
    NoticeUndeliverable,
)
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact

Sentence = Callable[[Any, Fact, UUID], str]


def _reported(data: IncidentReported, fact: Fact, case_id: UUID) -> str:
    return (
        f"{organisation_name(data.organisation)} reported: {words_of(OUTCOMES, data.outcome)}; "
        f"abuse or neglect {words_of({}, data.abuse_neglect)}. "
        f"It became aware on {moment(data.agency_aware_at).london}"
    )


def _assessed(data: IncidentAssessed, fact: Fact, case_id: UUID) -> str:
    reports = f"Assessed on {counted(data.reports, 'report')}"
    if data.clock_start is None:
        unknown = "the criteria" if data.la_incident_aware_at else "the authority's awareness"
        return f"{reports}: the statutory clocks wait, because {unknown} cannot be dated yet"
    presumed = " (presumed)" if data.basis is AwarenessBasis.PRESUMED else ""
    rows = f"; rows that may match: {', '.join(data.rows_that_may_match)}"
    return (
        f"{reports}: the authority's clock starts {moment(data.clock_start).london}{presumed}"
        + (rows if data.rows_that_may_match else "")
    )


def _decided(data: IncidentDecided, fact: Fact, case_id: UUID) -> str:
    views = ", ".join(
        f"{words_of(PARTNER_KINDS, view.kind).lower()} {words_of(POSITIONS, view.position)}"
        for view in data.positions
    )
    return (
        f"Decided: {words_of(DECISIONS, data.decision).lower()}"
        + (f", by {', '.join(data.rows)}" if data.rows else "")
        + (f"; {views}" if views else "")
        + f"; {'a' if data.rapid_review else 'no'} rapid review"
        + f"; {counted(len(data.obligations), 'organisation', 'organisations')} to be told"
    )


def _linked(data: IncidentLinked, fact: Fact, case_id: UUID) -> str:
    if fact.case_id == case_id:
        return f"This case was merged into case {reference_of(data.survivor)}, which goes on"
    return f"Case {reference_of(fact.case_id)} was merged into this one"


def _stage(data: CaseStageEntered, fact: Fact, case_id: UUID) -> str:
    return f"Stage: {words_of(STAGES, data.stage)}"


def _sent(data: NoticeSent, fact: Fact, case_id: UUID) -> str:
    again = " It may have gone out twice" if data.possible_duplicate else ""
    channel = words_of(CHANNELS, data.channel)
    return f"Notice sent to {organisation_name(data.recipient)} by {channel}.{again}".rstrip(".")


def _delivered(data: NoticeDelivered, fact: Fact, case_id: UUID) -> str:
    return f"Notice to {organisation_name(data.recipient)} delivered"


def _undeliverable(data: NoticeUndeliverable, fact: Fact, case_id: UUID) -> str:
    name = organisation_name(data.recipient)
    return f"Notice to {name} could not be delivered: {words_of({}, data.reason)}"


def _notified(data: IncidentNotified, fact: Fact, case_id: UUID) -> str:
    sent = f"notification {data.notification_number}, sent {moment(data.sent_at).london}"
    if data.kind is NotificationKind.PANEL:
        return f"The Panel's receipt is in for {sent}"
    return f"All receipts are in for the simple {sent}"


def _set(data: DeadlineSet, fact: Fact, case_id: UUID) -> str:
    return f"Clock started: {rule_words(data.rule)}, due {day_words(data.due_date)}"


def _moved(data: DeadlineMoved, fact: Fact, case_id: UUID) -> str:
    return (
        f"Clock moved: {rule_words(data.rule)}, now due {day_words(data.due_date)}, "
        f"before {day_words(data.previous_due_date)} ({words_of(REASONS, data.reason)})"
    )


def _met(data: DeadlineMet, fact: Fact, case_id: UUID) -> str:
    return f"Clock met {'on time' if data.on_time else 'late'}: {rule_words(data.rule)}"


def _cancelled(data: DeadlineCancelled, fact: Fact, case_id: UUID) -> str:
    return f"Clock cancelled: {rule_words(data.rule)} ({reason_words(data.reason, data.rule)})"


def _suspended(data: DeadlineSuspended, fact: Fact, case_id: UUID) -> str:
    return f"Clock stopped: {rule_words(data.rule)} ({words_of(REASONS, data.reason)})"


def _resumed(data: DeadlineResumed, fact: Fact, case_id: UUID) -> str:
    return f"Clock goes on: {rule_words(data.rule)}, now due {day_words(data.due_date)}"


def _due(data: ReviewDue, fact: Fact, case_id: UUID) -> str:
    return (
        f"Reminder: {rule_words(data.rule)} {words_of(DUE_KINDS, data.kind)}, "
        f"due {day_words(data.due_date)}{_already_past(data.after_move)}"
    )


def _already_past(after_move: str | None) -> str:
    if after_move is None:
        return ""
    return f"; that day had passed when it was moved there ({words_of(REASONS, after_move)})"


def _held(data: CaseHeld, fact: Fact, case_id: UUID) -> str:
    return (
        f"An event from {words_of(SERVICES, data.source)} could not be taken in "
        f"({words_of({}, data.reason)}); later ones wait behind it"
    )


def _released(data: CaseReleased, fact: Fact, case_id: UUID) -> str:
    source = words_of(SERVICES, data.source)
    return f"An operator settled the event from {source}: {words_of(SETTLED, data.outcome)}"


SENTENCES: Mapping[type[Payload], Sentence] = MappingProxyType(
    {
        IncidentReported: _reported,
        IncidentAssessed: _assessed,
        IncidentDecided: _decided,
        IncidentLinked: _linked,
        CaseStageEntered: _stage,
        NoticeSent: _sent,
        NoticeDelivered: _delivered,
        NoticeUndeliverable: _undeliverable,
        IncidentNotified: _notified,
        DeadlineSet: _set,
        DeadlineMoved: _moved,
        DeadlineMet: _met,
        DeadlineCancelled: _cancelled,
        DeadlineSuspended: _suspended,
        DeadlineResumed: _resumed,
        ReviewDue: _due,
        CaseHeld: _held,
        CaseReleased: _released,
        **CHANGE_SENTENCES,
        **REVIEW_SENTENCES,
        **PANEL_SENTENCES,
        **LOCAL_REVIEW_SENTENCES,
        **SHARING_SENTENCES,
        **YEARLY_SENTENCES,
    }
)
"""By class; a test holds it against the catalogue."""
