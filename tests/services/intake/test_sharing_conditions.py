"""What a decision to share asks of its own members, each refused with a place and a code."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from services.intake.decide_sharing import told_by
from services.intake.sharing_conditions import FOLLOWS, faults, follow_ups
from services.intake.sharing_guidance import guidance_on, versions
from services.intake.stated_sharing import DecideSharing, SevenRules
from shared.contracts.sharing_codes import DataCategory, SharingRule
from shared.contracts.strict_json import Invalid, validate
from tests.services.intake.sharing_said import CASE, RULES, STANDING, sharing, standing, withheld

NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)
TYPED = ("information", "information_withheld", "purpose", "reasons", "detriment_assessment")
DECISION = UUID("9c5b7a2e-31d4-5f68-8b0a-6e7d1c2f3a49")


def found(body: dict[str, Any]) -> list[tuple[str, str]]:
    said = validate(DecideSharing, body)
    return [(fault.pointer, fault.code) for fault in faults(said, NOW)]


def test_what_is_whole_has_no_fault() -> None:
    assert not found(sharing())
    assert not found(standing())
    assert not found(withheld())
    assert not found(withheld() | {"decision": "defer", "withhold_ground": None})


@pytest.mark.parametrize("name", ["reasons", "purpose", "information", "review_on", "rules"])
def test_without_reasons_or_what_for_nothing_is_decided_even_to_withhold(name: str) -> None:
    for body in (sharing(None, name), {k: v for k, v in withheld().items() if k != name}):
        with pytest.raises(Invalid) as refused:
            validate(DecideSharing, body)
        assert [(f.pointer, f.code) for f in refused.value.faults] == [(f"/{name}", "required")]


ONE_FAULT: list[tuple[dict[str, Any], tuple[str, str]]] = [
    (sharing(None, "case_id"), ("/case_id", "case_or_standing_required")),
    (standing() | {"case_id": CASE}, ("/standing", "case_and_standing_exclude_each_other")),
    (sharing({"decided_at": "2026-03-10T15:00:01Z"}), ("/decided_at", "in_the_future")),
    (
        sharing({"decided_at": "2015-03-25T12:00:00Z"}),
        ("/decided_at", "before_the_guidance"),
    ),
    (withheld({"withhold_ground": None}), ("/withhold_ground", "withhold_ground_required")),
    (sharing({"withhold_ground": "other"}), ("/withhold_ground", "nothing_is_withheld")),
    (
        withheld({"withhold_ground": "more_detrimental_to_child"}),
        ("/detriment_assessment", "detriment_assessment_required"),
    ),
    (
        sharing({"decision": "share_partially"}),
        ("/information_withheld", "information_withheld_required"),
    ),
    (
        sharing({"information_withheld": "Invented."}),
        ("/information_withheld", "nothing_is_shared_partially"),
    ),
    (sharing(None, "lawful_basis"), ("/lawful_basis", "lawful_basis_required")),
    (
        sharing({"data_categories": ["health"]}),
        ("/special_category_condition", "special_category_condition_required"),
    ),
    (
        sharing({"special_category_condition": "vital_interests"}),
        ("/special_category_condition", "no_such_category"),
    ),
    (
        sharing({"data_categories": ["criminal_offence"]}),
        ("/criminal_data_condition", "criminal_data_condition_required"),
    ),
    (
        sharing({"criminal_data_condition": "legal_claims"}),
        ("/criminal_data_condition", "no_such_category"),
    ),
    (sharing({"consent": {"sought": True}}), ("/consent/given", "consent_answer_required")),
    (
        sharing({"consent": {"sought": False}}),
        ("/consent/not_sought_reason", "not_sought_reason_required"),
    ),
    (sharing({"consent.given": True}), ("/consent/given", "consent_not_sought")),
    (
        sharing({"consent.sought": True, "consent.given": False}),
        ("/consent/not_sought_reason", "consent_was_sought"),
    ),
    (sharing({"lawful_basis": "consent"}), ("/lawful_basis", "consent_not_given")),
    (
        sharing({"lawful_basis": "consent", "consent": {"sought": True, "given": False}}),
        ("/lawful_basis", "consent_not_given"),
    ),
    (
        sharing({"subject_informed": {"informed": False}}),
        ("/subject_informed/reason", "not_informed_reason_required"),
    ),
    (sharing(None, "security_method"), ("/security_method", "security_method_required")),
    (sharing(None, "retention_until"), ("/retention_until", "retention_until_required")),
    (sharing({"retention_until": "2026-03-09"}), ("/retention_until", "before_the_decision")),
    (sharing({"review_on": "2026-03-09"}), ("/review_on", "before_the_decision")),
    (standing({"review_on": "2027-01-01"}), ("/review_on", "after_the_expiry")),
]


@pytest.mark.parametrize(("body", "fault"), ONE_FAULT, ids=[code for _, (_, code) in ONE_FAULT])
def test_each_condition_is_refused_by_its_own_code(
    body: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert found(body) == [fault]


def test_every_fault_is_named_at_once() -> None:
    body = sharing({"consent": {"sought": False}}, "lawful_basis", "security_method")
    assert [code for _, code in found(body)] == [
        "lawful_basis_required",
        "not_sought_reason_required",
        "security_method_required",
    ]


def test_refused_consent_does_not_stop_what_rests_on_another_basis() -> None:
    assert not found(sharing({"consent": {"sought": True, "given": False}}))


@pytest.mark.parametrize("rule", RULES)
def test_whoever_shares_against_a_rule_says_why_and_is_told_what_is_left_to_do(rule: str) -> None:
    against = sharing({f"rules.{rule}.followed": False})
    assert found(against) == [(f"/rules/{rule}/reason", "rule_reason_required")]
    explained = sharing({f"rules.{rule}": {"followed": False, "reason": "Invented."}})
    assert not found(explained)
    rules = validate(SevenRules, explained["rules"])
    assert follow_ups(rules) == [FOLLOWS[SharingRule(rule)]]
    kept_back = withheld({f"rules.{rule}.followed": False})
    assert not found(kept_back), "nothing was told against the rule"


def test_each_rule_has_a_consequence_of_its_own() -> None:
    assert len(RULES) == 7
    assert list(FOLLOWS) == [SharingRule(rule) for rule in RULES]
    assert len(set(FOLLOWS.values())) == 7


def test_the_guidance_cited_is_the_one_of_the_london_date() -> None:
    def cited(day: date) -> str | None:
        found = guidance_on(day)
        return found.id if found else None

    assert cited(date(2015, 3, 25)) is None
    assert cited(date(2018, 7, 3)) == "information-sharing-2015"
    assert cited(date(2018, 7, 4)) == "information-sharing-2018"
    assert cited(date(2024, 4, 18)) == "information-sharing-2018"
    assert cited(date(2024, 4, 19)) == "information-sharing-2024"
    days = [(one.first_day, one.last_day) for one in versions()]
    for (_, last), (first, _) in pairwise(days):
        assert last is not None
        assert (first - last).days == 1, "no day without guidance, none with two"


def test_half_past_midnight_in_summer_is_the_day_in_london() -> None:
    said = validate(DecideSharing, sharing({"decided_at": "2018-07-03T23:30:00Z"}))
    assert told_by(said, "la-E08000012", DECISION).guidance == "information-sharing-2018"


def test_nothing_that_was_typed_is_published() -> None:
    marker = "Zebedee"
    body = sharing(
        {
            "decision": "share_partially",
            "decided_by": {"name": marker, "role": marker},
            "recipient.person": marker,
            **dict.fromkeys(TYPED, marker),
            "subject_informed": {"informed": False, "reason": marker},
            "rules.advice_sought": {"followed": False, "reason": marker},
        }
    )
    said = validate(DecideSharing, body)
    assert not faults(said, NOW)
    told = told_by(said, "la-E08000012", DECISION)
    assert marker not in told.model_dump_json()
    assert told.rules_not_followed == [SharingRule.ADVICE_SOUGHT]
    assert marker not in repr(said), "nor printed"


def test_what_is_published_of_a_standing_decision_names_its_topic_and_its_end() -> None:
    told = told_by(validate(DecideSharing, standing()), "la-E08000012", DECISION)
    assert told.standing is not None
    assert told.standing.model_dump(mode="json") == STANDING
    assert told.data_categories == [DataCategory.CASE_STATUS]
