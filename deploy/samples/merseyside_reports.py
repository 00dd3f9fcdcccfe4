"""Reports that lead to every other kind of decision, all in the areas of Pan-Merseyside."""

from datetime import timedelta

from deploy.samples import sample_people as people
from deploy.samples.incidents import (
    KNOWSLEY,
    LIVERPOOL,
    SEFTON,
    ST_HELENS,
    WIRRAL,
    Content,
    SampleReport,
)
from deploy.samples.report_parts import (
    Days,
    at,
    by_bus,
    by_http,
    happened,
    report_by,
    years_before,
)

SCHOOL, CAFCASS = "school-records", "cafcass-cases"
_HARMED: Content = {"outcome": "seriously_harmed", "abuse_neglect_status": "suspected"}


def merseyside_reports(days: Days) -> list[SampleReport]:
    return [
        _pupil(days),
        _dissent(days),
        *_two_reporters(days),
        _died_later(days),
        _withdrawn(days),
        _corrected(days),
        _reopened(days),
        _transferred(days),
        _care_leaver(days),
        _placed_away(days),
        _abroad(days),
    ]


def _pupil(days: Days) -> SampleReport:
    """A school cannot say whether anybody neglected the child."""
    report = report_by(
        people.TEACHER_LARKFIELD,
        at(days.recent, 11, 15),
        happened(days.recent, KNOWSLEY, "school"),
        people.child("Sample-Alder", "Child Seven", "9994126008", years_before(days, 6), "male"),
        "A pupil came to school badly hurt and could not say how it happened.",
        {
            "outcome": "seriously_harmed",
            "abuse_neglect_status": "unknown",
            "residence_area_code": KNOWSLEY,
        },
    )
    return by_http("pupil-school", "pupil", report, SCHOOL)


def _dissent(days: Days) -> SampleReport:
    report = report_by(
        people.DOCTOR_EASTMOOR,
        at(days.recent, 13, 40),
        happened(days.day_before, ST_HELENS, "home"),
        people.child("Sample-Beech", "Child Eight", "9994126377", years_before(days, 0), "female"),
        "A baby has fractures for which there are several accounts.",
        {**_HARMED, "residence_area_code": ST_HELENS, "harm_types": ["physical"]},
    )
    return by_bus("dissent-trust", "dissent", "health-incidents", report)


def _two_reporters(days: Days) -> list[SampleReport]:
    """A hospital, and Cafcass, which represents the child in court."""
    child = people.child("Sample-Fir", "Child Nine", "9994126741", years_before(days, 5), "female")
    hospital = report_by(
        people.DOCTOR_EASTMOOR,
        at(days.recent, 9, 20),
        happened(days.day_before, SEFTON, "home"),
        child,
        "The child was brought in with burns.",
        {**_HARMED, "residence_area_code": SEFTON, "harm_types": ["physical", "neglect"]},
    )
    cafcass = report_by(
        people.GUARDIAN_CAFCASS,
        at(days.recent, 14, 25),
        happened(days.day_before, SEFTON, "home"),
        child,
        "The child of a court case in which we act is in hospital with burns.",
        {**_HARMED, "residence_area_code": SEFTON},
    )
    return [
        by_bus("two-reporters-trust", "two_reporters", "health-incidents", hospital),
        by_http("two-reporters-cafcass", "two_reporters", cafcass, CAFCASS),
    ]


def _died_later(days: Days) -> SampleReport:
    report = report_by(
        people.NURSE_NORTHBANK,
        at(days.recent, 7, 50),
        happened(days.day_before, KNOWSLEY, "home"),
        people.child("Sample-Holly", "Child Ten", "9994127489", years_before(days, 1), "male"),
        "The child is in intensive care with a head injury that nobody explains.",
        {**_HARMED, "residence_area_code": KNOWSLEY, "harm_types": ["physical"]},
    )
    return by_bus("died-later-trust", "died_later", "health-incidents", report)


def _withdrawn(days: Days) -> SampleReport:
    report = report_by(
        people.OFFICER_MERSEYSIDE,
        at(days.recent, 16, 35),
        happened(days.recent, SEFTON, "public_place"),
        people.child("Sample-Larch", "Child Eleven", "9994127853", years_before(days, 8), "male"),
        "The child was found injured and alone.",
        {**_HARMED, "residence_area_code": SEFTON, "harm_types": ["physical"]},
    )
    return by_bus("withdrawn-police", "withdrawn", "police-records", report)


