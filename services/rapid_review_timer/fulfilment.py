"""What meets a limit, among the facts of panel notification, in whatever order they came. Pure.

Met is judged by when a thing was sent, never by when its receipt came or we heard of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from services.rapid_review_timer.limits import limit_of
from shared.contracts.event_codes import NotificationKind, RecipientKind
from shared.contracts.intake_events import IncidentDecided, ObligationOwed
from shared.contracts.panel_events import IncidentNotified, NoticeDelivered, NoticeSent
from shared.messaging.facts import Fact, of_type

N = TypeVar("N", bound=NoticeSent)


@dataclass(frozen=True, order=True)
class Done:
    """The instant at which a limit was met and the event that says so."""

    at: datetime
    by: UUID


def notified(facts: Sequence[Fact], cycle: int, kinds: Iterable[NotificationKind]) -> Done | None:
    """The earliest sending of these kinds: if two went out all the same, the first counts."""
    wanted = frozenset(kinds)
    return min(
        (
            Done(said.sent_at, fact.event_id)
            for fact, said in of_type(facts, IncidentNotified)
            if said.cycle == cycle and said.kind in wanted
        ),
        default=None,
    )


PARTNERS = frozenset(
    {RecipientKind.PARTNER_POLICE, RecipientKind.PARTNER_HEALTH, RecipientKind.PARTNER_LA}
)


def told_to_partners(
    facts: Sequence[Fact], case_id: UUID, cycle: int, decision: IncidentDecided
) -> Done | None:
    """When the first safeguarding partner was told of the incident, by a notice that arrived; a
    notice of a handover or a withdrawal tells of something else."""
    owed = [one for one in decision.obligations if one.recipient_kind in PARTNERS]
    told = [_first(facts, case_id, cycle, one, NoticeDelivered) for one in owed]
    return min((done for done in told if done is not None), default=None)


def met_by(
    facts: Sequence[Fact], case_id: UUID, cycle: int, rule: str, decision: IncidentDecided | None
) -> Done | None:
    """What met `rule`, or None. `facts` are those about the case and the cases linked to it."""
    kinds = limit_of(rule).notified_by
    if kinds:
        return notified(facts, cycle, kinds)
    covered = _covered(rule, decision)
    delivered = [_first(facts, case_id, cycle, owed, NoticeDelivered) for owed in covered]
    done = [sent for sent in delivered if sent is not None]
    return max(done) if done and len(done) == len(covered) else None


def awaits_receipt(
    facts: Sequence[Fact], case_id: UUID, cycle: int, rule: str, decision: IncidentDecided | None
) -> bool:
    """Whether all that the limit covers was sent; if it is not met, only receipts are missing."""
    covered = _covered(rule, decision)
    return bool(covered) and all(
        _first(facts, case_id, cycle, owed, NoticeSent) for owed in covered
    )


def _covered(rule: str, decision: IncidentDecided | None) -> list[ObligationOwed]:
    return [owed for owed in decision.obligations if owed.limit_rule == rule] if decision else []


def _first(
    facts: Sequence[Fact], case_id: UUID, cycle: int, owed: ObligationOwed, model: type[N]
) -> Done | None:
    return min(
        (
            Done(notice.sent_at, fact.event_id)
            for fact, notice in of_type(facts, model)
            if notice.cycle == cycle
            and (
                notice.obligation_id == owed.obligation_id
                or (fact.case_id != case_id and _same_recipient(notice, owed))
            )
        ),
        default=None,
    )


def _same_recipient(notice: NoticeSent, owed: ObligationOwed) -> bool:
    """A notice about a linked case: its obligation has another id and the same recipient."""
    return (notice.limit_rule, notice.recipient_kind, notice.recipient) == (
        owed.limit_rule,
        owed.recipient_kind,
        owed.recipient,
    )
