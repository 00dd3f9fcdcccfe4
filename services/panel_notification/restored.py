"""A restored store's notices: what was told of them counts, and nothing is sent a second time.

A notice of which is not known what became of it since may have been sent. It waits for a person,
like one whose sender died over it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.panel_notification import restored_store
from services.panel_notification.notice import Notice, State
from services.panel_notification.notice_store import bring_in_line, lock_group, notices_of
from services.panel_notification.reply_store import replies_without_record
from services.panel_notification.restored_store import Compose
from services.panel_notification.wanted import Wanted, asked_for, tells_the_same
from shared.contracts.panel_events import (
    IncidentNotified,
    NoticeDelivered,
    NoticeSent,
    NoticeUndeliverable,
)
from shared.messaging.behind import last_reconciled
from shared.messaging.facts import Fact, facts_of, of_type, own_facts_of
from shared.messaging.restoring import ForAPerson, Run
from shared.messaging.store import Tx

Owed = Mapping[UUID, Wanted]
"""By obligation: the notice that was asked for, whether it still is or not."""


@dataclass(frozen=True)
class RestoredNotices:
    """`compose` writes the message of a notice."""

    compose: Compose

    async def before_catching_up(self, run: Run) -> None:
        return None

    async def after_catching_up(self, run: Run) -> list[ForAPerson]:
        async with run.store.reading() as connection:
            cases = await restored_store.cases(connection)
        listed: list[ForAPerson] = []
        for case_id in cases:
            async with run.transaction(f"notices of {case_id}") as tx:
                listed += await settle_case(tx, case_id, self.compose)
        return listed


async def note_what_was_told(tx: Tx, group: Sequence[UUID]) -> None:
    """For a decision or a change that the store takes in only after it was reconciled: what was
    told of its notices before counts all the same. The group is locked by the caller."""
    if await last_reconciled(tx.connection) is None:
        return
    own = await own_facts_of(tx, group)
    owed = owed_in(await facts_of(tx, group))
    await _note_what_was_told(tx, own, owed, group, None)
    await _note_receipts(tx, own, owed, group)


async def settle_case(tx: Tx, case_id: UUID, compose: Compose) -> list[ForAPerson]:
    """Of a case and those linked with it; says what a person has to look at."""
    # A row made only now must not be taken for a real one: its notices would go to somebody.
    tx.synthetic = tx.synthetic or await restored_store.was_synthetic(tx, case_id)
    group = await lock_group(tx, case_id)
    own = await own_facts_of(tx, group)
    owed = owed_in(await facts_of(tx, group))
    lost = await _note_what_was_told(tx, own, owed, group, compose)
    await _note_receipts(tx, own, owed, group)
    await bring_in_line(tx, group)
    await _forget(tx, case_id, group)
    # Who may have been told is told of a withdrawal: that may have been sent before as well.
    while open_ones := await _not_ended(tx, case_id):
        for notice_id in open_ones:
            await restored_store.leave_to_a_person(tx, notice_id, compose)
        await _forget(tx, case_id, group)
    replies = [
        ForAPerson("panel_reply_lost", str(reply_id), {"case": str(case_id)})
        for reply_id in await replies_without_record(tx, [case_id])
    ]
    return [*lost, *replies, *_listed(await notices_of(tx, [case_id]))]


async def _forget(tx: Tx, case_id: UUID, group: Sequence[UUID]) -> None:
    await restored_store.note_forgotten(tx, case_id)
    await bring_in_line(tx, group)


async def _not_ended(tx: Tx, case_id: UUID) -> list[UUID]:
    return [
        notice.notice_id
        for notice in await notices_of(tx, [case_id])
        if notice.state in (State.PENDING, State.SENDING)
    ]


def owed_in(facts: Sequence[Fact]) -> Owed:
    return {wanted.obligation_id: wanted for wanted in asked_for(facts).values()}


async def _note_what_was_told(
    tx: Tx, own: Sequence[Fact], owed: Owed, group: Sequence[UUID], compose: Compose | None
) -> list[ForAPerson]:
    known = {notice.notice_id: notice for notice in await notices_of(tx, group)}
    sent = {data.notice_id: (fact, data) for fact, data in of_type(own, NoticeSent)}
    sent |= {data.notice_id: (fact, data) for fact, data in of_type(own, NoticeDelivered)}
    refused = {data.notice_id: data for _, data in of_type(own, NoticeUndeliverable)}
    lost = []
    for notice_id in sorted(sent.keys() | refused.keys()):
        told = sent[notice_id][1] if notice_id in sent else refused[notice_id]
        if notice_id not in known:
            if told.obligation_id not in owed:
                lost.append(ForAPerson("notice_not_rebuilt", str(notice_id)))
                continue
            await restored_store.insert_notice(tx, owed[told.obligation_id], told.channel)
        notice = known.get(notice_id)
        if notice_id in sent:
            fact, data = sent[notice_id]
            if notice is None or notice.first_accepted is None:
                at = data.accepted_at if isinstance(data, NoticeDelivered) else fact.recorded_at
                await restored_store.note_accepted(tx, notice_id, data, at, compose)
        elif notice is None or notice.refused_at is None:
            await restored_store.note_refused(tx, notice_id, refused[notice_id])
    return lost


async def _note_receipts(tx: Tx, own: Sequence[Fact], owed: Owed, group: Sequence[UUID]) -> None:
    """An incident is notified when those who complete it have confirmed: so they had."""
    notices = await notices_of(tx, group)
    for _, notified in of_type(own, IncidentNotified):
        for obligation_id in notified.obligation_ids:
            if obligation_id not in owed:
                continue
            wanted = owed[obligation_id]
            for notice in notices:
                if notice.first_accepted and not notice.receipt and tells_the_same(wanted, notice):
                    await restored_store.note_receipt(tx, notice.notice_id, notified.receipt_at)


def _listed(notices: Sequence[Notice]) -> list[ForAPerson]:
    unknown = [
        ForAPerson("outcome_unknown", str(notice.notice_id), {"recipient": notice.recipient})
        for notice in notices
        if notice.state is State.OUTCOME_UNKNOWN
    ]
    unconfirmed = [
        ForAPerson("receipt_may_be_lost", str(notice.notice_id), {"recipient": notice.recipient})
        for notice in notices
        if notice.state is State.ACCEPTED and notice.receipt is None
    ]
    return [*unknown, *unconfirmed]
