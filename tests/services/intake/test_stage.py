"""The stage of a case from the facts of all services, in whatever order they are heard of."""

import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from services.intake.stage import stage_of
from shared.contracts.catalogue import type_for
from shared.contracts.event_codes import Decision, NotificationKind, Stage
from shared.contracts.intake_events import IncidentAssessed, IncidentDecided, IncidentReported
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact

SEED = int(os.environ.get("VIGIL_TEST_SEED", "20261122"))
CASE = UUID(int=1)
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


def fact(hour: int, data: Payload) -> Fact:
    at = MONDAY + timedelta(hours=hour)
    type_ = type_for(type(data)).type
    return Fact(UUID(int=hour), CASE, "/vigil/x", hour, type_, at, at, None, data)


REPORTED = fact(1, IncidentReported.model_construct())
ASSESSED = fact(2, IncidentAssessed.model_construct(cycle=1))


def decided(decision: Decision, cycle: int = 1) -> Fact:
    return fact(3, IncidentDecided.model_construct(cycle=cycle, decision=decision))


def notified(kind: NotificationKind, cycle: int = 1) -> Fact:
    receipt_at = MONDAY + timedelta(hours=4)
    data = IncidentNotified.model_construct(cycle=cycle, kind=kind, receipt_at=receipt_at)
    return fact(5, data)


@pytest.mark.parametrize(
    ("facts", "stage", "hour"),
    [
        ([REPORTED], Stage.REPORTED, 1),
        ([REPORTED, ASSESSED], Stage.TRIAGE, 2),
        ([REPORTED, ASSESSED, decided(Decision.NOTIFIABLE)], Stage.NOTIFIABLE, 3),
        ([REPORTED, ASSESSED, decided(Decision.NOT_NOTIFIABLE)], Stage.NOT_NOTIFIABLE, 3),
        (
            [REPORTED, ASSESSED, decided(Decision.NOTIFIABLE), notified(NotificationKind.PANEL)],
            Stage.NOTIFIED,
            4,
        ),
        (
            [REPORTED, ASSESSED, decided(Decision.SIMPLE), notified(NotificationKind.SIMPLE)],
            Stage.CLOSED,
            4,
        ),
    ],
)
def test_the_furthest_fact_decides_in_every_order_of_arrival(
    facts: Sequence[Fact], stage: Stage, hour: int
) -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    for _ in range(50):
        arrived = list(facts) + chance.choices(facts, k=2)
        chance.shuffle(arrived)
        assert stage_of(arrived, 1) == (stage, MONDAY + timedelta(hours=hour))


def test_a_notification_heard_of_before_its_decision_does_not_count_yet() -> None:
    found = stage_of([REPORTED, ASSESSED, notified(NotificationKind.PANEL)], 1)
    assert found is not None
    assert found.stage is Stage.TRIAGE


def test_what_belongs_to_another_cycle_or_another_kind_does_not_count() -> None:
    known = [REPORTED, ASSESSED, decided(Decision.NOTIFIABLE)]
    for other in (notified(NotificationKind.PANEL, cycle=2), notified(NotificationKind.SIMPLE)):
        found = stage_of([*known, other], 1)
        assert found is not None
        assert found.stage is Stage.NOTIFIABLE


def test_without_a_report_there_is_no_stage() -> None:
    assert stage_of([], 1) is None
