"""Who reports what of the sample incidents, when, through which door.

Days count back from the first start, so that a clock which has to be late is late on any day.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from deploy.samples import sample_people as people
from deploy.samples.incidents import BARNET, LIVERPOOL, MALFORMED, WIRRAL, Content, SampleReport
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.london import london_date, london_instant
from shared.calendar.working_days import subtract_working_days

AWARE_SINCE = 9
"""Working days between an authority's awareness and the first start; five are allowed."""


@dataclass(frozen=True)
class _Days:
    """London dates: the last working day before the first start, the calendar day before it, and
    the day of the awareness that is too long ago."""

    recent: date
    day_before: date
    long_ago: date


def sample_reports(now: datetime) -> list[SampleReport]:
    """Every sample report, seen from a first start at `now` (aware). Raises CalendarOutOfRange
    when the bank holidays that come with the code do not reach `now`."""
    calendar, today = england_and_wales(), london_date(now)
    recent = subtract_working_days(calendar, today, 1)
    latest = today if calendar.is_working_day(today) else recent
    days = _Days(
        recent=recent,
        day_before=recent - timedelta(days=1),
        long_ago=subtract_working_days(calendar, latest, AWARE_SINCE),
    )
    return [
        *_toddler(days),
        _collision(days),
        _looked_after(days),
        _away_from_home(days),
        _late(days),
        _malformed(days),
    ]


def _toddler(days: _Days) -> list[SampleReport]:
    """Police, a hospital and the authority tell of the same child, two of them with another day."""
    told = {
        "outcome": "seriously_harmed",
        "abuse_neglect_status": "suspected",
        "residence_area_code": LIVERPOOL,
        "harm_types": ["physical"],
    }
    child = people.child("Sample-Ash", "Child One", "9994123009", _years_before(days, 2), "female")
    police = _report(
        people.OFFICER_MERSEYSIDE,
        _at(days.day_before, 21, 40),
        _incident(days.day_before, LIVERPOOL, "home"),
        child,
        "Officers were called to a home and found the child badly hurt.",
        {**told, "immediate_safety_actions": ["s47_started", "siblings_safeguarded"]},
    )
    hospital = _report(
        people.NURSE_NORTHBANK,
        _at(days.recent, 8, 30),
        _incident(days.recent, LIVERPOOL, "hospital", certainty="approximate"),
        child,
        "The child is on a ward with injuries that the account given does not explain.",
        {**told, "residence_area_code": None},
    )
    authority = _report(
        people.SOCIAL_WORKER_LIVERPOOL,
        _at(days.recent, 15, 10),
        _incident(days.day_before, LIVERPOOL, "home"),
        {**child, "la_child_id": "SAMPLE-0001", "cp_plan_status": "previous"},
        "Police and the hospital told us of the child. A strategy discussion was held.",
        {
            **told,
            "la_incident_aware_at": _at(days.recent, 15, 10),
            "notification_reasons": ["child_seriously_harmed_abuse_neglect"],
            "media_interest": "possible",
        },
    )
    return [
        _bus("toddler-police", "toddler", "police-records", police),
        _bus("toddler-hospital", "toddler", "health-incidents", hospital),
        _http("toddler-authority", "toddler", authority),
    ]


def _collision(days: _Days) -> SampleReport:
    report = _report(
        people.OFFICER_METROPOLITAN,
        _at(days.recent, 17, 20),
        _incident(days.recent, BARNET, "public_place"),
        people.child("Sample-Birch", "Child Two", "9994123378", _years_before(days, 9), "male"),
        "The child was a passenger in a car that another car ran into.",
        {
            "outcome": "died",
            "abuse_neglect_status": "not_suspected",
            "residence_area_code": BARNET,
        },
    )
    return _bus("collision-police", "collision", "police-records", report)


