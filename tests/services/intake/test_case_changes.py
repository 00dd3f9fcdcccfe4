"""What a correction, a withdrawal, a reopening and a hand-over change, and what they leave."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.intake.awareness import Awareness, owned_by
from services.intake.case_changes import (
    Correction,
    Handover,
    correction,
    handover,
    held_by,
    newly_owed,
    reopening,
    withdrawal,
)
from services.intake.case_facts import CaseFacts
from services.intake.case_flow import Refused
from services.intake.stated_changes import Correct, Reopen, Withdraw
from services.intake.stated_facts import StatedFacts
from shared.contracts.event_codes import (
    AgeBand,
    AwarenessBasis,
    Decision,
    RecipientKind,
    Stage,
)
from shared.contracts.intake_events import ObligationOwed
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome
from shared.reference.directory import seats_held
from tests.services.intake.sample_children import (
    CASE,
    HEALTH,
    LIVERPOOL,
    POLICE,
    WIRRAL,
    child,
    decide,
)

NOTIFIABLE, SIMPLE = Decision.NOTIFIABLE, Decision.SIMPLE
AWARE = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
KNOWN = Awareness(AWARE, AWARE + timedelta(hours=2), AwarenessBasis.STATED, LIVERPOOL, ())
NOW = AWARE + timedelta(days=30)


def corrected(
    stage: Stage | None = Stage.NOTIFIED, *children: CaseFacts, details: bool = False, **said: Any
) -> Correction:
    held = held_by(children or (child(),), KNOWN)
    return correction(stage, held, StatedFacts(**said), details=details)


def test_p09_a_corrected_forename_changes_no_clock() -> None:
    found = corrected(details=True)
    assert (found.changed, found.clock_changed) == ((), False)


def test_p10_an_earlier_awareness_starts_the_clock_anew_and_the_prior_value_is_kept() -> None:
    earlier = AWARE - timedelta(days=2)
    (changed,) = corrected(la_incident_aware_at=earlier).changed
    assert corrected(la_incident_aware_at=earlier).clock_changed is True
    assert (changed.fact, changed.before, changed.after) == (
        "la_incident_aware_at",
        AWARE.isoformat(),
        earlier.isoformat(),
    )


def test_only_what_really_changes_is_told_of() -> None:
    found = corrected(
        outcome=Outcome.DIED,
        abuse_neglect=AbuseNeglectStatus.SUSPECTED,
        la_incident_aware_at=AWARE.astimezone(),
    )
    assert [(one.fact, one.before, one.after) for one in found.changed] == [
        ("outcome", "seriously_harmed", "died")
    ]
    assert found.clock_changed is False


def test_a_value_that_differs_between_children_is_said_to_differ() -> None:
    found = corrected(
        Stage.TRIAGE,
        child(),
        child(age_band=AgeBand.FROM_1_TO_5),
        age_band=AgeBand.UNDER_1,
    )
    assert [(one.before, one.after) for one in found.changed] == [("differs", "under_1")]


@pytest.mark.parametrize(
    ("stage", "said", "code"),
    [
        (Stage.NOTIFIED, {"outcome": Outcome.SERIOUSLY_HARMED}, "nothing_changes"),
        (Stage.NOTIFIED, {"incident_area": WIRRAL}, "transfer_required"),
        (Stage.WITHDRAWN, {"outcome": Outcome.DIED}, "not_in_this_stage"),
        (Stage.CLOSED, {"outcome": Outcome.DIED}, "not_in_this_stage"),
        (Stage.MERGED, {"outcome": Outcome.DIED}, "merged"),
        (None, {"outcome": Outcome.DIED}, "not_in_this_stage"),
    ],
)
def test_a_correction_that_cannot_be_is_refused_with_a_code(
    stage: Stage | None, said: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        corrected(stage, **said)


def test_a_child_who_dies_later_is_told_to_the_child_death_panel_and_not_to_the_panel_again() -> (
    None
):
    before = decide(child()).obligations
    after = decide(child(outcome=Outcome.DIED)).obligations
    assert [one.recipient_kind for one in newly_owed(before, after, NOTIFIABLE)] == [
        RecipientKind.CDOP
    ]
    assert newly_owed(before, before, NOTIFIABLE) == []


def test_the_panel_is_told_of_an_incident_once_though_another_area_notifies() -> None:
    before = decide(child()).obligations
    after = decide(child(incident_area=None, residence_area=WIRRAL)).obligations
    kinds = {one.recipient_kind for one in newly_owed(before, after, NOTIFIABLE)}
    assert RecipientKind.PANEL not in kinds
    assert RecipientKind.PANEL in {one.recipient_kind for one in newly_owed([], after, NOTIFIABLE)}


def test_p05_once_notified_a_withdrawal_is_told_and_the_panel_acknowledges() -> None:
    owed = decide(child()).obligations
    found = withdrawal(Stage.RAPID_REVIEW, CASE, 1, owed)
    assert (found.from_stage, found.panel_acknowledges) == (Stage.RAPID_REVIEW, True)
    assert {one.recipient for one in found.obligations} == {one.recipient for one in owed}
    assert {one.limit_rule for one in found.obligations} == {"NONE"}
    ids = {one.obligation_id for one in owed}
    assert ids.isdisjoint(one.obligation_id for one in found.obligations)


@pytest.mark.parametrize("stage", [Stage.TRIAGE, Stage.CLOSED, Stage.LCSPR_COMMISSIONED, None])
def test_a_withdrawal_elsewhere_is_refused(stage: Stage | None) -> None:
    with pytest.raises(Refused, match="not_in_this_stage"):
        withdrawal(stage, CASE, 1, ())


def test_a_reopened_case_has_a_new_cycle_whose_clock_starts_with_the_new_suspicion() -> None:
    suspected = NOW - timedelta(days=1)
    said = StatedFacts(la_criteria_known_at=suspected)
    found = reopening(Stage.NOT_NOTIFIABLE, 1, KNOWN, said, NOW)
    assert (found.cycle, found.from_stage) == (2, Stage.NOT_NOTIFIABLE)
    assert found.clock_start == suspected


def test_a_later_awareness_of_the_incident_itself_starts_the_new_clock() -> None:
    aware = NOW - timedelta(hours=3)
    said = StatedFacts(la_criteria_known_at=NOW - timedelta(days=1), la_incident_aware_at=aware)
    assert reopening(Stage.WITHDRAWN, 2, KNOWN, said, NOW).clock_start == aware


@pytest.mark.parametrize(
    ("stage", "said", "code"),
    [
        (Stage.NOTIFIED, {"la_criteria_known_at": AWARE}, "not_in_this_stage"),
        (Stage.MERGED, {"la_criteria_known_at": AWARE}, "merged"),
        (Stage.CLOSED, {}, "la_criteria_known_at_required"),
        (Stage.CLOSED, {"la_criteria_known_at": NOW + timedelta(seconds=1)}, "in_the_future"),
    ],
)
def test_a_reopening_that_cannot_be_is_refused_with_a_code(
    stage: Stage, said: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        reopening(stage, 1, KNOWN, StatedFacts(**said), NOW)


def handed_over(stage: Stage | None, to_area: str) -> list[ObligationOwed]:
    seats = {area: seats_held(area, NOW.date()) for area in (LIVERPOOL, WIRRAL)}
    return handover(stage, Handover(CASE, 1, LIVERPOOL, to_area, NOW), seats)


def test_p08_a_case_handed_over_keeps_its_clock_and_both_areas_partners_are_told() -> None:
    handed = owned_by(replace(KNOWN, other_areas=(WIRRAL,)), WIRRAL)
    assert (handed.owner_area, handed.other_areas) == (WIRRAL, (LIVERPOOL,))
    assert handed.clock_start == KNOWN.clock_start
    told = handed_over(Stage.NOTIFIED, WIRRAL)
    assert {(one.area, one.recipient, one.limit_rule) for one in told} == {
        (LIVERPOOL, f"la-{LIVERPOOL}", "DL03"),
        (LIVERPOOL, HEALTH, "DL03"),
        (LIVERPOOL, POLICE, "DL03"),
        (WIRRAL, HEALTH, "DL03"),
        (WIRRAL, POLICE, "DL03"),
    }
    assert {one.notifier for one in told} == {f"la-{WIRRAL}"}
    assert len({one.obligation_id for one in told}) == len(told)
    assert owned_by(KNOWN, LIVERPOOL) == KNOWN


@pytest.mark.parametrize(
    ("stage", "to_area", "code"),
    [
        (Stage.TRIAGE, LIVERPOOL, "same_area"),
        (Stage.WITHDRAWN, WIRRAL, "not_in_this_stage"),
        (Stage.MERGED, WIRRAL, "merged"),
    ],
)
def test_a_handover_that_cannot_be_is_refused_with_a_code(
    stage: Stage, to_area: str, code: str
) -> None:
    with pytest.raises(Refused, match=code):
        handed_over(stage, to_area)


@pytest.mark.parametrize(
    ("model", "said", "code"),
    [
        (Correct, {"reason": "other", "explanation": "Invented."}, "correction_required"),
        (
            Reopen,
            {"facts": {}, "reason": "other", "explanation": "Invented."},
            "la_criteria_known_at_required",
        ),
        (
            Withdraw,
            {
                "reason": "criteria_not_met",
                "explanation": "Invented.",
                "positions": [
                    {"kind": "police", "organisation": "police-merseyside", "position": "agree"}
                ]
                * 3,
            },
            "position_of_each_partner_required",
        ),
    ],
)
def test_a_change_without_what_it_needs_is_not_read(
    model: type[Correct], said: dict[str, Any], code: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate(said, strict=False)
    assert code in {error["type"].removeprefix("vigil.") for error in refused.value.errors()}
