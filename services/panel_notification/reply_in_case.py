"""Taking in a reply of the Panel within the trace of its case, by whatever door it came."""

from typing import Any
from uuid import UUID

from opentelemetry import trace

from services.panel_notification.reply_store import record_reply
from shared.contracts.panel_said import PanelSays
from shared.messaging.store import Tx
from shared.telemetry.tracing import Tracing, case_root


async def reply_in_case(
    tracing: Tracing, tx: Tx, case_id: UUID, said: PanelSays, system: str
) -> dict[str, Any]:
    """The answer. What a reply brings about belongs to the case's trace, linked to the trace of
    what brought it. Raises ReplyRefused."""
    door = trace.get_current_span()
    root = case_root(case_id)
    door.add_link(root)
    with tracing.span("panel reply", parent=root, links=(door.get_span_context(),)):
        return await record_reply(tx, case_id, said, system)
