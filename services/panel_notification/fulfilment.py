"""What to publish about notices: each was sent, arrived or was refused, and the incident notified.

Functions of facts and notices alone. What was already published is left out by the caller's set of
keys, so that a fact is told once, whenever and in whatever order the reasons for it come in. It is
told again only where later proof of an earlier attempt corrects when it was sent.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from services.panel_notification.notice import Attempt, Notice
from services.panel_notification.wanted import (
    NOTIFICATION_NUMBER,
    Wanted,
    asked_for,
    decisions,
    survivors,
    tells_the_same,
)
from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import Decision, NotificationKind, RecipientKind
from shared.contracts.intake_events import IncidentDecided
from shared.contracts.panel_events import (
    IncidentNotified,
    NoticeDelivered,
    NoticeSent,
    NoticeUndeliverable,
)
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact

Key = tuple[str, UUID, int, int, datetime | None]
"""Kind of fact, notice or case, cycle, notification number, when it was sent."""

_COMPLETED_BY = {
    Decision.NOTIFIABLE: (NotificationKind.PANEL, (RecipientKind.PANEL,)),
    Decision.SIMPLE: (NotificationKind.SIMPLE, (RecipientKind.DFE, RecipientKind.OFSTED)),
}
"""Whose receipts make an incident notified. A decision not to notify makes none, whoever else,
such as a child death overview panel, is told."""


@dataclass(frozen=True)
class Publication:
    case_id: UUID
    happened_at: datetime
    data: Payload


def reference_of(notice_id: UUID) -> str:
    """The short reference that a recipient quotes: nothing about the case follows from it."""
    return f"VN-{uuid5(NAMESPACE, f'reference|{notice_id}').hex[:12].upper()}"


def publications(
    facts: Sequence[Fact], notices: Iterable[Notice], published: AbstractSet[Key]
) -> list[Publication]:
    """What follows and is not yet published, in the order in which it happened."""
    notices = sorted(notices, key=lambda notice: notice.notice_id)
    links = survivors(facts)
    found: list[Publication] = []
    for notice in notices:
        head = links.get(notice.case_id, notice.case_id)
        group = [n for n in notices if links.get(n.case_id, n.case_id) == head]
        found += _of_notice(notice, double=_double(notice, group))
    asked = asked_for(facts)
    for (case_id, cycle), decided in sorted(decisions(facts).items(), key=lambda row: row[0]):
        group = [n for n in notices if case_id in (n.case_id, links.get(n.case_id))]
        owed = [asked[case_id, cycle, one.obligation_id] for one in decided.obligations]
        notified = _notified(decided, owed, group)
        if notified:
            found.append(Publication(case_id, notified.receipt_at, notified))
    new = [each for each in found if _is_new(key_of(each.case_id, each.data), published)]
    return sorted(new, key=lambda each: (each.happened_at, each.case_id))


def key_of(case_id: UUID, data: Payload) -> Key | None:
    """Under which key a published fact is known; None for what is not about notices."""
    match data:
        case NoticeDelivered():  # before NoticeSent, of which it is a kind
            number, sent_at = data.notification_number, data.sent_at
            return ("delivered", data.notice_id, data.cycle, number, sent_at)
        case NoticeSent():
            return ("sent", data.notice_id, data.cycle, data.notification_number, data.sent_at)
        case NoticeUndeliverable():
            return ("undeliverable", data.notice_id, data.cycle, data.notification_number, None)
        case IncidentNotified():
            return ("notified", case_id, data.cycle, data.notification_number, data.sent_at)
    return None


def _is_new(key: Key | None, published: AbstractSet[Key]) -> bool:
    """Whether it was not said, or was said with a later time of sending: a later one corrects
    nothing, because the clocks run from the first attempt known to be accepted."""
    if key is None:
        return True
    said = [other[4] for other in published if other[:4] == key[:4]]
    sent_at = key[4]
    return not said or (sent_at is not None and all(at is not None and sent_at < at for at in said))


def _double(wanted: Wanted, group: Iterable[Notice]) -> bool:
    """Whether the recipient may have been told the same more than once."""
    return sum(n.times_reached for n in group if tells_the_same(wanted, n)) > 1


def _of_notice(notice: Notice, *, double: bool) -> Iterable[Publication]:
    if notice.refused_at and notice.refused_because:
        yield Publication(notice.case_id, notice.refused_at, _undeliverable(notice))
    taken = notice.first_accepted
    if taken and taken.ended_at:
        sent = _sent(notice, taken, double)
        yield Publication(notice.case_id, sent.sent_at, sent)
        if proven_at := notice.proven_at:
            delivered = NoticeDelivered(
                **sent.model_dump(),
                accepted_at=proven_at,
                reference=reference_of(notice.notice_id),
            )
            yield Publication(notice.case_id, delivered.accepted_at, delivered)


def _sent(notice: Notice, taken: Attempt, double: bool) -> NoticeSent:
    return NoticeSent(
        notice_id=notice.notice_id,
        cycle=notice.cycle,
        notification_number=notice.notification_number,
        obligation_id=notice.obligation_id,
        recipient_kind=notice.recipient_kind,
        recipient=notice.recipient,
        limit_rule=notice.limit_rule,
        sent_at=taken.started_at,
        channel=taken.channel or notice.channel,
        possible_duplicate=double,
    )


def _undeliverable(notice: Notice) -> NoticeUndeliverable:
    if notice.refused_at is None or notice.refused_because is None:
        raise ValueError("a notice that was not refused is not undeliverable")
    return NoticeUndeliverable(
        notice_id=notice.notice_id,
        cycle=notice.cycle,
        notification_number=notice.notification_number,
        obligation_id=notice.obligation_id,
        recipient_kind=notice.recipient_kind,
        recipient=notice.recipient,
        channel=notice.channel,
        refused_at=notice.refused_at,
        reason=notice.refused_because,
    )


def _notified(
    decided: IncidentDecided, decided_on: Sequence[Wanted], group: Sequence[Notice]
) -> IncidentNotified | None:
    """The notification is complete when every recipient that completes it has confirmed.

    A notice of a case that is now part of this one fulfils the same obligation of this one; of
    two that went out the earlier counts, and the notification is marked as possibly double. That
    the cycle was withdrawn undoes no receipt: whoever had been told had been.
    """
    if decided.decision not in _COMPLETED_BY:
        return None
    kind, recipients = _COMPLETED_BY[decided.decision]
    owed = [one for one in decided_on if one.recipient_kind in recipients]
    told = [[(n, n.first_accepted) for n in group if tells_the_same(one, n)] for one in owed]
    sent = [[(n, taken) for n, taken in each if taken] for each in told]
    receipts = [[n.receipt.received_at for n, _ in each if n.receipt] for each in sent]
    if not owed or not all(receipts):
        return None
    return IncidentNotified(
        cycle=decided.cycle,
        kind=kind,
        notification_number=NOTIFICATION_NUMBER,
        obligation_ids=sorted(one.obligation_id for one in owed),
        sent_at=max(min(taken.started_at for _, taken in each) for each in sent),
        receipt_at=max(min(each) for each in receipts),
        channel=sent[0][0][1].channel or sent[0][0][0].channel,
        possible_duplicate=any(_double(one, group) for one in owed),
    )
