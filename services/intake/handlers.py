"""What intake does with what other services tell it: it learns which stage a case is in, and passes
on to sending systems what they are asked and answered."""

from services.intake.enter_stage import enter_stage
from services.intake.submission_answered import answer_the_sender
from services.intake.summary_requests import keep_request
from shared.contracts.arrival_events import PanelReplyAnswered, SummaryAnswered
from shared.contracts.catalogue import EVENT_TYPES
from shared.contracts.payload import Payload
from shared.contracts.review_events import SummaryRequested
from shared.messaging.facts import record_fact
from shared.messaging.registry import Event, Handler, Registry
from shared.messaging.store import Tx

registry = Registry("intake")


async def enter_next_stage(event: Event[Payload], tx: Tx) -> None:
    """For every other event that the catalogue lets intake act on: the table of the flow knows what
    it means for the case."""
    await record_fact(event, tx)
    await enter_stage(tx, event.case_id)


_OUTWARDS: dict[type[Payload], Handler] = {
    PanelReplyAnswered: answer_the_sender,
    SummaryAnswered: answer_the_sender,
    SummaryRequested: keep_request,
}
for _model, _handler in _OUTWARDS.items():
    registry.on(_model)(_handler)
for _row in EVENT_TYPES:
    if registry.service in _row.acted_on_by and _row.model not in _OUTWARDS:
        registry.on(_row.model)(enter_next_stage)
