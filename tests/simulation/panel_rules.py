"""Panel notification without its store: notices planned, tried, settled and confirmed."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from services.panel_notification.forgotten import may_have_been_sent
from services.panel_notification.fulfilment import key_of, publications
from services.panel_notification.notice import (
    STATE_AFTER,
    Attempt,
    Notice,
    Outcome,
    Receipt,
    State,
    plan,
)
from services.panel_notification.wanted import Wanted
from tests.simulation.service_store import Flat, Written
from tests.simulation.work import Work

FOR_A_PERSON = (State.OUTCOME_UNKNOWN, State.UNDELIVERABLE)


@dataclass
class PanelTables(Flat):
    notices: dict[UUID, Notice] = field(default_factory=dict)
    reconciled: list[datetime] = field(default_factory=list)


def bring_in_line(work: Work, case_id: UUID) -> None:
    _, group = work.written.group(case_id)
    facts, notices = work.written.facts_of(group), _notices(work.written)
    todo = plan(facts, notices_of(work.written, group))
    reconciled = max(work.written.tables.reconciled, default=None)
    for wanted in todo.add:
        forgotten = may_have_been_sent(wanted, facts, reconciled)
        notices[wanted.notice_id] = replace(notice(wanted), may_have_been_sent=forgotten)
    for notice_id in todo.cancel or {}:
        notices[notice_id] = replace(notices[notice_id], state=State.CANCELLED)
    for notice_id in todo.reopen:
        again = notices[notice_id]
        forgotten = again.may_have_been_sent or may_have_been_sent(again, facts, reconciled)
        notices[notice_id] = replace(again, state=State.PENDING, may_have_been_sent=forgotten)
    own = {key_of(fact.case_id, fact.data) for fact in work.written.own_facts_of(group)}
    published = {key for key in own if key}
    for each in publications(facts, notices_of(work.written, group), published):
        work.emit(each.data, each.case_id, each.happened_at)


def start(work: Work, notice_id: UUID) -> None:
    """Writes the attempt that is about to be made."""
    notices = _notices(work.written)
    notice = notices[notice_id]
    attempt = Attempt(len(notice.attempts) + 1, work.now)
    notices[notice_id] = replace(notice, state=State.SENDING, attempts=(*notice.attempts, attempt))


def settle(work: Work, notice_id: UUID, outcome: Outcome) -> None:
    """What became of the last attempt, unless that is known; then what follows is published."""
    notices = _notices(work.written)
    notice = notices.get(notice_id)
    last = notice.attempts[-1] if notice and notice.attempts else None
    if notice is None or last is None or last.outcome not in (None, Outcome.UNKNOWN):
        return
    if last.outcome == outcome:
        return
    ended = replace(last, outcome=outcome, ended_at=work.now, code="sample")
    notice = replace(notice, attempts=(*notice.attempts[:-1], ended))
    if notice.state in (State.SENDING, State.OUTCOME_UNKNOWN):
        notice = _entered(notice, STATE_AFTER[outcome], work)
    notices[notice_id] = notice
    bring_in_line(work, notice.case_id)


def _entered(notice: Notice, state: State, work: Work) -> Notice:
    if notice.receipt and state is not State.ACCEPTED:
        return _accepted_by_receipt(replace(notice, state=state), work)
    refused = state is State.UNDELIVERABLE
    return replace(
        notice,
        state=state,
        refused_at=notice.refused_at or (work.now if refused else None),
        refused_because=notice.refused_because or ("smtp_550" if refused else None),
    )


def receive(work: Work, notice_id: UUID) -> None:
    """The recipient confirms; a receipt stays as it was first given."""
    notices = _notices(work.written)
    notice = notices.get(notice_id)
    if notice is None or not notice.attempts or notice.receipt:
        return
    notice = replace(notice, receipt=Receipt("P-1", work.now))
    if notice.state not in (State.ACCEPTED, State.SENDING):
        notice = _accepted_by_receipt(notice, work)
    notices[notice_id] = notice
    bring_in_line(work, notice.case_id)


def send_again(work: Work, notice_id: UUID) -> None:
    """A person has looked; the next attempt may be the second that arrives."""
    notices = _notices(work.written)
    notices[notice_id] = replace(notices[notice_id], state=State.PENDING)
    bring_in_line(work, notices[notice_id].case_id)


def _accepted_by_receipt(notice: Notice, work: Work) -> Notice:
    attempts = list(notice.attempts)
    if attempts[-1].outcome and not any(a.outcome is Outcome.ACCEPTED for a in attempts):
        attempts[-1] = replace(attempts[-1], outcome=Outcome.ACCEPTED, ended_at=work.now)
    return replace(notice, state=State.ACCEPTED, attempts=tuple(attempts))


def waiting(written: Written, *states: State) -> list[UUID]:
    return [one.notice_id for one in _notices(written).values() if one.state in states]


def notices_of(written: Written, case_ids: Iterable[UUID]) -> list[Notice]:
    group = set(case_ids)
    return [one for one in _notices(written).values() if one.case_id in group]


def _notices(written: Written) -> dict[UUID, Notice]:
    notices: dict[UUID, Notice] = written.tables.notices
    return notices


def notice(wanted: Wanted) -> Notice:
    return Notice(
        case_id=wanted.case_id,
        cycle=wanted.cycle,
        notification_number=wanted.notification_number,
        obligation_id=wanted.obligation_id,
        recipient_kind=wanted.recipient_kind,
        recipient=wanted.recipient,
        area=wanted.area,
        limit_rule=wanted.limit_rule,
        about=wanted.about,
    )
