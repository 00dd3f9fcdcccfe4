"""What panel notification does with the events of others: it keeps them then tells."""

from services.panel_notification.limit_store import keep_limit
from services.panel_notification.notice_store import bring_in_line, link, lock_group
from services.panel_notification.restored import note_what_was_told
from shared.contracts.area_events import YearlyReportPublished, YearlyReportWithdrawn
from shared.contracts.arrival_events import PanelReplyArrived
from shared.contracts.deadline_events import DeadlineMoved, DeadlineSet, DeadlineState
from shared.contracts.erasure_events import CaseErasureOrdered
from shared.contracts.intake_events import (
    CaseClosed,
    IncidentCorrected,
    IncidentDecided,
    IncidentLinked,
    IncidentTransferred,
    IncidentWithdrawn,
)
from shared.contracts.lcspr_events import (
    LcsprCommissioned,
    LcsprDelayed,
    LcsprDrafted,
    LcsprWithheld,
)
from shared.contracts.payload import Payload
from shared.contracts.review_events import InformationSupplied, ReviewSubmitted
from shared.messaging.arrival_rows import keep_arrival
from shared.messaging.erasing import carry_out
from shared.messaging.facts import record_fact
from shared.messaging.order import CannotBeApplied
from shared.messaging.registry import Event, Registry
from shared.messaging.store import Tx

registry = Registry("panel_notification")


@registry.on(IncidentDecided)
@registry.on(IncidentCorrected)
@registry.on(IncidentTransferred)
@registry.on(IncidentWithdrawn)
@registry.on(ReviewSubmitted)
@registry.on(LcsprCommissioned)
@registry.on(LcsprDrafted)
@registry.on(LcsprDelayed)
@registry.on(LcsprWithheld)
@registry.on(YearlyReportPublished)
@registry.on(YearlyReportWithdrawn)
async def tell_whom_it_concerns(event: Event[Payload], tx: Tx) -> None:
    await record_fact(event, tx)
    group = await lock_group(tx, event.case_id)
    await note_what_was_told(tx, group)
    await bring_in_line(tx, group)


@registry.on(DeadlineSet)
@registry.on(DeadlineMoved)
async def keep_the_limit(event: Event[Payload], tx: Tx) -> None:
    """Nothing is sent because of it; it says by when, and so when a person has to hear."""
    await record_fact(event, tx)
    if isinstance(event.data, DeadlineState):
        keep_limit(tx, event.case_id, event.data)


@registry.on(InformationSupplied)
@registry.on(CaseClosed)
async def know_what_replies_are_judged_by(event: Event[Payload], tx: Tx) -> None:
    """Nothing follows of itself: the Panel's replies are judged by it. A closing cancels no
    notice: who must be told is told."""
    await record_fact(event, tx)
    await lock_group(tx, event.case_id)


@registry.on(IncidentLinked)
async def tell_only_for_the_survivor(event: Event[Payload], tx: Tx) -> None:
    if not isinstance(event.data, IncidentLinked):
        raise CannotBeApplied("other_event")
    if event.data.survivor == event.case_id:
        raise CannotBeApplied("linked_with_itself")
    await record_fact(event, tx)
    await bring_in_line(tx, await link(tx, event.case_id, event.data.survivor))


@registry.on(PanelReplyArrived)
async def keep_until_its_content_is_here(event: Event[Payload], tx: Tx) -> None:
    """Judged once intake has given what was written (`reply_arrived`)."""
    if not isinstance(event.data, PanelReplyArrived):
        raise CannotBeApplied("other_event")
    await record_fact(event, tx, about=event.envelope.correlationid)
    await keep_arrival(tx, Event(event.envelope, event.data), event.data.notice_id)


registry.on(CaseErasureOrdered)(carry_out)
