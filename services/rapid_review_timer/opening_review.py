"""A review opens by itself once the Panel was notified of what calls for one."""

from collections.abc import Sequence
from uuid import UUID

from services.rapid_review_timer.clocks import cycles_of
from services.rapid_review_timer.fulfilment import notified
from services.rapid_review_timer.review import review_id_of, reviews_of
from services.rapid_review_timer.rules import rule_book
from shared.contracts.envelope import case_stream
from shared.contracts.event_codes import NotificationKind
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.review_events import ReviewOpened
from shared.messaging.audit import audit
from shared.messaging.facts import Fact, of_type
from shared.messaging.outbox import emit
from shared.messaging.store import Tx


def to_open(case_id: UUID, facts: Sequence[Fact]) -> list[ReviewOpened]:
    """The reviews of a case that should be open and are not yet. Pure.

    `facts` are those of the case and of the cases linked to it, in any order. A case that was
    itself linked opens none: its review is that of the case which stands for it.
    """
    own = sorted(
        {fact.event_id: fact for fact in facts if fact.case_id == case_id}.values(),
        key=lambda fact: (fact.source, fact.sequence),
    )
    if of_type(own, IncidentLinked) or not of_type(list(facts), IncidentNotified):
        return []
    known = reviews_of(facts, case_id)
    found = []
    for number, cycle in sorted(cycles_of(own, rule_book()).items()):
        sent = notified(facts, number, {NotificationKind.PANEL})
        decision = cycle.decision
        called_for = decision is not None and decision.rapid_review and not cycle.withdrawn_by
        if sent is None or decision is None or not called_for:
            continue
        if number in known and known[number].opened:
            continue
        receipts = [
            said.receipt_at
            for fact, said in of_type(list(facts), IncidentNotified)
            if fact.event_id == sent.by
        ]
        found.append(
            ReviewOpened(
                review_id=review_id_of(case_id, number),
                cycle=number,
                owner_area=decision.owner_area,
                opened_at=max(receipts),
                notified_at=sent.at,
            )
        )
    return found


async def open_reviews(tx: Tx, case_id: UUID, facts: Sequence[Fact]) -> list[ReviewOpened]:
    """Publishes each review that opens now; the caller holds the case's lock. While a restored
    store catches up nothing opens: it may have been told before."""
    if tx.catching_up:
        return []
    opened = to_open(case_id, facts)
    for said in opened:
        await emit(
            tx,
            said,
            case_stream(case_id),
            happened_at=said.opened_at,
            about=str(said.review_id),
        )
        await audit(tx, "review.opened", str(said.review_id), case=str(case_id), cycle=said.cycle)
    return opened
