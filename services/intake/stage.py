"""The stage of a case, derived from the facts of all services, in whatever order they came."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.intake.case_flow import Moment, Reached, reached
from shared.contracts.catalogue import event_type
from shared.contracts.event_codes import Stage
from shared.contracts.intake_events import (
    CaseClosed,
    CaseStageEntered,
    IncidentReopened,
    IncidentWithdrawn,
)
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact, of_type


class StageEntered(NamedTuple):
    """`entered_at` is the instant of the fact that decided it."""

    stage: Stage
    entered_at: datetime


_SAYS = {"incident.decided": "decision", "incident.notified": "kind", "panel.decided": "decision"}
"""The member that tells apart what a fact of this topic leads to."""
_ENDS: tuple[tuple[type[Payload], Stage], ...] = (
    (IncidentWithdrawn, Stage.WITHDRAWN),
    (CaseClosed, Stage.CLOSED),
)
"""Intake's own commands that end a cycle."""


def stage_of(facts: Sequence[Fact], cycle: int) -> StageEntered | None:
    """The furthest stage that the facts of one case carry in `cycle`; None before any report.

    A notification counts only with the decision it followed from: it may be heard of first. A
    case that was linked is in the stage `merged` for good; its link says so, not this. A cycle
    after the first begins in triage. One that was withdrawn or closed has ended, whatever others
    say of it: the command was taken in a stage from which it leads there, and others were told.
    """
    known = [fact for fact in facts if getattr(fact.data, "cycle", 1) == cycle]
    for ends, stage in _ENDS:
        ended = [fact.happened_at for fact, _ in of_type(known, ends)]
        if ended:
            return StageEntered(stage, min(ended))
    reopened = [fact.happened_at for fact, _ in of_type(known, IncidentReopened)]
    began = Reached(Stage.TRIAGE, min(reopened)) if reopened else None
    found = reached((moment for fact in known if (moment := _moment(fact))), began)
    return StageEntered(found.stage, found.at) if found else None


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


def _moment(fact: Fact) -> Moment | None:
    known = event_type(fact.type)
    if known is None:
        return None
    says = getattr(fact.data, _SAYS.get(known.topic, ""), None)
    at = fact.data.receipt_at if isinstance(fact.data, IncidentNotified) else fact.happened_at
    return Moment(f"{known.topic}:{says}" if says else known.topic, at)
