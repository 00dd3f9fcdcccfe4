"""The stage of a case follows its review, the Panel and the local review, in whatever order their
facts are heard of."""

import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.intake.stage import stage_of
from shared.contracts import lcspr_events as local
from shared.contracts.catalogue import type_for
from shared.contracts.event_codes import Decision, NotificationKind, PanelDecision, Stage
from shared.contracts.intake_events import (
    CaseClosed,
    IncidentAssessed,
    IncidentDecided,
    IncidentReopened,
    IncidentReported,
    IncidentWithdrawn,
)
from shared.contracts.panel_events import (
    IncidentNotified,
    PanelDecided,
    PanelInformationRequested,
    PanelReceived,
)
from shared.contracts.payload import Payload
from shared.contracts.review_events import InformationSupplied, ReviewOpened, ReviewSubmitted
from shared.messaging.facts import Fact

SEED = int(os.environ.get("VIGIL_TEST_SEED", "20261122"))
CASE = UUID(int=1)
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def made(model: type[Payload], **values: Any) -> Payload:
    """With what matters here alone."""
    return model.model_construct(**values)


NOTIFIED: tuple[tuple[Payload, Stage], ...] = (
    (made(IncidentReported), Stage.REPORTED),
    (made(IncidentAssessed, cycle=1), Stage.TRIAGE),
    (made(IncidentDecided, cycle=1, decision=Decision.NOTIFIABLE), Stage.NOTIFIABLE),
    (
        made(
            IncidentNotified,
            cycle=1,
            kind=NotificationKind.PANEL,
            receipt_at=MONDAY + timedelta(hours=3),
        ),
        Stage.NOTIFIED,
    ),
    (made(ReviewOpened, cycle=1), Stage.RAPID_REVIEW),
    (made(ReviewSubmitted, cycle=1), Stage.RR_SUBMITTED),
    (made(PanelReceived, cycle=1), Stage.PANEL_CONSIDERING),
)


def panel(decision: PanelDecision) -> Payload:
    return made(PanelDecided, cycle=1, decision=decision)


ACTION = (made(local.LearningActionOpened, cycle=1), Stage.LEARNING_TRACKING)
COMMISSIONED: tuple[tuple[Payload, Stage], ...] = (
    *NOTIFIED,
    (panel(PanelDecision.AGREE_LCSPR), Stage.PANEL_CONSIDERING),
    (made(local.LcsprCommissioned, cycle=1), Stage.LCSPR_COMMISSIONED),
)
SENT: tuple[tuple[Payload, Stage], ...] = (
    *COMMISSIONED,
    (made(local.LcsprDrafted, cycle=1), Stage.LCSPR_DRAFTED),
    (made(local.LcsprSent, cycle=1), Stage.LCSPR_PREPUBLICATION),
)
STORIES: dict[str, tuple[tuple[Payload, Stage], ...]] = {
    "published": (
        *SENT,
        (made(local.LcsprPublished, cycle=1), Stage.LCSPR_PUBLISHED),
        ACTION,
    ),
    "withheld": (
        *SENT,
        (made(local.LcsprWithheld, cycle=1), Stage.LCSPR_NOT_PUBLISHED),
        ACTION,
    ),
    "planned anew": (
        *SENT,
        (made(local.LcsprDrafted, cycle=1), Stage.LCSPR_PREPUBLICATION),
        (made(local.LcsprPublished, cycle=1), Stage.LCSPR_PUBLISHED),
    ),
    "no local review": (
        *NOTIFIED,
        (panel(PanelDecision.AGREE_NO_LCSPR), Stage.NO_FURTHER_REVIEW),
        ACTION,
    ),
    "more information": (
        *NOTIFIED,
        (made(PanelInformationRequested, cycle=1), Stage.MORE_INFO),
        (made(InformationSupplied, cycle=1), Stage.PANEL_CONSIDERING),
        (panel(PanelDecision.NATIONAL_REVIEW), Stage.NATIONAL_REVIEW),
        ACTION,
    ),
    "national after local": (
        *COMMISSIONED,
        (panel(PanelDecision.NATIONAL_REVIEW), Stage.NATIONAL_REVIEW),
    ),
    "recommended": (
        *NOTIFIED,
        (panel(PanelDecision.DISAGREE_RECOMMENDS_LCSPR), Stage.PANEL_CONSIDERING),
    ),
    "not serious": (
        *NOTIFIED,
        (panel(PanelDecision.NOT_SERIOUS_CASE), Stage.PANEL_CONSIDERING),
        (made(IncidentWithdrawn, cycle=1), Stage.WITHDRAWN),
    ),
}


def facts(told: Sequence[Payload]) -> list[Fact]:
    """One an hour, in this order."""
    return [
        Fact(
            UUID(int=number),
            CASE,
            "/vigil/x",
            number,
            type_for(type(data)).type,
            MONDAY + timedelta(hours=number),
            MONDAY + timedelta(hours=number),
            None,
            data,
        )
        for number, data in enumerate(told)
    ]


@pytest.mark.parametrize("name", STORIES)
def test_the_stage_is_the_same_in_every_order_of_arrival(name: str) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    known = facts([data for data, _ in STORIES[name]])
    for length, (_, stage) in enumerate(STORIES[name], start=1):
        for _ in range(10):
            heard = known[:length] + chance.choices(known[:length], k=2)
            chance.shuffle(heard)
            found = stage_of(heard, 1)
            assert found is not None
            assert found.stage is stage


def test_what_the_partners_did_before_the_panels_receipt_is_known_waits_for_it() -> None:
    told = [data for data, _ in STORIES["published"]]
    without = [data for data in told if not isinstance(data, PanelReceived)]
    found = stage_of(facts(without), 1)
    assert found is not None
    assert found.stage is Stage.RR_SUBMITTED
    late = stage_of(facts([*without, made(PanelReceived, cycle=1)]), 1)
    assert late is not None
    assert late.stage is Stage.LEARNING_TRACKING


@pytest.mark.parametrize(
    ("ends", "stage"), [(IncidentWithdrawn, Stage.WITHDRAWN), (CaseClosed, Stage.CLOSED)]
)
@pytest.mark.parametrize("name", STORIES)
def test_what_ends_a_cycle_and_was_taken_in_ends_it_whatever_the_others_told(
    name: str, ends: type[Payload], stage: Stage
) -> None:
    """Before or after it, known of then or heard of later."""
    told = [data for data, _ in STORIES[name] if not isinstance(data, IncidentWithdrawn)]
    for place in range(3, len(told) + 1):
        heard = [*told[:place], made(ends, cycle=1), *told[place:]]
        found = stage_of(facts(heard), 1)
        assert found is not None
        assert (found.stage, found.entered_at) == (stage, MONDAY + timedelta(hours=place))


def test_a_cycle_that_was_opened_again_is_not_the_withdrawn_one() -> None:
    again: list[Payload] = [
        *(data for data, _ in NOTIFIED),
        made(IncidentWithdrawn, cycle=1),
        made(IncidentReopened, cycle=2),
        panel(PanelDecision.NATIONAL_REVIEW),
    ]
    found = stage_of(facts(again), 2)
    assert found is not None
    assert found.stage is Stage.TRIAGE
