"""A case as intake and panel notification tell it: facts and events for tests."""

from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4, uuid5

from shared.contracts.catalogue import source_of, type_for
from shared.contracts.envelope import Envelope, case_stream
from shared.contracts.event_codes import (
    AgeBand,
    AwarenessBasis,
    Channel,
    Decision,
    Force,
    NotificationKind,
    RecipientKind,
)
from shared.contracts.intake_events import (
    IncidentAssessed,
    IncidentDecided,
    IncidentLinked,
    IncidentReported,
    ObligationOwed,
)
from shared.contracts.panel_events import IncidentNotified, NoticeDelivered, NoticeSent
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact
from shared.messaging.registry import Event

LIVERPOOL, WIRRAL = "E08000012", "E08000015"


def at(day: str, clock: str = "10:00") -> datetime:
    """An instant in UTC."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), UTC)


def obligation(
    limit_rule: str, kind: RecipientKind = RecipientKind.PANEL, recipient: str = "panel"
) -> ObligationOwed:
    return ObligationOwed(
        obligation_id=uuid5(UUID(int=1), f"{limit_rule}|{kind}|{recipient}"),
        rows=["N1"],
        recipient_kind=kind,
        recipient=recipient,
        area=LIVERPOOL,
        force=Force.MUST,
        limit_rule=limit_rule,
    )


PANEL = obligation("DL01")
POLICE = obligation("DL02", RecipientKind.PARTNER_POLICE, "police-merseyside")
HEALTH = obligation("DL02", RecipientKind.PARTNER_HEALTH, "icb-QYG")
WIRRAL_LA = obligation("DL03", RecipientKind.PARTNER_LA, f"la-{WIRRAL}")
DFE = obligation("DL04", RecipientKind.DFE, "dfe")
OFSTED = obligation("DL04", RecipientKind.OFSTED, "ofsted")
ALL_OWED = (PANEL, POLICE, HEALTH)


class CaseTold:
    """Numbers what each source says, in the order in which the methods are called."""

    def __init__(self, case_id: UUID | None = None) -> None:
        self.case_id = case_id or uuid4()
        self.facts: list[Fact] = []

    def told(self, source: str) -> list[Fact]:
        return [fact for fact in self.facts if fact.source == source_of(source)]

    def reported(self, received: datetime) -> Fact:
        said = IncidentReported(
            report_id=uuid4(),
            system="police-records",
            organisation="police-merseyside",
            agency_type="police",
            agency_aware_at=received,
            received_at=received,
            incident_area=LIVERPOOL,
            residence_area=None,
            placing_area=None,
            outcome="died",
            abuse_neglect="suspected",
        )
        return self._add(said, received)

    def assessed(
        self,
        when: datetime,
        clock_start: datetime | None = None,
        *,
        la_aware: datetime | None = None,
        other_areas: tuple[str, ...] = (),
        rows: tuple[str, ...] = ("N1",),
        cycle: int = 1,
    ) -> Fact:
        said = IncidentAssessed(
            cycle=cycle,
            la_incident_aware_at=la_aware or clock_start,
            la_criteria_known_at=clock_start,
            basis=AwarenessBasis.STATED,
            clock_start=clock_start,
            owner_area=LIVERPOOL,
            other_areas=list(other_areas),
            rule_set="WT2018.1",
            rows_that_may_match=list(rows),
            reports=1,
        )
        return self._add(said, when)

    def decided(
        self,
        when: datetime,
        decision: Decision = Decision.NOTIFIABLE,
        owed: tuple[ObligationOwed, ...] = ALL_OWED,
        *,
        clock_start: datetime | None = None,
        la_aware: datetime | None = None,
        rapid_review: bool | None = None,
        other_areas: tuple[str, ...] = (),
    ) -> Fact:
        notifiable = decision is Decision.NOTIFIABLE
        said = IncidentDecided(
            cycle=1,
            decision=decision,
            rows=["N1"],
            obligations=list(owed),
            rapid_review=notifiable if rapid_review is None else rapid_review,
            content_version=1,
            positions=[],
            decided_at=when,
            rule_set="WT2018.1",
            owner_area=LIVERPOOL,
            other_areas=list(other_areas),
            la_incident_aware_at=la_aware or clock_start,
            clock_start=clock_start,
            age_band=AgeBand.UNDER_1,
            nature="physical",
            incident_month="2019-06",
        )
        return self._add(said, when)

    def linked(self, when: datetime, survivor: UUID) -> Fact:
        return self._add(IncidentLinked(survivor=survivor, reason="same_incident"), when)

    def sent(self, when: datetime, owed: ObligationOwed) -> Fact:
        return self._add(NoticeSent(**self._notice(when, owed)), when)

    def delivered(
        self, sent_at: datetime, owed: ObligationOwed, accepted: datetime | None = None
    ) -> Fact:
        said = NoticeDelivered(
            **self._notice(sent_at, owed), accepted_at=accepted or sent_at, reference="250"
        )
        return self._add(said, accepted or sent_at)

    def notified(
        self,
        sent_at: datetime,
        kind: NotificationKind = NotificationKind.PANEL,
        receipt: datetime | None = None,
    ) -> Fact:
        said = IncidentNotified(
            cycle=1,
            kind=kind,
            notification_number=1,
            obligation_ids=[PANEL.obligation_id],
            sent_at=sent_at,
            receipt_at=receipt or sent_at,
            channel=Channel.SMTP,
            possible_duplicate=False,
        )
        return self._add(said, receipt or sent_at)

    def _notice(self, sent_at: datetime, owed: ObligationOwed) -> dict[str, Any]:
        return {
            "notice_id": uuid4(),
            "cycle": 1,
            "notification_number": 1,
            "obligation_id": owed.obligation_id,
            "recipient_kind": owed.recipient_kind,
            "recipient": owed.recipient,
            "limit_rule": owed.limit_rule,
            "sent_at": sent_at,
            "channel": Channel.SMTP,
            "possible_duplicate": False,
        }

    def says(self, said: Payload, when: datetime) -> Fact:
        """Anything else that is told of it."""
        return self._add(said, when)

    def _add(self, said: Payload, when: datetime) -> Fact:
        row = type_for(type(said))
        fact = Fact(
            event_id=uuid4(),
            case_id=self.case_id,
            source=source_of(row.producer),
            sequence=len(self.told(row.producer)) + 1,
            type=row.type,
            happened_at=when,
            recorded_at=when,
            traceparent=None,
            data=said,
        )
        self.facts.append(fact)
        return fact


def event_of(fact: Fact) -> Event[Payload]:
    """The event that brings a fact."""
    envelope = Envelope(
        id=fact.event_id,
        source=fact.source,
        type=fact.type,
        time=fact.happened_at,
        recordedtime=fact.recorded_at,
        subject=case_stream(fact.case_id),
        correlationid=fact.case_id,
        sequence=fact.sequence,
        traceparent=fact.traceparent,
    )
    return Event(envelope, fact.data)
