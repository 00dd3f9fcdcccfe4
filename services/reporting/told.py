"""Who was told, and who still has to be: one row for each notice and each unmet obligation."""

from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.reporting.deadlines import Deadline, deadline_for
from services.reporting.known import Known
from services.reporting.owed import NO_LIMIT, About, Owed, all_owed, still_owed
from services.reporting.plain_words import (
    CHANNELS,
    RECIPIENT_KINDS,
    Moment,
    moment,
    organisation_name,
    rule_words,
    words_of,
)
from shared.contracts.area_record import is_area_record
from shared.contracts.event_codes import RecipientKind
from shared.contracts.panel_events import (
    IncidentNotified,
    NoticeDelivered,
    NoticeSent,
    NoticeUndeliverable,
)
from shared.messaging.facts import Fact

ToldState = Literal["to_be_told", "sent", "undeliverable", "delivered", "receipt"]
STATE_WORDS: dict[ToldState, str] = {
    "to_be_told": "Still to be told",
    "sent": "Sent, delivery not yet known",
    "undeliverable": "Could not be delivered",
    "delivered": "Delivered",
    "receipt": "Receipt is in",
}
Notice = NoticeSent | NoticeUndeliverable
Matter = tuple[About, str, str, str | None, str | None]
_ORDER = list(RecipientKind)


@dataclass(frozen=True)
class Told:
    """`in_time` compares when it was sent with the limit; None while either is unknown."""

    case_id: UUID
    cycle: int
    obligation_id: UUID
    notice_id: UUID | None
    notification_number: int | None
    recipient_kind: str
    kind_words: str
    recipient: str
    name: str
    area: str | None
    state: ToldState
    words: str
    limit_rule: str | None
    limit_words: str | None
    due_date: date | None
    sent: Moment | None = None
    in_time: bool | None = None
    delivered: Moment | None = None
    receipt: Moment | None = None
    refused: Moment | None = None
    refused_because: str | None = None
    channel: str | None = None
    possible_duplicate: bool = False
    about: About = "incident"

    @property
    def matter(self) -> Matter:
        return _matter(self.recipient_kind, self.recipient, self.limit_rule, self.area, self.about)


def told(case: Known, deadlines: Sequence[Deadline]) -> tuple[Told, ...]:
    """In the order: the Panel, the department, Ofsted, partners, child death overview panels."""
    obligations = all_owed(case)
    notices: dict[UUID, list[tuple[Fact, Notice]]] = defaultdict(list)
    for fact, sent in case.of(NoticeSent):
        notices[sent.notice_id].append((fact, sent))
    for fact, refused in case.of(NoticeUndeliverable):
        notices[refused.notice_id].append((fact, refused))
    named = {sent.obligation_id for _, sent in case.of(NoticeSent)}
    receipts = _receipts(case, obligations, named)
    rows = [
        _of_notice(events, obligations.get(events[0][1].obligation_id), receipts, deadlines)
        for events in notices.values()
    ]
    tried = {row.obligation_id for row in rows}
    reached = {(row.cycle, row.matter) for row in rows if row.sent}
    for owed in still_owed(case):
        row = _owed(case.case_id, owed, deadlines)
        if row.obligation_id not in tried and (row.cycle, row.matter) not in reached:
            reached.add((row.cycle, row.matter))
            rows.append(row)
    return tuple(sorted(rows, key=_as_read))


def _matter(kind: str, recipient: str, rule: str | None, area: str | None, about: About) -> Matter:
    """What is told whom: a notice about a merged case covers the survivor's obligation of the same
    matter. The Panel is told of an incident once; other national recipients once for each limit.
    """
    if kind == RecipientKind.PANEL:
        return (about, kind, recipient, None, None)
    national = kind in (RecipientKind.DFE, RecipientKind.OFSTED)
    return (about, kind, recipient, rule, None if national else area)


def _as_read(row: Told) -> tuple[int, int, str, int, str, str]:
    kind = _ORDER.index(RecipientKind(row.recipient_kind))
    number = row.notification_number or 0
    return (row.cycle, kind, row.name, number, str(row.obligation_id), str(row.notice_id))


