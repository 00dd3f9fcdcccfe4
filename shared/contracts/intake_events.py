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

FactText = Annotated[str, Field(pattern=r"^[A-Za-z0-9.:+_-]{1,64}$")]
"""A coded value, an area, or an instant as ISO 8601."""

Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Cycle = Annotated[int, Field(ge=1)]


class ObligationOwed(Payload):
    """Somebody must be told. Computed by the producer; panel notification only fulfils it.

    `notifier` is the authority whose duty it is; `sources` are ids of the criteria's sources;
    `recipient_confirmed` is false where it is not sure that the body holds the seat that day.
    """

    obligation_id: UUID
    rows: list[Code]
    recipient_kind: RecipientKind
    recipient: Code
    area: Code
    force: Force
    limit_rule: Code
    notifier: Code | None = None
    sources: list[Code] = Field(default_factory=list)
    recipient_confirmed: bool = True


class RecipientSought(Payload):
    """Somebody has to be told and the directory does not say who: `who` is the part they have,
    `row` the row of the criteria that asks for it."""

    row: Code
    who: Code
    area: Code
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
    """`notifications`: how many the rule set asks for; `escalated_to`: the bodies of the area that
    hear of a partner's dissent; `recipients_sought`: whom a person has to find, which holds up
    nobody who is known."""

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
    notifications: Annotated[int, Field(ge=0)] | None = None
    escalated_to: list[Code] = Field(default_factory=list)
    recipients_sought: list[RecipientSought] = Field(default_factory=list)


class IncidentLinked(Payload):
    """In the loser's stream: its reports now belong to the survivor."""

    survivor: UUID
    reason: Code


class FactChanged(Payload):
    """A coded fact, instant or area before and after; None: not known. What a person typed or
    what names somebody is told of without values."""

    fact: Code
    before: FactText | None
    after: FactText | None


class IncidentCorrected(Payload):
    """What the authority holds now, whole, and what it held before.

    `clock_changed`: a fact was corrected that starts a clock. `obligations` are those that were
    not owed before. `suggestion` is what the corrected facts lead to, None while they leave it
    open; the decision stands until it is withdrawn.
    """

    cycle: Cycle
    number: int = Field(ge=1)
    reason: Code
    corrected_at: AwareDatetime
    changed: list[FactChanged]
    details_changed: list[Code]
    clock_changed: bool
    la_incident_aware_at: AwareDatetime | None
    la_criteria_known_at: AwareDatetime | None
    clock_start: AwareDatetime | None
    owner_area: Code
    other_areas: list[Code]
    rule_set: Code
    rows: list[Code]
    suggestion: Decision | None
    obligations: list[ObligationOwed]


class IncidentWithdrawn(Payload):
    """The criteria proved unmet: no clock of this cycle runs on, its history stays.

    `panel_acknowledges`: the Panel had been told and is asked to acknowledge; `obligations` are
    to all who were to be told of the incident: who may have heard of it hears of the withdrawal.
    """

    cycle: Cycle
    reason: Code
    withdrawn_at: AwareDatetime
    from_stage: Stage
    positions: list[PartnerPosition]
    panel_acknowledges: bool
    obligations: list[ObligationOwed]


class IncidentReopened(Payload):
    """A new cycle, with a clock of its own: from when new suspicion formed."""

    cycle: Annotated[int, Field(ge=2)]
    reason: Code
    reopened_at: AwareDatetime
    from_stage: Stage
    la_incident_aware_at: AwareDatetime | None
    la_criteria_known_at: AwareDatetime
    clock_start: AwareDatetime
    owner_area: Code


class CaseClosed(Payload):
    """Nothing of this cycle is left to do. `scrutineer`: the view of the independent scrutineer;
    `actions`: how many were opened, all of which are closed."""

    cycle: Cycle
    reason: Code
    closed_at: AwareDatetime
    from_stage: Stage
    positions: list[PartnerPosition]
    scrutineer: Position
    actions: int = Field(ge=0)


class IncidentTransferred(Payload):
    """Another authority owns the case; no due date moves. `obligations` are to the partners of
    both areas."""

    cycle: Cycle
    reason: Code
    from_area: Code
    to_area: Code
    proposed_at: AwareDatetime
    accepted_at: AwareDatetime
    other_areas: list[Code]
    obligations: list[ObligationOwed]


class CaseStageEntered(Payload):
    """`entered_at` is the time of the fact that decided it; a late fact gives a new revision."""

    cycle: Cycle
    stage: Stage
    entered_at: AwareDatetime
    revision: int = Field(ge=1)
