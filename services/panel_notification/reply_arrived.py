"""A reply that the Panel sent by the bus: acted on as over HTTP, answered by the same codes."""

from functools import partial
from uuid import UUID

from services.panel_notification.panel_replies import ReplyRefused
from services.panel_notification.reply_in_case import reply_in_case
from services.panel_notification.reply_store import PANEL, case_told_of
from shared.contracts.panel_said import PanelReplySubmitted, PanelSays
from shared.contracts.strict_json import BadJson, Invalid, parse, validate
from shared.messaging.arrival_rows import Arrival
from shared.messaging.arrivals import ArrivalRefused, Judge
from shared.messaging.store import Tx
from shared.telemetry.tracing import Tracing

UNKNOWN = "unknown_notice"
"""Also for a notice that went to somebody else, and for whoever is not the Panel."""


def judge_by(tracing: Tracing) -> Judge:
    return partial(_judge, tracing)


async def _judge(tracing: Tracing, tx: Tx, arrival: Arrival, content: bytes) -> None:
    said = _said(content)
    case_id = await _case_of(tx, arrival)
    if case_id is None:
        raise ArrivalRefused(UNKNOWN)
    try:
        await reply_in_case(tracing, tx, case_id, said, arrival.system)
    except ReplyRefused as refused:
        raise ArrivalRefused(refused.code) from None


async def _case_of(tx: Tx, arrival: Arrival) -> UUID | None:
    if arrival.organisation != PANEL:
        return None
    return await case_told_of(tx, arrival.about, arrival.organisation)


def _said(content: bytes) -> PanelSays:
    """What was said, without the notice: kept as a reply over HTTP is kept."""
    try:
        submitted = validate(PanelReplySubmitted, parse(content))
    except (BadJson, Invalid):
        raise ArrivalRefused("not_valid") from None
    return validate(PanelSays, submitted.model_dump(mode="json", exclude={"notice_id"}))
