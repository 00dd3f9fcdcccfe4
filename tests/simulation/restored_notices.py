"""Panel notification after a restore: what was told of notices counts, the rest is for a person."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from services.panel_notification.notice import (
    Attempt,
    Notice,
    Outcome,
    Receipt,
    State,
)
from services.panel_notification.restored import Owed, owed_in
from services.panel_notification.wanted import tells_the_same
from shared.contracts.panel_events import (
    IncidentNotified,
    NoticeDelivered,
    NoticeSent,
    NoticeUndeliverable,
)
from shared.messaging.facts import Fact, of_type
from tests.simulation import panel_rules
from tests.simulation.work import Work


def settle(work: Work, held: set[UUID]) -> None:
    written = work.written
    for case_id in sorted({*written.facts, *written.own}):
        settle_case(work.because_of(uuid5(work.cause, f"notices of {case_id}")), case_id)
    written.tables.reconciled.append(work.now)


def note_what_was_told(work: Work, case_id: UUID) -> None:
    """What was told of the notices of a case and those linked with it counts."""
    _, group = work.written.group(case_id)
    own, owed = work.written.own_facts_of(group), owed_in(work.written.facts_of(group))
    _note_what_was_told(work.written.tables.notices, own, owed)
    _note_receipts(work, group, own, owed)


def settle_case(work: Work, case_id: UUID) -> None:
    notices: dict[UUID, Notice] = work.written.tables.notices
    note_what_was_told(work, case_id)
    panel_rules.bring_in_line(work, case_id)
    _forget(work, case_id)
    while open_ones := _not_ended(work, case_id):
        for notice in open_ones:
            notices[notice.notice_id] = _left_to_a_person(notice, work.now)
        _forget(work, case_id)


def _forget(work: Work, case_id: UUID) -> None:
    for notice in panel_rules.notices_of(work.written, [case_id]):
        if notice.state not in (State.ACCEPTED, State.CANCELLED):
            forgotten = replace(notice, may_have_been_sent=True)
            work.written.tables.notices[notice.notice_id] = forgotten
    panel_rules.bring_in_line(work, case_id)


def _not_ended(work: Work, case_id: UUID) -> list[Notice]:
    return [
        notice
        for notice in panel_rules.notices_of(work.written, [case_id])
        if notice.state in (State.PENDING, State.SENDING)
    ]


def _note_what_was_told(notices: dict[UUID, Notice], own: list[Fact], owed: Owed) -> None:
    sent = {said.notice_id: (fact, said) for fact, said in of_type(own, NoticeSent)}
    refused = {said.notice_id: said for _, said in of_type(own, NoticeUndeliverable)}
    for notice_id in sorted(sent.keys() | refused.keys()):
        told = sent[notice_id][1] if notice_id in sent else refused[notice_id]
        if notice_id not in notices:
            if told.obligation_id not in owed:
                continue
            notices[notice_id] = panel_rules.notice(owed[told.obligation_id])
        notice = notices[notice_id]
        if notice_id in sent:
            fact, said = sent[notice_id]
            if notice.first_accepted is None:
                at = said.accepted_at if isinstance(said, NoticeDelivered) else fact.recorded_at
                ended = _ended(notice, said.sent_at, Outcome.ACCEPTED, at)
                notices[notice_id] = replace(ended, state=State.ACCEPTED)
        elif notice.refused_at is None:
            notices[notice_id] = replace(
                notice,
                state=State.UNDELIVERABLE,
                refused_at=refused[notice_id].refused_at,
                refused_because=refused[notice_id].reason,
            )


def _left_to_a_person(notice: Notice, now: datetime) -> Notice:
    return replace(_ended(notice, now, Outcome.UNKNOWN, now), state=State.OUTCOME_UNKNOWN)


def _note_receipts(work: Work, group: list[UUID], own: list[Fact], owed: Owed) -> None:
    notices = work.written.tables.notices
    for _, notified in of_type(own, IncidentNotified):
        for obligation_id in notified.obligation_ids:
            if obligation_id not in owed:
                continue
            wanted = owed[obligation_id]
            for notice in panel_rules.notices_of(work.written, group):
                if notice.first_accepted and not notice.receipt and tells_the_same(wanted, notice):
                    receipt = Receipt("told-before", notified.receipt_at)
                    notices[notice.notice_id] = replace(notice, receipt=receipt)


def _ended(notice: Notice, started_at: datetime, outcome: Outcome, ended_at: datetime) -> Notice:
    """Ends the attempt under way, or the one that began then, or adds one."""
    attempts = list(notice.attempts)
    for place, attempt in enumerate(attempts):
        if attempt.outcome is None or attempt.started_at == started_at:
            attempts[place] = replace(attempt, outcome=outcome, ended_at=ended_at)
            return replace(notice, attempts=tuple(attempts))
    attempts.append(Attempt(len(attempts) + 1, started_at, outcome, ended_at))
    return replace(notice, attempts=tuple(attempts))
