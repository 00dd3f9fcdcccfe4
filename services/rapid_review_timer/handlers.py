"""Which events start, move and stop clocks."""

from services.rapid_review_timer.keep_clocks import keep_clocks
from shared.contracts.intake_events import (
    IncidentAssessed,
    IncidentCorrected,
    IncidentDecided,
    IncidentLinked,
    IncidentReopened,
    IncidentReported,
    IncidentTransferred,
    IncidentWithdrawn,
)
from shared.contracts.panel_events import IncidentNotified, NoticeDelivered, NoticeSent
from shared.messaging.registry import Registry

SERVICE = "rapid_review_timer"

registry = Registry(SERVICE)
for event_class in (
    IncidentReported,
    IncidentAssessed,
    IncidentDecided,
    IncidentLinked,
    IncidentCorrected,
    IncidentWithdrawn,
    IncidentReopened,
    IncidentTransferred,
    NoticeSent,
    NoticeDelivered,
    IncidentNotified,
):
    registry.on(event_class)(keep_clocks)
