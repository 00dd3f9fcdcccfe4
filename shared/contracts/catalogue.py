"""Every topic and event type inside Vigil: who writes it, who reads it, who acts on it.

Topics, access rights, schemas and the consumers' subscriptions are all made from this table, so
that there is one place to read and one place to change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shared.contracts import area_events as area
from shared.contracts import arrival_events as arrival
from shared.contracts import deadline_events as deadline
from shared.contracts import delivery_events as delivery
from shared.contracts import erasure_events as erasure
from shared.contracts import intake_events as intake
from shared.contracts import lcspr_events as lcspr
from shared.contracts import messaging_events as messaging
from shared.contracts import panel_events as panel
from shared.contracts import replies
from shared.contracts import review_events as review
from shared.contracts import sharing_events as sharing
from shared.contracts.acting import ASKS_OUTSIDE, FOR_THE_PANEL, MOVES_A_CASE
from shared.contracts.payload import Payload

SERVICES = ("intake", "rapid_review_timer", "panel_notification", "reporting")
CHECKER = "checker"
"""Compares topics with stores: it reads every topic, in no group, and writes nothing."""

INGRESS_GROUP = "intake.ingress"

FOLLOWS: dict[str, tuple[str, ...]] = {
    "intake": ("rapid_review_timer", "panel_notification"),
    "rapid_review_timer": ("intake", "panel_notification"),
    "panel_notification": ("intake", "rapid_review_timer"),
    "reporting": ("intake", "rapid_review_timer", "panel_notification"),
}
"""Which sources a service follows. It follows all inside topics of each, or order is lost."""

PARTITIONS = 3
_READS: tuple[Literal["READ", "DESCRIBE_CONFIGS"], ...] = ("READ", "DESCRIBE_CONFIGS")
DAY_MS = 24 * 60 * 60 * 1000
KEPT_WITH_THE_CASE = -1
INGRESS_KEPT_MS = 7 * DAY_MS
REPLIES_KEPT_MS = 30 * DAY_MS


@dataclass(frozen=True)
class EventType:
    """`acted_on_by`: the services whose state it changes; other followers only count it."""

    topic: str
    producer: str
    model: type[Payload]
    acted_on_by: frozenset[str]
    version: int = 1

    @property
    def type(self) -> str:
        return type_of(self.topic, self.version)


@dataclass(frozen=True)
class TopicSpec:
    name: str
    partitions: int
    retention_ms: int
    """-1: kept as long as the retention schedule keeps case records."""


@dataclass(frozen=True)
class AclSpec:
    principal: str
    resource: Literal["topic", "group", "cluster"]
    name: str
    pattern: Literal["literal", "prefixed"]
    operation: Literal["READ", "WRITE", "DESCRIBE", "DESCRIBE_CONFIGS"]


def type_of(topic: str, version: int = 1) -> str:
    """The CloudEvents type of what a topic carries."""
    return f"uk.vigil.{topic}.v{version}"


def source_of(service: str) -> str:
    """The CloudEvents source of a service."""
    return f"/vigil/{service}"


def _event(topic: str, producer: str, model: type[Payload], acted_on_by: str) -> EventType:
    return EventType(topic, producer, model, frozenset(acted_on_by.split()))


_TIMER, _PANEL, _REPORTING = "rapid_review_timer", "panel_notification", "reporting"
_ALL_OTHERS = f"{_TIMER} {_PANEL} {_REPORTING}"
"""All but intake."""
_STEPS = {**review.REVIEW_TOPICS, **lcspr.LCSPR_TOPICS, **area.AREA_TOPICS}


def _step(topic: str, model: type[Payload]) -> EventType:
    heard_by_intake = topic in MOVES_A_CASE or topic == ASKS_OUTSIDE
    also = ("intake" if heard_by_intake else "", _PANEL if topic in FOR_THE_PANEL else "")
    return _event(topic, _TIMER, model, " ".join((*also, _REPORTING)))


EVENT_TYPES: tuple[EventType, ...] = (
    _event("incident.reported", "intake", intake.IncidentReported, f"{_TIMER} {_REPORTING}"),
    _event("incident.assessed", "intake", intake.IncidentAssessed, f"{_TIMER} {_REPORTING}"),
    _event("incident.decided", "intake", intake.IncidentDecided, _ALL_OTHERS),
    _event("incident.linked", "intake", intake.IncidentLinked, _ALL_OTHERS),
    _event("incident.corrected", "intake", intake.IncidentCorrected, _ALL_OTHERS),
    _event("incident.withdrawn", "intake", intake.IncidentWithdrawn, _ALL_OTHERS),
    _event("incident.reopened", "intake", intake.IncidentReopened, f"{_TIMER} {_REPORTING}"),
    _event("incident.transferred", "intake", intake.IncidentTransferred, _ALL_OTHERS),
    _event("case.closed", "intake", intake.CaseClosed, _ALL_OTHERS),
    _event("case.stage.entered", "intake", intake.CaseStageEntered, _REPORTING),
    _event("case.erasure.ordered", "intake", erasure.CaseErasureOrdered, _ALL_OTHERS),
    _event("sharing.decided", "intake", sharing.SharingDecided, f"{_TIMER} {_REPORTING}"),
    _event("panel.reply.arrived", "intake", arrival.PanelReplyArrived, _PANEL),
    _event("summary.arrived", "intake", arrival.SummaryArrived, _TIMER),
    _event("delivery.arrived", "intake", delivery.DeliveryArrived, _REPORTING),
    _event("notice.sent", _PANEL, panel.NoticeSent, f"{_TIMER} {_REPORTING}"),
    _event("notice.delivered", _PANEL, panel.NoticeDelivered, f"{_TIMER} {_REPORTING}"),
    _event("notice.undeliverable", _PANEL, panel.NoticeUndeliverable, _REPORTING),
    _event("incident.notified", _PANEL, panel.IncidentNotified, f"intake {_TIMER} {_REPORTING}"),
    *(
        _event(topic, _PANEL, model, f"intake {_TIMER} {_REPORTING}")
        for topic, model in panel.REPLY_TOPICS.items()
    ),
    _event("panel.reply.answered", _PANEL, arrival.PanelReplyAnswered, "intake"),
    _event("summary.answered", _TIMER, arrival.SummaryAnswered, "intake"),
    _event("deadline.set", _TIMER, deadline.DeadlineSet, f"{_PANEL} {_REPORTING}"),
    _event("deadline.moved", _TIMER, deadline.DeadlineMoved, f"{_PANEL} {_REPORTING}"),
    _event("deadline.suspended", _TIMER, deadline.DeadlineSuspended, _REPORTING),
    _event("deadline.resumed", _TIMER, deadline.DeadlineResumed, _REPORTING),
    _event("deadline.met", _TIMER, deadline.DeadlineMet, _REPORTING),
    _event("deadline.cancelled", _TIMER, deadline.DeadlineCancelled, _REPORTING),
    _event("review.due", _TIMER, deadline.ReviewDue, _REPORTING),
    *(_step(topic, model) for topic, model in _STEPS.items()),
    *(
        _event(f"{service}.case.{what}", service, model, _REPORTING)
        for service in SERVICES
        if service != _REPORTING
        for what, model in (("held", messaging.CaseHeld), ("released", messaging.CaseReleased))
    ),
    *(_event(f"{s}.case.erased", s, erasure.CaseErased, "") for s in SERVICES[:-1]),
)
"""Reporting's own held and released cases stand on its pages; it publishes nothing inside. That a
case was erased changes nobody's state: `verify` looks for it."""