def _corrected(days: Days) -> SampleReport:
    """The authority gives a day too early for when it knew."""
    report = report_by(
        people.SOCIAL_WORKER_WIRRAL,
        at(days.day_before, 16, 10),
        happened(days.day_before, WIRRAL, "home"),
        people.child("Sample-Maple", "Child Twelve", "9994128221", years_before(days, 3), "female"),
        "The child died at home. A neighbour had told of neglect.",
        {
            "outcome": "died",
            "abuse_neglect_status": "suspected",
            "residence_area_code": WIRRAL,
            "harm_types": ["neglect"],
            "la_incident_aware_at": at(days.day_before, 16, 10),
        },
    )
    return by_http("corrected-authority", "corrected", report)


def _reopened(days: Days) -> SampleReport:
    report = report_by(
        people.DOCTOR_EASTMOOR,
        at(days.recent, 10, 5),
        happened(days.recent, WIRRAL, "home"),
        people.child(
            "Sample-Poplar", "Child Thirteen", "9994128590", years_before(days, 2), "male"
        ),
        "The child fell down the stairs; the account fits the injuries.",
        {
            "outcome": "seriously_harmed",
            "abuse_neglect_status": "not_suspected",
            "residence_area_code": WIRRAL,
        },
    )
    return by_bus("reopened-trust", "reopened", "health-incidents", report)


def _transferred(days: Days) -> SampleReport:
    report = report_by(
        people.OFFICER_MERSEYSIDE,
        at(days.recent, 12, 10),
        happened(days.day_before, ST_HELENS, "relative_home"),
        people.child(
            "Sample-Rowan", "Child Fourteen", "9994128965", years_before(days, 4), "female"
        ),
        "The child was harmed at a relative's; the street lies on the border of two areas.",
        {**_HARMED, "residence_area_code": KNOWSLEY, "harm_types": ["physical"]},
    )
    return by_bus("transferred-police", "transferred", "police-records", report)


def _care_leaver(days: Days) -> SampleReport:
    young = people.child(
        "Sample-Spruce", "Child Fifteen", "9994129333", years_before(days, 20), "male"
    )
    report = report_by(
        people.SOCIAL_WORKER_ST_HELENS,
        at(days.recent, 15, 30),
        happened(days.day_before, ST_HELENS, "home"),
        {**young, "legal_status": "care_leaver"},
        "A young man who left care two years ago died of an illness.",
        {
            "outcome": "died",
            "abuse_neglect_status": "not_suspected",
            "residence_area_code": ST_HELENS,
            "responsible_la_code": ST_HELENS,
            "notification_reasons": ["care_leaver_died"],
            "la_incident_aware_at": at(days.recent, 15, 30),
        },
    )
    return by_http("care-leaver-authority", "care_leaver", report)


def _placed_away(days: Days) -> SampleReport:
    child = people.child(
        "Sample-Willow", "Child Sixteen", "9994129708", years_before(days, 12), "female"
    )
    report = report_by(
        people.OFFICER_MERSEYSIDE,
        at(days.recent, 19, 15),
        happened(days.recent, SEFTON, "foster_home"),
        {**child, "legal_status": "full_care_order", "placement_type": "foster_ifa"},
        "A child in the care of Wirral was badly hurt where she is placed, in Sefton.",
        {
            **_HARMED,
            "residence_area_code": SEFTON,
            "placing_la_code": WIRRAL,
            "responsible_la_code": WIRRAL,
            "harm_types": ["physical"],
        },
    )
    return by_bus("placed-away-police", "placed_away", "police-records", report)


def _abroad(days: Days) -> SampleReport:
    report = report_by(
        people.SOCIAL_WORKER_LIVERPOOL,
        at(days.recent, 9, 5),
        {
            "date_certainty": "exact",
            "date": (days.day_before - timedelta(days=1)).isoformat(),
            "location_type": "other",
            "country": "FR",
        },
        people.child("Sample-Yew", "Child Seventeen", "9994130072", years_before(days, 10), "male"),
        "The child was badly hurt while the family was in France.",
        {
            **_HARMED,
            "residence_area_code": LIVERPOOL,
            "harm_types": ["physical"],
            "la_incident_aware_at": at(days.recent, 9, 5),
        },
    )
    return by_http("abroad-authority", "abroad", report)
