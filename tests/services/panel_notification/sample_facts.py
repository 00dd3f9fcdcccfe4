"""Facts about invented cases, as intake would publish them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.catalogue import source_of, type_for
from shared.contracts.envelope import NAMESPACE, Envelope, case_stream
from shared.contracts.intake_events import IncidentDecided, IncidentLinked, ObligationOwed
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact
from shared.messaging.registry import Event

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def case(number: int) -> UUID:
    return uuid5(NAMESPACE, f"sample case {number}")


def obligation(case_id: UUID, kind: str, recipient: str, rule: str = "DL01") -> ObligationOwed:
    return ObligationOwed.model_validate(
        {
            "obligation_id": uuid5(NAMESPACE, f"{case_id}|{kind}|{recipient}|{rule}"),
            "rows": ["N1"],
            "recipient_kind": kind,
            "recipient": recipient,
            "area": "E08000012",
            "force": "must",
            "limit_rule": rule,
        }
    )


def serious(case_id: UUID) -> list[ObligationOwed]:
    """A serious incident: Panel, department and Ofsted, and the police as a partner."""
    return [
        obligation(case_id, "panel", "panel"),
        obligation(case_id, "dfe", "dfe"),
        obligation(case_id, "ofsted", "ofsted"),
        obligation(case_id, "partner_police", "police-merseyside", "DL02"),
    ]


def simple_death(case_id: UUID) -> list[ObligationOwed]:
    return [
        obligation(case_id, "dfe", "dfe", "DL04"),
        obligation(case_id, "ofsted", "ofsted", "DL04"),
        obligation(case_id, "cdop", "cdop-merseyside", "DL20"),
    ]


def decided(
    owed: Sequence[ObligationOwed], decision: str = "notifiable", **changes: Any
) -> IncidentDecided:
    return IncidentDecided.model_validate(
        {
            "cycle": 1,
            "decision": decision,
            "rows": ["N1"],
            "obligations": [one.model_dump() for one in owed],
            "rapid_review": decision == "notifiable",
            "content_version": 1,
            "positions": [],
            "decided_at": NINE,
            "rule_set": "WT2018",
            "owner_area": "E08000012",
            "other_areas": [],
            "la_incident_aware_at": NINE,
            "clock_start": NINE,
            "age_band": "under_1",
            "nature": "died",
            "incident_month": "2026-11",
        }
        | changes
    )


def linked(survivor: UUID) -> IncidentLinked:
    return IncidentLinked(survivor=survivor, reason="same_incident")


def fact(case_id: UUID, sequence: int, data: Payload) -> Fact:
    return Fact(
        event_id=uuid5(NAMESPACE, f"{case_id}|{sequence}"),
        case_id=case_id,
        source=source_of("intake"),
        sequence=sequence,
        type=type_for(type(data)).type,
        happened_at=NINE,
        recorded_at=NINE,
        traceparent=None,
        data=data,
    )


def event(case_id: UUID, sequence: int, data: Payload) -> Event[Payload]:
    kept = fact(case_id, sequence, data)
    return Event(
        Envelope(
            id=kept.event_id,
            source=kept.source,
            type=kept.type,
            time=NINE,
            recordedtime=NINE,
            subject=case_stream(case_id),
            correlationid=case_id,
            sequence=sequence,
        ),
        data,
    )