VOIDED = "uk.vigil.event.voided.v1"
"""May stand in any topic; applied as nothing."""

REPLY_TYPES = {type_of(said): model for said, model in replies.REPLIES.items()}
REPORT_SUBMITTED = type_of("report.submitted")
DELIVERY_CONFIRMED = type_of("delivery.confirmed")

_BY_TYPE = {event.type: event for event in EVENT_TYPES}
_BY_MODEL = {event.model: event for event in EVENT_TYPES}


def event_type(type_: str) -> EventType | None:
    """The catalogue's row, or None for a type that this version does not know."""
    return _BY_TYPE.get(type_)


def type_for(model: type[Payload]) -> EventType:
    """The row of an event class that belongs to exactly one topic.

    Raises KeyError for a class that is in no topic, a defect of the caller.
    """
    return _BY_MODEL[model]


def ingress_topic(system: str) -> str:
    return f"ingress.{system}"


def replies_topic(system: str) -> str:
    return f"replies.{system}"


def topics_of(service: str) -> tuple[str, ...]:
    """The inside topics that a service writes, sorted."""
    return tuple(sorted({event.topic for event in EVENT_TYPES if event.producer == service}))


def topics(systems: Iterable[str]) -> list[TopicSpec]:
    """Every topic that must exist, for these sending systems."""
    inside = [
        TopicSpec(topic, PARTITIONS, KEPT_WITH_THE_CASE)
        for service in SERVICES
        for topic in topics_of(service)
    ]
    outside = [
        spec
        for system in sorted(systems)
        for spec in (
            TopicSpec(ingress_topic(system), PARTITIONS, INGRESS_KEPT_MS),
            TopicSpec(replies_topic(system), PARTITIONS, REPLIES_KEPT_MS),
        )
    ]
    return inside + outside


def acls(systems: Iterable[str]) -> list[AclSpec]:
    """Every right that anybody has; whatever is not listed is denied.

    A service reads its own topics too: before it publishes it compares their ends with its outbox.
    It sees how far the groups are that follow it: one that has never read a topic is an alarm.
    """
    systems = sorted(systems)
    rights: list[AclSpec] = []
    for service in SERVICES:
        rights.append(AclSpec(service, "group", f"{service}.", "prefixed", "READ"))
        for topic in topics_of(service):
            rights.append(AclSpec(service, "topic", topic, "literal", "WRITE"))
            rights.append(AclSpec(service, "topic", topic, "literal", "READ"))
        for source in FOLLOWS[service]:
            rights += [
                AclSpec(service, "topic", topic, "literal", "READ") for topic in topics_of(source)
            ]
            if topics_of(source):
                group = f"{service}.{source}"
                rights.append(AclSpec(source, "group", group, "literal", "DESCRIBE"))
    for system in systems:
        rights += [
            AclSpec(system, "topic", ingress_topic(system), "literal", "WRITE"),
            AclSpec(system, "topic", replies_topic(system), "literal", "READ"),
            AclSpec(system, "group", f"{system}.", "prefixed", "READ"),
            AclSpec("intake", "topic", ingress_topic(system), "literal", "READ"),
            AclSpec("intake", "topic", replies_topic(system), "literal", "WRITE"),
            AclSpec("intake", "topic", replies_topic(system), "literal", "READ"),
        ]
    return rights + _rights_of_the_checker(systems)


def _rights_of_the_checker(systems: list[str]) -> list[AclSpec]:
    """What it takes to read topics, how they are set up, and how far each service has come."""
    return [
        AclSpec(CHECKER, "cluster", "kafka-cluster", "literal", "DESCRIBE_CONFIGS"),
        *(AclSpec(CHECKER, "group", f"{name}.", "prefixed", "DESCRIBE") for name in SERVICES),
        *(
            AclSpec(CHECKER, "topic", spec.name, "literal", operation)
            for spec in topics(systems)
            for operation in _READS
        ),
    ]
