"""What intake publishes about a case."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.event_codes import (
    AgeBand,
    AwarenessBasis,
    Decision,
    Force,
    PartnerKind,
    Position,
    RecipientKind,
    Stage,
)
from shared.contracts.payload import Payload

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
"""An organisation, area, rule or row: letters, digits, dot, dash, underscore."""

Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Cycle = Annotated[int, Field(ge=1)]


class ObligationOwed(Payload):
    """Somebody must be told. Computed by the producer; panel notification only fulfils it."""

    obligation_id: UUID
    rows: list[Code]
    recipient_kind: RecipientKind
    recipient: Code
    area: Code
    force: Force
    limit_rule: Code


class PartnerPosition(Payload):
    kind: PartnerKind
    organisation: Code
    position: Position


class IncidentReported(Payload):
    """An accepted report opened a provisional case."""

    report_id: UUID
    system: Code
    organisation: Code
    agency_type: Code
    agency_aware_at: AwareDatetime
    received_at: AwareDatetime
    incident_area: Code | None
    residence_area: Code | None
    placing_area: Code | None
    outcome: Code
    abuse_neglect: Code


class IncidentAssessed(Payload):
    """What is known in triage, whole, each time a fact is added.

    `clock_start` is the later of the authority learning of the incident and of it knowing or
    suspecting that the criteria are met; None while either is unknown.
    """

    cycle: Cycle
    la_incident_aware_at: AwareDatetime | None
    la_criteria_known_at: AwareDatetime | None
    basis: AwarenessBasis | None
    clock_start: AwareDatetime | None
    owner_area: Code
    other_areas: list[Code]
    rule_set: Code
    rows_that_may_match: list[Code]
    reports: int = Field(ge=1)


class IncidentDecided(Payload):
    cycle: Cycle
    decision: Decision
    rows: list[Code]
    obligations: list[ObligationOwed]
    rapid_review: bool
    content_version: int = Field(ge=1)
    positions: list[PartnerPosition]
    decided_at: AwareDatetime
    rule_set: Code
    owner_area: Code
    other_areas: list[Code]
    la_incident_aware_at: AwareDatetime | None
    clock_start: AwareDatetime | None
    late_reason: Code | None = None
    age_band: AgeBand
    nature: Code
    incident_month: Month | None


class IncidentLinked(Payload):
    """In the loser's stream: its reports now belong to the survivor."""

    survivor: UUID
    reason: Code


class CaseStageEntered(Payload):
    """`entered_at` is the time of the fact that decided it; a late fact gives a new revision."""

    cycle: Cycle
    stage: Stage
    entered_at: AwareDatetime
    revision: int = Field(ge=1)
