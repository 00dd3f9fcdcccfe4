"""When a case may be closed, and what is named that has to be done before."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.intake.case_flow import Refused
from services.intake.closing import Actions, actions_of, closing
from services.intake.stated_changes import Close
from shared.contracts.catalogue import type_for
from shared.contracts.event_codes import Stage
from shared.contracts.lcspr_events import LearningActionClosed, LearningActionOpened
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact

CASE, LINKED = UUID(int=1), UUID(int=2)
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
ONE, TWO, THREE = (UUID(int=number) for number in (101, 102, 103))
NONE = Actions(frozenset(), frozenset())
UNDER_WAY = {
    "notified": "review_under_way",
    "rapid_review": "review_under_way",
    "rr_submitted": "panel_awaited",
    "panel_considering": "panel_awaited",
    "more_info": "information_awaited",
    "lcspr_commissioned": "local_review_under_way",
    "lcspr_drafted": "local_review_under_way",
    "lcspr_prepublication": "local_review_under_way",
    "national_review": "national_review_under_way",
}
CLOSABLE = ("no_further_review", "lcspr_published", "lcspr_not_published", "learning_tracking")
POSITIONS = [
    {"kind": "local_authority", "organisation": "la-E08000012", "position": "agree"},
    {"kind": "health", "organisation": "icb-QYG", "position": "agree"},
    {"kind": "police", "organisation": "police-merseyside", "position": "agree"},
]
BODY: dict[str, Any] = {
    "reason": "learning_done",
    "positions": POSITIONS,
    "scrutineer": {"position": "agree"},
    "explanation": "Invented.",
}


def made(model: type[Payload], **values: Any) -> Payload:
    """With what matters here alone."""
    return model.model_construct(**values)


def told(number: int, data: Payload, case_id: UUID = CASE) -> Fact:
    at = MONDAY + timedelta(hours=number)
    source = "/vigil/rapid_review_timer"
    return Fact(
        UUID(int=number), case_id, source, number, type_for(type(data)).type, at, at, None, data
    )


def opened(number: int, action: UUID, cycle: int = 1, case_id: UUID = CASE) -> Fact:
    return told(number, made(LearningActionOpened, cycle=cycle, action_id=action), case_id)


def done(number: int, action: UUID, cycle: int = 1) -> Fact:
    return told(number, made(LearningActionClosed, cycle=cycle, action_id=action))


def refusal(
    stage: Stage | None, actions: Actions = NONE, accepted: tuple[UUID, ...] = ()
) -> Refused:
    with pytest.raises(Refused) as refused:
        closing(stage, actions)
    return refused.value


@pytest.mark.parametrize("stage", CLOSABLE)
def test_a_case_of_which_nothing_is_left_to_do_is_closed_from_where_it_is(stage: str) -> None:
    found = closing(Stage(stage), NONE)
    assert (found.from_stage, found.actions) == (stage, 0)


@pytest.mark.parametrize("stage", UNDER_WAY)
def test_what_is_under_way_is_named(stage: str) -> None:
    found = refusal(Stage(stage))
    assert (found.code, found.because) == ("still_open", (("/stage", UNDER_WAY[stage]),))


def test_in_any_other_stage_it_is_refused_with_a_code() -> None:
    for stage in sorted(set(Stage) - {*map(Stage, UNDER_WAY), *map(Stage, CLOSABLE)}):
        merged = stage is Stage.MERGED
        assert refusal(stage).code == ("merged" if merged else "not_in_this_stage")
    assert refusal(None).code == "not_in_this_stage"


def test_each_action_that_is_open_stands_in_the_way_until_it_is_closed() -> None:
    known = [opened(1, ONE), opened(2, TWO), opened(3, THREE), done(4, TWO)]
    found = refusal(Stage.LEARNING_TRACKING, actions_of(known, 1))
    assert (found.code, found.because) == (
        "still_open",
        ((f"/actions/{ONE}", "action_open"), (f"/actions/{THREE}", "action_open")),
    )
    known += [done(5, ONE), done(6, THREE), opened(7, ONE, cycle=2)]
    ended = closing(Stage.LEARNING_TRACKING, actions_of(known, 1))
    assert (ended.from_stage, ended.actions) == (Stage.LEARNING_TRACKING, 3)


def test_actions_of_a_linked_case_count_in_any_order_and_once() -> None:
    known = [done(3, ONE), opened(1, ONE), opened(1, ONE), opened(2, TWO, case_id=LINKED)]
    assert actions_of(known, 1) == Actions(frozenset({TWO}), frozenset({ONE}))
    assert actions_of(known, 2) == NONE


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"positions": POSITIONS[:2] + POSITIONS[:1]}, "position_of_each_partner_required"),
        ({"scrutineer": None}, "model_type"),
        ({"reason": "tired"}, "literal_error"),
    ],
)
def test_a_closing_without_partners_scrutineer_or_reason_is_not_read(
    changes: dict[str, Any], code: str
) -> None:
    Close.model_validate(BODY, strict=False)
    with pytest.raises(ValidationError) as refused:
        Close.model_validate(BODY | changes, strict=False)
    assert code in {error["type"].removeprefix("vigil.") for error in refused.value.errors()}
