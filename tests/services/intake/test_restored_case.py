"""What a restored intake reads back of a case from what it told itself."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from services.intake.restored_case import case_told, corrected_in
from services.intake.stated_facts import StatedFacts
from shared.contracts.catalogue import type_for
from shared.contracts.intake_events import (
    FactChanged,
    IncidentAssessed,
    IncidentCorrected,
    IncidentReopened,
    IncidentReported,
    IncidentTransferred,
)
from shared.contracts.payload import Payload
from shared.contracts.report_codes import Outcome
from shared.messaging.facts import Fact
from tests.services.intake.sample_children import CASE, LIVERPOOL, WIRRAL

MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def told(*data: Payload) -> list[Fact]:
    return [
        Fact(UUID(int=n), CASE, "/vigil/intake", n, type_for(type(one)).type, at, at, None, one)
        for n, one in enumerate(data, 1)
        if (at := MONDAY + timedelta(hours=n))
    ]


REPORTED = IncidentReported.model_construct(received_at=MONDAY, incident_area=LIVERPOOL)
ASSESSED = IncidentAssessed.model_construct(cycle=1, owner_area=LIVERPOOL)
TRANSFERRED = IncidentTransferred.model_construct(
    cycle=1, reason="area_corrected", from_area=LIVERPOOL, to_area=WIRRAL
)


def corrected(*changed: FactChanged) -> IncidentCorrected:
    return IncidentCorrected.model_construct(cycle=1, changed=list(changed))


def test_a_case_that_was_handed_over_comes_back_with_its_new_owner() -> None:
    found = case_told(told(REPORTED, ASSESSED, TRANSFERRED))
    assert found is not None
    assert found.owner_area == WIRRAL


def test_a_case_that_was_reopened_comes_back_in_its_last_cycle() -> None:
    found = case_told(told(REPORTED, ASSESSED, IncidentReopened.model_construct(cycle=2)))
    assert found is not None
    assert (found.cycle, found.owner_area) == (2, LIVERPOOL)


def test_corrected_facts_come_back_as_statements() -> None:
    event = corrected(
        FactChanged(fact="outcome", before="seriously_harmed", after="died"),
        FactChanged(fact="looked_after", before="false", after="true"),
        FactChanged(fact="la_incident_aware_at", before=None, after=MONDAY.isoformat()),
    )
    assert corrected_in(event) == StatedFacts(
        outcome=Outcome.DIED, looked_after=True, la_incident_aware_at=MONDAY
    )
    assert corrected_in(corrected()) is None


def test_the_area_of_a_handed_over_case_comes_back_where_it_was_corrected() -> None:
    assert corrected_in(TRANSFERRED) == StatedFacts(incident_area=WIRRAL)
    agreed = TRANSFERRED.model_copy(update={"reason": "lead_agreed"})
    assert corrected_in(agreed) is None
