"""Events of invented cases, as the services would tell them. There is nobody behind them."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.catalogue import source_of, type_for, type_of
from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import (
    AgeBand,
    AwarenessBasis,
    Channel,
    Decision,
    Force,
    PartnerKind,
    Position,
    RecipientKind,
    Stage,
)
from shared.contracts.intake_events import (
    CaseStageEntered,
    IncidentAssessed,
    IncidentDecided,
    IncidentReported,
    ObligationOwed,
    PartnerPosition,
)
from shared.contracts.panel_events import (
    NoticeDelivered,
    NoticeSent,
)
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact

CASE = UUID("19dba115-c6ff-4fd5-a3fe-800f5d010f96")
MERGED = UUID("7a40c3d2-5b1e-4c7d-9b0a-2f6f1f0c9e11")
CALENDAR = "england-and-wales-2026-02-25"
LIVERPOOL, WIRRAL = "E08000012", "E08000015"


def at(day: int, hour: int = 9, minute: int = 0, month: int = 6) -> datetime:
    """An instant of summer 2019, in UTC."""
    return datetime(2019, month, day, hour, minute, tzinfo=UTC)


def an_id(*parts: object) -> UUID:
    return uuid5(NAMESPACE, "|".join(map(str, ("sample", *parts))))


@dataclass
class Story:
    """What has been told so far; each (service, case) is numbered without gaps."""

    facts: list[Fact] = field(default_factory=list)

    def tell(
        self,
        service: str,
        data: Payload,
        happened: datetime,
        *,
        case_id: UUID = CASE,
        recorded: datetime | None = None,
        topic: str | None = None,
    ) -> UUID:
        source = source_of(service)
        sequence = 1 + sum((f.source, f.case_id) == (source, case_id) for f in self.facts)
        event_id = an_id(source, case_id, sequence)
        self.facts.append(
            Fact(
                event_id=event_id,
                case_id=case_id,
                source=source,
                sequence=sequence,
                type=type_of(topic) if topic else type_for(type(data)).type,
                happened_at=happened,
                recorded_at=recorded or happened + timedelta(seconds=2),
                traceparent=None,
                data=data,
            )
        )
        return event_id


def reported(organisation: str, system: str, agency: str, when: datetime) -> IncidentReported:
    return IncidentReported(
        report_id=an_id("report", organisation),
        system=system,
        organisation=organisation,
        agency_type=agency,
        agency_aware_at=when - timedelta(hours=3),
        received_at=when,
        incident_area=LIVERPOOL,
        residence_area=WIRRAL,
        placing_area=None,
        outcome="died",
        abuse_neglect="suspected",
    )


def assessed(clock_start: datetime | None, **changes: Any) -> IncidentAssessed:
    values: dict[str, Any] = {
        "cycle": 1,
        "la_incident_aware_at": clock_start,
        "la_criteria_known_at": clock_start,
        "basis": AwarenessBasis.STATED if clock_start else None,
        "clock_start": clock_start,
        "owner_area": LIVERPOOL,
        "other_areas": [WIRRAL],
        "rule_set": "WT2018.1",
        "rows_that_may_match": ["N1"],
        "reports": 1,
    }
    return IncidentAssessed(**values | changes)


RECIPIENTS = (
    (RecipientKind.PANEL, "panel", "DL01", LIVERPOOL, Force.MUST),
    (RecipientKind.DFE, "dfe", "DL01", LIVERPOOL, Force.MUST),
    (RecipientKind.OFSTED, "ofsted", "DL01", LIVERPOOL, Force.MUST),
    (RecipientKind.PARTNER_POLICE, "police-merseyside", "DL02", LIVERPOOL, Force.SHOULD),
    (RecipientKind.PARTNER_HEALTH, "icb-QYG", "DL02", LIVERPOOL, Force.SHOULD),
    (RecipientKind.PARTNER_LA, "la-E08000015", "DL03", WIRRAL, Force.SHOULD),
)


def obligations(case_id: UUID = CASE) -> list[ObligationOwed]:
    return [
        ObligationOwed(
            obligation_id=an_id("obligation", case_id, organisation),
            rows=["N1"],
            recipient_kind=kind,
            recipient=organisation,
            area=area,
            force=force,
            limit_rule=rule,
        )
        for kind, organisation, rule, area, force in RECIPIENTS
    ]


def decided(when: datetime, *, case_id: UUID = CASE, **changes: Any) -> IncidentDecided:
    values: dict[str, Any] = {
        "cycle": 1,
        "decision": Decision.NOTIFIABLE,
        "rows": ["N1"],
        "obligations": obligations(case_id),
        "rapid_review": True,
        "content_version": 1,
        "positions": [
            PartnerPosition(
                kind=PartnerKind.LOCAL_AUTHORITY,
                organisation="la-E08000012",
                position=Position.AGREE,
            ),
            PartnerPosition(
                kind=PartnerKind.POLICE, organisation="police-merseyside", position=Position.AGREE
            ),
            PartnerPosition(
                kind=PartnerKind.HEALTH, organisation="icb-QYG", position=Position.DISAGREE
            ),
        ],
        "decided_at": when,
        "rule_set": "WT2018.1",
        "owner_area": LIVERPOOL,
        "other_areas": [WIRRAL],
        "la_incident_aware_at": at(5),
        "clock_start": at(5),
        "age_band": AgeBand.UNKNOWN,
        "nature": "not_stated",
        "incident_month": "2019-06",
    }
    return IncidentDecided(**values | changes)


def clock(rule: str, started: datetime, due: date, *, case_id: UUID = CASE) -> dict[str, Any]:
    return {
        "deadline_id": an_id("deadline", case_id, rule),
        "subject": str(case_id),
        "cycle": 1,
        "rule": rule,
        "rule_version": "1",
        "rule_set": "WT2018.1",
        "force": Force.LOCAL if rule == "TRIAGE" else Force.SHOULD,
        "calendar_version": CALENDAR,
        "revision": 1,
        "started_at": started,
        "due_date": due,
        "late_from": datetime(due.year, due.month, due.day, 23, tzinfo=UTC),
        "caused_by": an_id("cause", rule),
    }


def notice(organisation: str, when: datetime, *, case_id: UUID = CASE) -> dict[str, Any]:
    kind, _, rule, _, _ = next(row for row in RECIPIENTS if row[1] == organisation)
    return {
        "notice_id": an_id("notice", case_id, organisation),
        "cycle": 1,
        "notification_number": 1,
        "obligation_id": an_id("obligation", case_id, organisation),
        "recipient_kind": kind,
        "recipient": organisation,
        "limit_rule": rule,
        "sent_at": when,
        "channel": Channel.SMTP,
        "possible_duplicate": False,
    }


def sent(story: Story, organisation: str, when: datetime, *, case_id: UUID = CASE) -> None:
    """A notice that went out and was accepted by the mail server two seconds later."""
    row = notice(organisation, when, case_id=case_id)
    story.tell("panel_notification", NoticeSent(**row), when, case_id=case_id)
    accepted = when + timedelta(seconds=2)
    story.tell(
        "panel_notification",
        NoticeDelivered(**row, accepted_at=accepted, reference="VN-1"),
        accepted,
        case_id=case_id,
    )


def stage(story: Story, name: Stage, when: datetime, *, case_id: UUID = CASE) -> None:
    number = 1 + sum(
        isinstance(f.data, CaseStageEntered) and f.case_id == case_id for f in story.facts
    )
    entered = CaseStageEntered(cycle=1, stage=name, entered_at=when, revision=number)
    story.tell("intake", entered, when, case_id=case_id)
