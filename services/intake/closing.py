"""When a case is done: nothing of its cycle is under way, every action closed. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from services.intake.case_flow import Refused, permitted
from shared.contracts.event_codes import Stage
from shared.contracts.lcspr_events import LearningActionClosed, LearningActionOpened
from shared.messaging.facts import Fact, of_type

CLOSED = "case.closed"

_UNDER_WAY: Mapping[Stage, str] = MappingProxyType(
    {
        Stage.NOTIFIED: "review_under_way",
        Stage.RAPID_REVIEW: "review_under_way",
        Stage.RR_SUBMITTED: "panel_awaited",
        Stage.PANEL_CONSIDERING: "panel_awaited",
        Stage.MORE_INFO: "information_awaited",
        Stage.LCSPR_COMMISSIONED: "local_review_under_way",
        Stage.LCSPR_DRAFTED: "local_review_under_way",
        Stage.LCSPR_PREPUBLICATION: "local_review_under_way",
        Stage.NATIONAL_REVIEW: "national_review_under_way",
    }
)
"""What a case waits for in a stage from which it will be closed later."""


@dataclass(frozen=True, slots=True)
class Actions:
    """The learning actions of one cycle."""

    open: frozenset[UUID]
    closed: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Closing:
    from_stage: Stage
    actions: int


def actions_of(facts: Sequence[Fact], cycle: int) -> Actions:
    """Of the facts of a case and of those linked to it, in any order."""
    opened = {
        said.action_id for _, said in of_type(facts, LearningActionOpened) if _in(said, cycle)
    }
    closed = {
        said.action_id for _, said in of_type(facts, LearningActionClosed) if _in(said, cycle)
    }
    return Actions(frozenset(opened - closed), frozenset(opened & closed))


def closing(stage: Stage | None, actions: Actions) -> Closing:
    """What the closing says. An action that the partners accept as it is is closed as such.

    Raises Refused: `not_in_this_stage`, `merged`, `still_open` with what is to be done yet.
    """
    if stage is not None and stage in _UNDER_WAY:
        raise Refused("still_open", because=[("/stage", _UNDER_WAY[stage])])
    permitted(stage, CLOSED)
    if stage is None:
        raise Refused("not_in_this_stage")
    if actions.open:
        waiting = sorted(actions.open, key=str)
        raise Refused("still_open", because=[(f"/actions/{one}", "action_open") for one in waiting])
    return Closing(stage, len(actions.closed))


def _in(said: LearningActionOpened | LearningActionClosed, cycle: int) -> bool:
    return said.cycle == cycle
