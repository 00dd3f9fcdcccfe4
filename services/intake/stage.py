"""The overall stage of a case, from the facts of all services, in whatever order they came."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from shared.contracts.event_codes import Decision, NotificationKind, Stage
from shared.contracts.intake_events import (
    CaseStageEntered,
    IncidentAssessed,
    IncidentDecided,
    IncidentReported,
)
from shared.contracts.panel_events import IncidentNotified
from shared.messaging.facts import Fact, of_type


class StageEntered(NamedTuple):
    """`entered_at` is the instant of the fact that decided it."""

    stage: Stage
    entered_at: datetime


_OF_DECISION = {
    Decision.NOTIFIABLE: Stage.NOTIFIABLE,
    Decision.SIMPLE: Stage.SIMPLE_NOTIFICATION,
    Decision.NOT_NOTIFIABLE: Stage.NOT_NOTIFIABLE,
}
_AFTER_NOTIFICATION = {
    NotificationKind.PANEL: Stage.NOTIFIED,
    NotificationKind.SIMPLE: Stage.CLOSED,
}


def stage_of(facts: Sequence[Fact], cycle: int) -> StageEntered | None:
    """The furthest stage that the facts of one case carry in `cycle`; None before any report.

    A notification counts only with the decision it followed from: it may be heard of first. A
    case that was linked is in the stage `merged` for good; its link says so, not this.
    """
    decided = [
        (fact, data) for fact, data in of_type(facts, IncidentDecided) if data.cycle == cycle
    ]
    if decided:
        fact, decision = decided[0]
        notified = [
            data
            for _, data in of_type(facts, IncidentNotified)
            if data.cycle == cycle
            and (data.kind is NotificationKind.PANEL) == (decision.decision is Decision.NOTIFIABLE)
        ]
        if notified and decision.decision is not Decision.NOT_NOTIFIABLE:
            first = min(notified, key=lambda data: data.receipt_at)
            return StageEntered(_AFTER_NOTIFICATION[first.kind], first.receipt_at)
        return StageEntered(_OF_DECISION[decision.decision], fact.happened_at)
    assessed = [fact.happened_at for fact, _ in of_type(facts, IncidentAssessed)]
    if assessed:
        return StageEntered(Stage.TRIAGE, min(assessed))
    reported = [fact.happened_at for fact, _ in of_type(facts, IncidentReported)]
    return StageEntered(Stage.REPORTED, min(reported)) if reported else None


def next_revision(
    own: Sequence[Fact], cycle: int, entered: StageEntered
) -> CaseStageEntered | None:
    """What to publish so that the case is in that stage; None if it was the last one published.

    `own` are intake's own facts of the case. Never a step back: a new revision instead.
    """
    published = [data for _, data in of_type(own, CaseStageEntered) if data.cycle == cycle]
    last = max(published, key=lambda data: data.revision, default=None)
    if last is not None and last.stage is entered.stage:
        return None
    return CaseStageEntered(
        cycle=cycle,
        stage=entered.stage,
        entered_at=entered.entered_at,
        revision=last.revision + 1 if last else 1,
    )
