"""A decision to share that has no fault, about plainly invented people, to be changed by tests."""

from copy import deepcopy
from typing import Any

RULES = (
    "law_is_no_barrier",
    "open_and_honest",
    "advice_sought",
    "consent_or_basis",
    "safety_considered",
    "necessary_and_proportionate",
    "decision_recorded",
)
CASE = "3f8c1d52-7a64-4e0b-9c27-51d0a8e6b943"

_SHARED: dict[str, Any] = {
    "case_id": CASE,
    "decided_at": "2026-03-10T14:30:00Z",
    "decided_by": {"name": "Sample Head of Service", "role": "Head of safeguarding"},
    "decision": "share",
    "recipient": {"organisation": "police-merseyside", "role": "police"},
    "information": "Dates of the visits to Sample Child One.",
    "data_categories": ["incident"],
    "purpose": "The invented investigation.",
    "reasons": "They cannot be had elsewhere.",
    "lawful_basis": "public_task",
    "consent": {"sought": False, "not_sought_reason": "prejudices_investigation"},
    "subject_informed": {"informed": True},
    "rules": {rule: {"followed": True} for rule in RULES},
    "security_method": "secure_email",
    "retention_until": "2027-03-10",
    "review_on": "2026-09-10",
}
STANDING = {"topic": "incident.notified", "region": "pan-merseyside", "expires_on": "2026-12-31"}


def sharing(changes: dict[str, Any] | None = None, *without: str) -> dict[str, Any]:
    """With members replaced by path, as {"consent.sought": True}, and others left out."""
    body = deepcopy(_SHARED)
    for path, value in (changes or {}).items():
        *way, last = path.split(".", 2)
        part = body
        for step in way:
            part = part[step]
        part[last] = value
    for name in without:
        del body[name]
    return body


def standing(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """For a topic of a region and a recipient there."""
    recipient = {"organisation": "la-E08000015", "role": "local_authority"}
    made = {"standing": dict(STANDING), "recipient": recipient, "data_categories": ["case_status"]}
    return sharing(made | (changes or {}), "case_id")


def withheld(changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """Nothing is told, so nothing is said of how."""
    told = ("lawful_basis", "security_method", "retention_until")
    said = {"decision": "withhold", "withhold_ground": "not_necessary"}
    return sharing(said | (changes or {}), *told)
