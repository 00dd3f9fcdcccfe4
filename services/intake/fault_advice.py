"""What to do about a refused field of a file of facts: fixed sentences, chosen by code."""

from enum import StrEnum

from services.intake.case_facts import Birth, Part
from services.intake.serious_harm import Certainty, HarmDomain, Qualifier, SeriousHarm
from shared.contracts.event_codes import PartnerKind, Position
from shared.contracts.report_codes import (
    AbuseNeglectStatus,
    LegalStatus,
    LocationType,
    NotificationReason,
    Outcome,
    PlacementType,
)
from shared.contracts.strict_json import FieldFault

_VALUES: dict[str, type[StrEnum]] = {
    "abuse_neglect_status": AbuseNeglectStatus,
    "birth": Birth,
    "certainty": Certainty,
    "decision": SeriousHarm,
    "domains": HarmDomain,
    "incident_location_type": LocationType,
    "kind": PartnerKind,
    "legal_status": LegalStatus,
    "notification_reasons": NotificationReason,
    "outcome": Outcome,
    "part": Part,
    "placement_type": PlacementType,
    "position": Position,
    "qualifiers": Qualifier,
}

_ADVICE = {
    "required": "state it",
    "unknown_field": "not a field that is known: take it out, or look its name up in --help",
    "wrong_form": "write an area as its GSS code (E08000012), an organisation as its id, a country "
    "by ISO 3166 (GB-WLS)",
    "out_of_range": "give a number or day within the bounds that docs/deciding.md names",
    "not_a_date": "write a day as 2024-03-04",
    "not_an_instant": "write an instant as 2024-03-04T21:10:00Z",
    "offset_required": "add the offset to the instant, such as Z",
    "not_a_uuid": "write a UUID",
    "not_text": "write text in quotation marks",
    "not_true_or_false": "write true or false",
    "not_a_whole_number": "write a whole number without quotation marks",
    "not_a_list": "write a list in square brackets",
    "not_an_object": "write an object in braces",
    "too_many": "give fewer",
    "too_few": "give at least one",
    "exactly_one_age_required": "give exactly one of dob, estimated_age and unborn",
    "only_of_an_unborn_child": "say this only of a child with unborn: true",
    "area_or_country_required": "give exactly one of incident_area_code (England) and country",
    "country_not_outside_england": "give incident_area_code for England; country is for elsewhere",
    "no_harmed_child": "give at least one child with part harmed",
    "decided_on_required": "give decided_on, or when the authority came to know, or incident_date",
    "before_the_criteria": "give a day from 2018-06-29 on: there are no criteria before",
    "reasons_required": "give a person's reasons for the judgement",
    "decided_by_required": "say who judged",
    "domain_required": "name in domains what is impaired",
    "not_a_partner": "name the organisation that holds that seat in the notifying area that day",
    "not_utf8": "write UTF-8 without a byte order mark",
    "empty": "write one JSON object to the standard input",
    "too_large": "give less than 256 KiB",
    "too_deep": "nest no more than 32 levels",
    "not_json": "write one JSON object (RFC 8259)",
    "duplicate_key": "write each field once",
}
_OTHERWISE = "correct it; docs/deciding.md says what it may be"


def advice_on(fault: FieldFault) -> str:
    """One sentence; lists the values where only some are allowed."""
    if fault.code == "not_in_list":
        names = (part for part in reversed(fault.pointer.split("/")) if part in _VALUES)
        values = next((_VALUES[name] for name in names), None)
        if values is not None:
            return "use one of " + ", ".join(values)
    return _ADVICE.get(fault.code, _OTHERWISE)
