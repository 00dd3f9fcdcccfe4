"""A summary that an agency sent by the bus: a step of the review like one that the authority
recorded over HTTP, with the agency as its author and the moment it came in as its time."""

from functools import partial

from opentelemetry import trace

from services.rapid_review_timer import review_store
from services.rapid_review_timer.case_store import lock_link_group
from services.rapid_review_timer.circumstances import Refused
from services.rapid_review_timer.keep_clocks import bring_in_line
from services.rapid_review_timer.restored_store import is_synthetic
from services.rapid_review_timer.review import Review, Summary
from services.rapid_review_timer.review_commands import record_step
from services.rapid_review_timer.review_desk import Seen, circumstances
from services.rapid_review_timer.review_said import ReceiveSummary
from services.rapid_review_timer.review_steps import receive_summary
from shared.calendar.errors import CalendarError
from shared.contracts.arrival_events import SummaryArrived
from shared.contracts.payload import Payload
from shared.contracts.strict_json import BadJson, Invalid, parse, validate
from shared.contracts.summary_said import SummarySubmitted
from shared.messaging.arrival_rows import Arrival, keep_arrival
from shared.messaging.arrivals import ArrivalRefused, Judge
from shared.messaging.facts import record_fact
from shared.messaging.order import CannotBeApplied
from shared.messaging.registry import Event
from shared.messaging.store import Tx
from shared.telemetry.tracing import Tracing, case_root
from shared.web.machine_caller import Caller
from shared.web.problem import Problem

KIND = "summary_received"


async def keep_until_its_content_is_here(event: Event[Payload], tx: Tx) -> None:
    if not isinstance(event.data, SummaryArrived):
        raise CannotBeApplied("other_event")
    await record_fact(event, tx, about=event.envelope.correlationid)
    await keep_arrival(tx, Event(event.envelope, event.data), event.data.request_id)


def judge_by(tracing: Tracing) -> Judge:
    return partial(_judge, tracing)


async def _judge(tracing: Tracing, tx: Tx, arrival: Arrival, content: bytes) -> None:
    try:
        said = validate(SummarySubmitted, parse(content))
    except (BadJson, Invalid):
        raise ArrivalRefused("not_valid") from None
    if arrival.case_id is None:
        raise ArrivalRefused("unknown_request")
    door, root = trace.get_current_span(), case_root(arrival.case_id)
    with tracing.span(f"review {KIND}", parent=root, links=(door.get_span_context(),)):
        try:
            await _take(tx, arrival, said)
        except Problem as refused:
            raise ArrivalRefused(refused.code) from None
        except (Refused, CalendarError) as refused:
            raise ArrivalRefused(refused.code) from None


async def _take(tx: Tx, arrival: Arrival, said: SummarySubmitted) -> None:
    if arrival.case_id is None or not await review_store.is_known(tx, arrival.case_id):
        raise ArrivalRefused("unknown_request")
    group = await lock_link_group(tx, arrival.case_id, None)
    area = await review_store.owner_area_of(tx, group.survivor)
    tx.synthetic = await is_synthetic(tx, group.survivor)
    facts = await review_store.known_facts(tx, group)
    seen = Seen(group.survivor, area or "", False, None, facts)
    review = seen.review()
    asked = _asked(review, arrival)
    stated = said.model_dump(mode="json", exclude={"request_id"})
    received_at = min(arrival.received_at, tx.now).isoformat()
    received = validate(
        ReceiveSummary, stated | {"agency": asked.agency, "received_at": received_at}
    )
    agency = Caller(arrival.system, arrival.organisation, str(arrival.submission_id), tx.now)
    met = await circumstances(tx, agency, seen, review.cycle)
    for step in receive_summary(review, received, met):
        event = await record_step(tx, group.survivor, KIND, received, step)
        facts = await review_store.known_facts(tx, group)
        await bring_in_line(tx, group.survivor, facts, event)


def _asked(review: Review, arrival: Arrival) -> Summary:
    """The request that is answered, if it is of this review and went to this organisation."""
    for asked in review.summaries.values():
        if (asked.request_id, asked.agency) == (arrival.about, arrival.organisation):
            return asked
    raise ArrivalRefused("unknown_request")
