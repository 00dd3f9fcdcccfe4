"""Whose awareness starts the clock, and when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.awareness import Awareness, awareness_of, merged
from shared.contracts.event_codes import AwarenessBasis
from tests.contracts.sample_report import sample_report

DELIVERED = datetime(2026, 3, 2, 12, tzinfo=UTC)
BEFORE = datetime(2026, 3, 2, 8, tzinfo=UTC)
LATER = datetime(2026, 3, 4, 9, tzinfo=UTC)
LIVERPOOL = {"reporter.agency_type": "local_authority", "reporter.organisation": "la-E08000012"}
WIRRAL = LIVERPOOL | {"reporter.organisation": "la-E08000015"}
NO_CONCERN = {"abuse_neglect_status": "unknown"}


def awareness(changes: dict[str, Any] | None = None, at: datetime = DELIVERED) -> Awareness:
    return awareness_of(sample_report(changes), at)


def test_what_the_police_knew_earlier_does_not_start_the_authoritys_clock() -> None:
    found = awareness({"agency_aware_at": "2026-02-20T09:00:00Z"})
    assert found.la_incident_aware_at == DELIVERED
    assert found.basis is AwarenessBasis.PRESUMED
    assert found.clock_start == DELIVERED


def test_the_authoritys_own_instant_stands_where_it_states_one() -> None:
    found = awareness(LIVERPOOL | {"la_incident_aware_at": BEFORE.isoformat()})
    assert (found.la_incident_aware_at, found.basis) == (BEFORE, AwarenessBasis.STATED)
    assert found.clock_start == BEFORE


def test_another_authoritys_awareness_is_not_the_owners() -> None:
    found = awareness(WIRRAL | {"la_incident_aware_at": BEFORE.isoformat()})
    assert (found.la_incident_aware_at, found.basis) == (DELIVERED, AwarenessBasis.PRESUMED)


def test_the_clock_starts_at_the_later_of_the_two_instants() -> None:
    found = awareness(
        LIVERPOOL
        | {"la_incident_aware_at": BEFORE.isoformat(), "la_criteria_known_at": LATER.isoformat()}
    )
    assert found.la_criteria_known_at == LATER
    assert found.clock_start == LATER


@pytest.mark.parametrize(
    "open_question",
    [
        {"abuse_neglect_status": "unknown"},
        {"abuse_neglect_status": "not_suspected"},
        {"outcome": "harmed_not_serious"},
        {"outcome": "near_miss"},
    ],
)
def test_no_clock_starts_while_it_is_open_whether_the_criteria_are_met(
    open_question: dict[str, str],
) -> None:
    found = awareness(open_question)
    assert found.la_incident_aware_at == DELIVERED
    assert found.la_criteria_known_at is None
    assert found.clock_start is None


def test_a_death_with_suspicion_starts_it_like_serious_harm() -> None:
    assert awareness({"outcome": "died"}).clock_start == DELIVERED


def test_the_area_of_the_incident_owns_the_case_and_the_childs_areas_are_others() -> None:
    found = awareness(
        {
            "residence_area_code": "E08000015",
            "placing_la_code": "E08000012",
            "responsible_la_code": "E09000003",
        }
    )
    assert found.owner_area == "E08000012"
    assert found.other_areas == ("E08000015", "E09000003")


def test_outside_england_the_area_of_residence_owns_it() -> None:
    found = awareness(
        {
            "incident.area_code": None,
            "incident.country": "GB-WLS",
            "residence_area_code": "E08000015",
        }
    )
    assert (found.owner_area, found.other_areas) == ("E08000015", ())


def test_where_no_area_is_known_no_owner_is_made_up() -> None:
    abroad = sample_report(
        {
            "incident.area_code": None,
            "incident.country": "GB-WLS",
            "residence_area_code": "E08000015",
        }
    )
    with pytest.raises(ValueError, match="area of residence"):
        awareness_of(abroad.model_copy(update={"residence_area_code": None}), DELIVERED)


def test_three_reports_of_one_event_keep_the_earliest_start() -> None:
    police = awareness(at=DELIVERED)
    health = awareness(NO_CONCERN, at=DELIVERED + timedelta(hours=1))
    authority = awareness(LIVERPOOL | {"la_incident_aware_at": BEFORE.isoformat()}, at=LATER)
    for survivor, *others in (
        (police, health, authority),
        (health, authority, police),
        (authority, police, health),
    ):
        one = merged(survivor, others)
        assert one.clock_start == BEFORE
        assert one.basis is AwarenessBasis.STATED


def test_a_fact_one_report_lacks_is_taken_from_the_other() -> None:
    known_early = awareness(NO_CONCERN, at=BEFORE)
    known_whole = awareness(at=LATER)
    one = merged(known_early, [known_whole])
    assert (one.la_incident_aware_at, one.la_criteria_known_at) == (BEFORE, LATER)
    assert one.clock_start == LATER


def test_a_link_never_gives_more_time() -> None:
    reports = [awareness(at=BEFORE + timedelta(hours=n)) for n in range(5)]
    earliest = min(one.clock_start for one in reports if one.clock_start)
    assert all(merged(one, reports).clock_start == earliest for one in reports)


def test_a_link_keeps_the_owner_and_tells_the_others_area() -> None:
    one = merged(awareness(), [awareness({"incident.area_code": "E08000015"})])
    assert (one.owner_area, one.other_areas) == ("E08000012", ("E08000015",))


def test_equal_instants_are_counted_as_stated() -> None:
    stated = awareness(LIVERPOOL | {"la_incident_aware_at": DELIVERED.isoformat()})
    assert merged(awareness(), [stated]).basis is AwarenessBasis.STATED