def _looked_after(days: _Days) -> SampleReport:
    child = people.child(
        "Sample-Cedar", "Child Three", "9994123742", _years_before(days, 13), "male"
    )
    report = _report(
        people.SOCIAL_WORKER_WIRRAL,
        _at(days.recent, 9, 45),
        _incident(days.day_before, WIRRAL, "hospital"),
        {**child, "legal_status": "full_care_order", "placement_type": "foster_la"},
        "The child died in hospital of an illness that had been known for years.",
        {
            "outcome": "died",
            "abuse_neglect_status": "not_suspected",
            "residence_area_code": WIRRAL,
            "responsible_la_code": WIRRAL,
            "notification_reasons": ["looked_after_child_died"],
            "la_incident_aware_at": _at(days.recent, 9, 45),
        },
    )
    return _http("looked-after-authority", "looked_after", report)


def _away_from_home(days: _Days) -> SampleReport:
    report = _report(
        people.DOCTOR_EASTMOOR,
        _at(days.recent, 18, 5),
        _incident(days.recent, LIVERPOOL, "relative_home"),
        people.child("Sample-Elm", "Child Four", "9994124110", _years_before(days, 7), "female"),
        "The child lives in Wirral and was hurt while staying with a relative in Liverpool.",
        {
            "outcome": "seriously_harmed",
            "abuse_neglect_status": "suspected",
            "residence_area_code": WIRRAL,
            "harm_types": ["physical", "neglect"],
        },
    )
    return _bus("away-from-home-trust", "away_from_home", "health-incidents", report)


def _late(days: _Days) -> SampleReport:
    """The authority knew nine working days ago: by its own words its notification is late."""
    aware = _at(days.long_ago, 10, 30)
    report = _report(
        people.SOCIAL_WORKER_BARNET,
        aware,
        _incident(days.long_ago - timedelta(days=1), BARNET, "home"),
        people.child("Sample-Hazel", "Child Five", "9994124854", _years_before(days, 4), "male"),
        "The child died at home. Neglect was known to several agencies.",
        {
            "outcome": "died",
            "abuse_neglect_status": "known",
            "residence_area_code": BARNET,
            "harm_types": ["neglect"],
            "notification_reasons": ["child_died_abuse_neglect"],
            "la_incident_aware_at": aware,
            "la_criteria_known_at": _at(days.long_ago, 16, 0),
        },
    )
    return _http("late-authority", "late", report)


def _malformed(days: _Days) -> SampleReport:
    """Readable, but no report: nobody can be reached, and outcome, child's age and outline lack."""
    child = people.child("Sample-Oak", "Child Six", "9994125222", _years_before(days, 5), "female")
    whole = _report(
        people.CLERK_HILLVIEW,
        _at(days.recent, 12, 0),
        _incident(days.recent, LIVERPOOL, "school"),
        child,
        "",
        {"abuse_neglect_status": "suspected"},
    )
    reporter = {key: value for key, value in whole["reporter"].items() if key != "phone"}
    nameless = {key: value for key, value in child.items() if key != "date_of_birth"}
    content = {**whole, "reporter": reporter, "children": [nameless]}
    del content["case_outline"]
    return _bus("malformed-trust", MALFORMED, "health-incidents", content)


def _report(
    reporter: Content, aware_at: str, incident: Content, child: Content, outline: str, more: Content
) -> Content:
    content = {
        "reporter": reporter,
        "agency_aware_at": aware_at,
        "incident": incident,
        "children": [child],
        "immediate_danger": False,
        "case_outline": f"Invented sample. {outline}".strip(),
        **more,
    }
    return {name: value for name, value in content.items() if value is not None}


def _incident(day: date, area: str, location: str, *, certainty: str = "exact") -> Content:
    return {
        "date_certainty": certainty,
        "date": day.isoformat(),
        "location_type": location,
        "area_code": area,
    }


def _bus(name: str, incident: str, system: str, content: Content) -> SampleReport:
    organisation = content["reporter"]["organisation"]
    return SampleReport(name, incident, system, organisation, "bus", content)


def _http(name: str, incident: str, content: Content) -> SampleReport:
    organisation = content["reporter"]["organisation"]
    return SampleReport(name, incident, "la-cases", organisation, "http", content)


def _at(day: date, hour: int, minute: int) -> str:
    return london_instant(day, time(hour, minute)).isoformat()


def _years_before(days: _Days, years: int) -> date:
    """A date of birth: this many years and about two months before."""
    return days.recent - timedelta(days=365 * years + 70)
