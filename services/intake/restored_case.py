"""What intake itself has told of a case, read back after a restore. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.stated_changes import PLACES_THE_INCIDENT
from services.intake.stated_facts import StatedFacts
from shared.contracts.catalogue import type_for
from shared.contracts.envelope import case_stream, derived_id
from shared.contracts.event_codes import AwarenessBasis
from shared.contracts.intake_events import (
    CaseStageEntered,
    IncidentAssessed,
    IncidentCorrected,
    IncidentDecided,
    IncidentLinked,
    IncidentReopened,
    IncidentReported,
    IncidentTransferred,
)
from shared.contracts.strict_json import validate
from shared.messaging.facts import Fact, of_type

_TRUTH: dict[str, str | bool] = {"true": True, "false": False}


@dataclass(frozen=True)
class CaseTold:
    """The case's row, as far as events carry it."""

    opened_at: datetime
    owner_area: str
    cycle: int
    survivor: UUID | None
    decided_cycle: int | None


def case_told(own: Sequence[Fact]) -> CaseTold | None:
    """From the case's own stream, in its order. None if neither a report nor an assessment was
    told: the case was never heard of."""
    reported = [data for _, data in of_type(own, IncidentReported)]
    assessed = [(fact, data) for fact, data in of_type(own, IncidentAssessed)]
    decided = [data for _, data in of_type(own, IncidentDecided)]
    owners = [data.owner_area for _, data in assessed] + [data.owner_area for data in decided]
    owners += [area for data in reported if (area := data.incident_area or data.residence_area)]
    if not own or not owners:
        return None
    handed = [data.to_area for _, data in of_type(own, IncidentTransferred)]
    reopened = [data.cycle for _, data in of_type(own, IncidentReopened)]
    links = [data.survivor for _, data in of_type(own, IncidentLinked)]
    staged = [data.cycle for _, data in of_type(own, CaseStageEntered)]
    return CaseTold(
        opened_at=reported[0].received_at if reported else own[0].recorded_at,
        owner_area=handed[-1] if handed else owners[0],
        cycle=max([1, *(data.cycle for _, data in assessed), *reopened, *staged]),
        survivor=links[-1] if links else None,
        decided_cycle=max((data.cycle for data in decided), default=None),
    )


def commanded(own: Sequence[Fact], group_reports: Collection[UUID]) -> list[Fact]:
    """The assessments that no report brought about: somebody stated facts, linked or decided."""
    type_ = type_for(IncidentAssessed).type
    return [
        fact
        for fact, _ in of_type(own, IncidentAssessed)
        if fact.event_id
        not in {derived_id(report, type_, case_stream(fact.case_id), 0) for report in group_reports}
    ]


def corrected_in(event: IncidentCorrected | IncidentTransferred) -> StatedFacts | None:
    """What the authority stated with a correction or a hand-over, as far as events tell it."""
    if isinstance(event, IncidentTransferred):
        moved = event.reason in PLACES_THE_INCIDENT
        return StatedFacts(incident_area=event.to_area) if moved else None
    said = {one.fact: one.after for one in event.changed}
    plain = {name: _TRUTH.get(value or "", value) for name, value in said.items()}
    return validate(StatedFacts, dict(plain)) if plain else None


def stated_in(assessed: IncidentAssessed) -> StatedFacts | None:
    """What the authority stated of its own awareness, as far as an assessment tells it."""
    aware = assessed.la_incident_aware_at if assessed.basis is AwarenessBasis.STATED else None
    known = assessed.la_criteria_known_at
    if known is not None and aware is None and known == assessed.la_incident_aware_at:
        known = None  # presumed with the delivery, as it will be again
    if aware is None and known is None:
        return None
    return StatedFacts(la_incident_aware_at=aware, la_criteria_known_at=known)
