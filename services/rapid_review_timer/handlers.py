"""Which events start, move and stop clocks, and which let partners read what others wrote."""

from services.rapid_review_timer.keep_clocks import keep_clocks
from services.rapid_review_timer.keep_sharing import keep_sharing
from services.rapid_review_timer.summary_arrived import keep_until_its_content_is_here
from shared.contracts.arrival_events import SummaryArrived
from shared.contracts.erasure_events import CaseErasureOrdered
from shared.contracts.intake_events import (
    CaseClosed,
    IncidentAssessed,
    IncidentCorrected,
    IncidentDecided,
    IncidentLinked,
    IncidentReopened,
    IncidentReported,
    IncidentTransferred,
    IncidentWithdrawn,
)
from shared.contracts.panel_events import (
    IncidentNotified,
    NoticeDelivered,
    NoticeSent,
    PanelDecided,
    PanelInformationRequested,
    PanelReceived,
)
from shared.contracts.sharing_events import SharingDecided
from shared.messaging.erasing import carry_out
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
    CaseClosed,
    NoticeSent,
    NoticeDelivered,
    IncidentNotified,
    PanelReceived,
    PanelInformationRequested,
    PanelDecided,
):
    registry.on(event_class)(keep_clocks)
registry.on(SharingDecided)(keep_sharing)
registry.on(SummaryArrived)(keep_until_its_content_is_here)
registry.on(CaseErasureOrdered)(carry_out)
