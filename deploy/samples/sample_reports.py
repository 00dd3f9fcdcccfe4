"""Who reports what of the sample incidents, when, through which door.

Days count back from the first start, so that a clock which has to be late is late on any day.
"""

from datetime import datetime, timedelta

from deploy.samples import sample_people as people
from deploy.samples.incidents import BARNET, LIVERPOOL, MALFORMED, WIRRAL, SampleReport
from deploy.samples.merseyside_reports import merseyside_reports
from deploy.samples.report_parts import (
    Days,
    at,
    by_bus,
    by_http,
    days_before,
    happened,
    report_by,
    years_before,
)


def sample_reports(now: datetime) -> list[SampleReport]:
    """Every sample report, seen from a first start at `now` (aware). Raises CalendarOutOfRange
    when the bank holidays that come with the code do not reach `now`."""
    days = days_before(now)
    return [
        *_toddler(days),
        _collision(days),
        _looked_after(days),
        _away_from_home(days),
        _late(days),
        *merseyside_reports(days),
        _malformed(days),
    ]


def _toddler(days: Days) -> list[SampleReport]:
    """Police, a hospital and the authority tell of the same child, two of them with another day."""
    told = {
        "outcome": "seriously_harmed",
        "abuse_neglect_status": "suspected",
        "residence_area_code": LIVERPOOL,
        "harm_types": ["physical"],
    }
    child = people.child("Sample-Ash", "Child One", "9994123009", years_before(days, 2), "female")
    police = report_by(
        people.OFFICER_MERSEYSIDE,
        at(days.day_before, 21, 40),
        happened(days.day_before, LIVERPOOL, "home"),
        child,
        "Officers were called to a home and found the child badly hurt.",
        {**told, "immediate_safety_actions": ["s47_started", "siblings_safeguarded"]},
    )
    hospital = report_by(
        people.NURSE_NORTHBANK,
        at(days.recent, 8, 30),
        happened(days.recent, LIVERPOOL, "hospital", certainty="approximate"),
        child,
        "The child is on a ward with injuries that the account given does not explain.",
        {**told, "residence_area_code": None},
    )
    authority = report_by(
        people.SOCIAL_WORKER_LIVERPOOL,
        at(days.recent, 15, 10),
        happened(days.day_before, LIVERPOOL, "home"),
        {**child, "la_child_id": "SAMPLE-0001", "cp_plan_status": "previous"},
        "Police and the hospital told us of the child. A strategy discussion was held.",
        {
            **told,
            "la_incident_aware_at": at(days.recent, 15, 10),
            "notification_reasons": ["child_seriously_harmed_abuse_neglect"],
            "media_interest": "possible",
        },
    )
    return [
        by_bus("toddler-police", "toddler", "police-records", police),
        by_bus("toddler-hospital", "toddler", "health-incidents", hospital),
        by_http("toddler-authority", "toddler", authority),
    ]


def _collision(days: Days) -> SampleReport:
    report = report_by(
        people.OFFICER_METROPOLITAN,
        at(days.recent, 17, 20),
        happened(days.recent, BARNET, "public_place"),
        people.child("Sample-Birch", "Child Two", "9994123378", years_before(days, 9), "male"),
        "The child was a passenger in a car that another car ran into.",
        {
            "outcome": "died",
            "abuse_neglect_status": "not_suspected",
            "residence_area_code": BARNET,
        },
    )
    return by_bus("collision-police", "collision", "police-records", report)


def _looked_after(days: Days) -> SampleReport:
    child = people.child(
        "Sample-Cedar", "Child Three", "9994123742", years_before(days, 13), "male"
    )
    report = report_by(
        people.SOCIAL_WORKER_WIRRAL,
        at(days.recent, 9, 45),
        happened(days.day_before, WIRRAL, "hospital"),
        {**child, "legal_status": "full_care_order", "placement_type": "foster_la"},
        "The child died in hospital of an illness that had been known for years.",
        {
            "outcome": "died",
            "abuse_neglect_status": "not_suspected",
            "residence_area_code": WIRRAL,
            "responsible_la_code": WIRRAL,
            "notification_reasons": ["looked_after_child_died"],
            "la_incident_aware_at": at(days.recent, 9, 45),
        },
    )
    return by_http("looked-after-authority", "looked_after", report)


def _away_from_home(days: Days) -> SampleReport:
    report = report_by(
        people.DOCTOR_EASTMOOR,
        at(days.recent, 18, 5),
        happened(days.recent, LIVERPOOL, "relative_home"),
        people.child("Sample-Elm", "Child Four", "9994124110", years_before(days, 7), "female"),
        "The child lives in Wirral and was hurt while staying with a relative in Liverpool.",
        {
            "outcome": "seriously_harmed",
            "abuse_neglect_status": "suspected",
            "residence_area_code": WIRRAL,
            "harm_types": ["physical", "neglect"],
        },
    )
    return by_bus("away-from-home-trust", "away_from_home", "health-incidents", report)


def _late(days: Days) -> SampleReport:
    """The authority knew nine working days ago: by its own words its notification is late."""
    aware = at(days.long_ago, 10, 30)
    report = report_by(
        people.SOCIAL_WORKER_BARNET,
        aware,
        happened(days.long_ago - timedelta(days=1), BARNET, "home"),
        people.child("Sample-Hazel", "Child Five", "9994124854", years_before(days, 4), "male"),
        "The child died at home. Neglect was known to several agencies.",
        {
            "outcome": "died",
            "abuse_neglect_status": "known",
            "residence_area_code": BARNET,
            "harm_types": ["neglect"],
            "notification_reasons": ["child_died_abuse_neglect"],
            "la_incident_aware_at": aware,
            "la_criteria_known_at": at(days.long_ago, 16, 0),
        },
    )
    return by_http("late-authority", "late", report)


def _malformed(days: Days) -> SampleReport:
    """Readable, but no report: nobody can be reached, and outcome, child's age and outline lack."""
    child = people.child("Sample-Oak", "Child Six", "9994125222", years_before(days, 5), "female")
    whole = report_by(
        people.CLERK_HILLVIEW,
        at(days.recent, 12, 0),
        happened(days.recent, LIVERPOOL, "school"),
        child,
        "",
        {"abuse_neglect_status": "suspected"},
    )
    reporter = {key: value for key, value in whole["reporter"].items() if key != "phone"}
    nameless = {key: value for key, value in child.items() if key != "date_of_birth"}
    content = {**whole, "reporter": reporter, "children": [nameless]}
    del content["case_outline"]
    return by_bus("malformed-trust", MALFORMED, "health-incidents", content)