def _receipts(
    case: Known, obligations: Mapping[UUID, Owed], named: Container[UUID]
) -> Mapping[UUID | tuple[int, Matter], datetime]:
    """The earliest receipt, by the obligation named or, if no notice names that, by its matter."""
    receipts: dict[UUID | tuple[int, Matter], datetime] = {}
    for _, notified in case.of(IncidentNotified):
        for obligation_id in notified.obligation_ids:
            keys: list[UUID | tuple[int, Matter]] = [obligation_id]
            owed = obligations.get(obligation_id)
            if owed and obligation_id not in named:
                one = owed.obligation
                matter = _matter(
                    one.recipient_kind, one.recipient, owed.limit_rule, one.area, owed.about
                )
                keys.append((notified.cycle, matter))
            for key in keys:
                receipts[key] = min(notified.receipt_at, receipts.get(key, notified.receipt_at))
    return receipts


def _of_notice(
    events: Sequence[tuple[Fact, Notice]],
    owed: Owed | None,
    receipts: Mapping[UUID | tuple[int, Matter], datetime],
    deadlines: Sequence[Deadline],
) -> Told:
    fact, first = events[0]
    sent = [data for _, data in events if isinstance(data, NoticeSent)]
    accepted = [data.accepted_at for data in sent if isinstance(data, NoticeDelivered)]
    refused = [data for _, data in events if isinstance(data, NoticeUndeliverable)]
    rule = sent[0].limit_rule if sent else owed.limit_rule if owed else None
    rule = None if rule == NO_LIMIT else rule
    area = owed.obligation.area if owed else None
    about = owed.about if owed else _as_told_in(fact.case_id)
    matter = _matter(first.recipient_kind, first.recipient, rule, area, about)
    receipt = receipts.get(first.obligation_id) or receipts.get((first.cycle, matter))
    receipt = receipt if sent else None
    limit = deadline_for(deadlines, fact.case_id, first.cycle, rule)
    sent_at = min((data.sent_at for data in sent), default=None)
    state: ToldState = "sent"
    if receipt is not None:
        state = "receipt"
    elif accepted:
        state = "delivered"
    elif refused:
        state = "undeliverable"
    return Told(
        case_id=fact.case_id,
        cycle=first.cycle,
        obligation_id=first.obligation_id,
        notice_id=first.notice_id,
        notification_number=first.notification_number,
        recipient_kind=first.recipient_kind,
        kind_words=words_of(RECIPIENT_KINDS, first.recipient_kind),
        recipient=first.recipient,
        name=organisation_name(first.recipient),
        area=area,
        state=state,
        words=STATE_WORDS[state],
        limit_rule=rule,
        limit_words=rule_words(rule) if rule else None,
        due_date=limit.last.due_date if limit else None,
        sent=moment(sent_at) if sent_at else None,
        in_time=sent_at < limit.last.late_from if sent_at and limit else None,
        delivered=moment(min(accepted)) if accepted else None,
        receipt=moment(receipt) if receipt else None,
        refused=moment(refused[0].refused_at) if refused else None,
        refused_because=refused[0].reason if refused else None,
        channel=words_of(CHANNELS, first.channel),
        possible_duplicate=any(data.possible_duplicate for data in sent),
        about=about,
    )


def _as_told_in(case_id: UUID) -> About:
    """Of a notice that was heard of before what asked for it."""
    return "yearly_report" if is_area_record(case_id) else "incident"


def _owed(case_id: UUID, owed: Owed, deadlines: Sequence[Deadline]) -> Told:
    obligation, rule = owed.obligation, owed.limit_rule
    limit = deadline_for(deadlines, case_id, owed.cycle, rule)
    return Told(
        case_id=case_id,
        cycle=owed.cycle,
        obligation_id=obligation.obligation_id,
        notice_id=None,
        notification_number=None,
        recipient_kind=obligation.recipient_kind,
        kind_words=words_of(RECIPIENT_KINDS, obligation.recipient_kind),
        recipient=obligation.recipient,
        name=organisation_name(obligation.recipient),
        area=obligation.area,
        state="to_be_told",
        words=STATE_WORDS["to_be_told"],
        limit_rule=rule,
        limit_words=rule_words(rule) if rule else None,
        due_date=limit.last.due_date if limit else None,
        about=owed.about,
    )
