"""The people in the samples: none of them exists. NHS numbers are from the range kept for tests."""

from datetime import date
from typing import Any

Person = dict[str, Any]


def child(surname: str, forenames: str, nhs_number: str, born: date, sex: str) -> Person:
    return {
        "surname": surname,
        "forenames": forenames,
        "nhs_number": nhs_number,
        "date_of_birth": born.isoformat(),
        "sex": sex,
    }


def _reporter(agency_type: str, organisation: str, name: str, phone: str) -> Person:
    return {
        "agency_type": agency_type,
        "organisation": organisation,
        "name": name,
        "phone": phone,
    }


# The numbers are from the ranges that the regulator keeps for drama.
OFFICER_MERSEYSIDE = _reporter("police", "police-merseyside", "Sample Officer One", "0151 496 0101")
OFFICER_METROPOLITAN = _reporter(
    "police", "police-metropolitan", "Sample Officer Two", "020 7946 0102"
)
NURSE_NORTHBANK = _reporter(
    "health_provider", "trust-northbank", "Sample Nurse Three", "0151 496 0103"
)
DOCTOR_EASTMOOR = _reporter(
    "health_provider", "trust-eastmoor", "Sample Doctor Four", "0151 496 0104"
)
CLERK_HILLVIEW = _reporter(
    "health_provider", "trust-hillview", "Sample Clerk Five", "0151 496 0105"
)
SOCIAL_WORKER_LIVERPOOL = _reporter(
    "local_authority", "la-E08000012", "Sample Social Worker Six", "0151 496 0106"
)
SOCIAL_WORKER_WIRRAL = _reporter(
    "local_authority", "la-E08000015", "Sample Social Worker Seven", "0151 496 0107"
)
SOCIAL_WORKER_BARNET = _reporter(
    "local_authority", "la-E09000003", "Sample Social Worker Eight", "020 7946 0108"
)
SOCIAL_WORKER_ST_HELENS = _reporter(
    "local_authority", "la-E08000013", "Sample Social Worker Nine", "0151 496 0109"
)
TEACHER_LARKFIELD = _reporter(
    "education", "school-larkfield", "Sample Safeguarding Lead Ten", "0151 496 0110"
)
GUARDIAN_CAFCASS = _reporter("cafcass", "cafcass", "Sample Guardian Eleven", "0151 496 0111")
