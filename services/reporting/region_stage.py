"""The stage of a case as coarsely as a region hears of it, and which of its cycles are shared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from services.reporting.known import Known
from shared.contracts.event_codes import Decision, Stage
from shared.contracts.intake_events import CaseStageEntered, IncidentDecided
from shared.contracts.region_events import SharedStage
from shared.messaging.facts import Fact

SHARED_STAGES: Mapping[Stage, SharedStage] = MappingProxyType(
    {
        Stage.NOTIFIABLE: SharedStage.TO_BE_NOTIFIED,
        Stage.NOTIFIED: SharedStage.NOTIFIED,
        Stage.RAPID_REVIEW: SharedStage.RAPID_REVIEW,
        Stage.RR_SUBMITTED: SharedStage.WITH_PANEL,
        Stage.PANEL_CONSIDERING: SharedStage.WITH_PANEL,
        Stage.MORE_INFO: SharedStage.WITH_PANEL,
        Stage.NO_FURTHER_REVIEW: SharedStage.NO_FURTHER_REVIEW,
        Stage.LCSPR_COMMISSIONED: SharedStage.LOCAL_REVIEW,
        Stage.LCSPR_DRAFTED: SharedStage.LOCAL_REVIEW,
        Stage.LCSPR_PREPUBLICATION: SharedStage.LOCAL_REVIEW,
        Stage.LCSPR_PUBLISHED: SharedStage.LOCAL_REVIEW_PUBLISHED,
        Stage.LCSPR_NOT_PUBLISHED: SharedStage.LOCAL_REVIEW_NOT_PUBLISHED,
        Stage.NATIONAL_REVIEW: SharedStage.NATIONAL_REVIEW,
        Stage.LEARNING_TRACKING: SharedStage.LEARNING,
        Stage.CLOSED: SharedStage.CLOSED,
        Stage.WITHDRAWN: SharedStage.WITHDRAWN,
    }
)
"""A stage that is not here is told to nobody."""

ENDED = frozenset({SharedStage.CLOSED, SharedStage.WITHDRAWN})
_CYCLE_RANK = 100_000


@dataclass(frozen=True)
class StageTold:
    """`rank` grows with each stage of the case."""

    fact: Fact
    cycle: int
    stage: SharedStage
    rank: int


def shared_cycles(case: Known) -> dict[int, IncidentDecided]:
    """The decision in force, by cycle, of those that are notifiable."""
    last = {decided.cycle: decided for _, decided in case.own(IncidentDecided)}
    return {cycle: one for cycle, one in last.items() if one.decision is Decision.NOTIFIABLE}


def stages_told(case: Known) -> list[StageTold]:
    """What there is to be told of the stages of a case, in their order."""
    cycles = shared_cycles(case)
    return sorted(
        (
            StageTold(fact, data.cycle, SHARED_STAGES[data.stage], _rank(data))
            for fact, data in case.own(CaseStageEntered)
            if data.stage in SHARED_STAGES and data.cycle in cycles
        ),
        key=lambda told: told.rank,
    )


def stage_when(told: list[StageTold], at: datetime) -> StageTold | None:
    """The last that was known at an instant."""
    before = [one for one in told if one.fact.recorded_at <= at]
    return before[-1] if before else None


def _rank(data: CaseStageEntered) -> int:
    return data.cycle * _CYCLE_RANK + data.revision
