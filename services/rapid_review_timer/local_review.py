"""A local review (LCSPR) and the actions that follow from what is learnt. Pure."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from shared.contracts.lcspr_events import (
    LcsprCommissioned,
    LcsprDelayed,
    LcsprDrafted,
    LcsprPublished,
    LcsprSent,
    LcsprTold,
    LcsprWithheld,
    LearningActionClosed,
    LearningActionOpened,
)
from shared.contracts.review_codes import ToldOf
from shared.contracts.review_events import ReviewStep


@dataclass(frozen=True)
class Action:
    opened: LearningActionOpened
    closed: LearningActionClosed | None = None


@dataclass(frozen=True)
class LocalReview:
    """Each step with the event that said it; of a draft and its copies the last one counts."""

    commissioned: tuple[LcsprCommissioned, UUID] | None = None
    decision_told: tuple[LcsprTold, UUID] | None = None
    drafted: tuple[LcsprDrafted, UUID] | None = None
    sent: tuple[LcsprSent, UUID] | None = None
    delays: tuple[LcsprDelayed, ...] = ()
    reasons_told: tuple[LcsprTold, ...] = ()
    published: tuple[LcsprPublished, UUID] | None = None
    withheld: tuple[LcsprWithheld, UUID] | None = None

    @property
    def ended(self) -> bool:
        return self.published is not None or self.withheld is not None

    @property
    def owes_reasons(self) -> bool:
        """Whether it is late or withheld and nobody was told why since."""
        asked = len(self.delays) + (self.withheld is not None)
        return asked > len(self.reasons_told)


def local_step(
    local: LocalReview, actions: dict[UUID, Action], said: ReviewStep, by: UUID
) -> LocalReview:
    """One step further; `actions` take those of learning. A step that is not known here is left
    alone, so that a newer version's steps do not stop a case."""
    if isinstance(said, LearningActionOpened):
        actions.setdefault(said.action_id, Action(said))
    elif isinstance(said, LearningActionClosed):
        actions[said.action_id] = replace(actions[said.action_id], closed=said)
    changed = _changed(local, said, by)
    return replace(local, **changed)


def _changed(local: LocalReview, said: ReviewStep, by: UUID) -> dict[str, Any]:
    match said:
        case LcsprCommissioned():
            changed: dict[str, Any] = {"commissioned": local.commissioned or (said, by)}
        case LcsprTold(of=ToldOf.DECISION):
            changed = {"decision_told": local.decision_told or (said, by)}
        case LcsprTold():
            changed = {"reasons_told": (*local.reasons_told, said)}
        case LcsprDrafted():
            changed = {"drafted": (said, by)}
        case LcsprSent():
            changed = {"sent": (said, by)}
        case LcsprDelayed():
            changed = {"delays": (*local.delays, said)}
        case LcsprPublished():
            changed = {"published": (said, by)}
        case LcsprWithheld():
            changed = {"withheld": (said, by)}
        case _:
            changed = {}
    return changed
