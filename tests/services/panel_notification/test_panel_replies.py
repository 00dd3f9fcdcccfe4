"""What the Panel may say of a rapid review, and when it is refused."""

import os
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.panel_notification.panel_replies import (
    ReplyRefused,
    considered,
    instant_of,
    reply,
)
from shared.contracts.catalogue import type_for
from shared.contracts.event_codes import PanelDecision
from shared.contracts.intake_events import CaseClosed, IncidentWithdrawn
from shared.contracts.panel_events import (
    PanelDecided,
    PanelInformationRequested,
    PanelReceived,
)
from shared.contracts.panel_said import PanelSays
from shared.contracts.payload import Payload
from shared.contracts.review_events import InformationSupplied, ReviewSubmitted
from shared.contracts.strict_json import Invalid, validate
from shared.messaging.facts import Fact

SEED = int(os.environ.get("VIGIL_TEST_SEED", "20261122"))
CASE = UUID(int=1)
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)
DECISIONS = sorted(PanelDecision)
RECEIVED: dict[str, Any] = {"reply": "received"}
ASKS: dict[str, Any] = {
    "reply": "decided",
    "decision": "more_information_required",
    "information_requested": "Invented question.",
}


def made(model: type[Payload], **values: Any) -> Payload:
    """With what matters here alone."""
    return model.model_construct(**values)


def decides(decision: str = "agree_lcspr") -> dict[str, Any]:
    return {"reply": "decided", "decision": decision, "rationale": "Invented reasons."}


class Story:
    """One review that went to the Panel at nine; each reply an hour later."""

    def __init__(self, *, submitted: bool = True) -> None:
        self.facts: list[Fact] = []
        self.now = MONDAY
        if submitted:
            self.tell(made(ReviewSubmitted, cycle=1, submitted_at=MONDAY))

    def tell(self, data: Payload) -> None:
        number = len(self.facts) + 1
        type_ = type_for(type(data)).type
        fact = Fact(UUID(int=number), CASE, "/vigil/x", number, type_, *(self.now,) * 2, None, data)
        self.facts.append(fact)

    def replies(self, body: dict[str, Any]) -> Payload:
        self.now += timedelta(hours=1)
        reply_id = UUID(int=1000 + len(self.facts))
        told = reply(considered(self.facts), validate(PanelSays, body), reply_id, self.now)
        self.tell(told)
        return told

    def refusal(self, body: dict[str, Any]) -> str:
        with pytest.raises(ReplyRefused) as refused:
            self.replies(body)
        return refused.value.code

    def supplied(self, request_id: UUID) -> None:
        self.now += timedelta(hours=1)
        said = made(InformationSupplied, cycle=1, request_id=request_id, supplied_at=self.now)
        self.tell(said)


def test_the_panel_has_it_asks_for_more_and_decides() -> None:
    story = Story()
    received = story.replies(RECEIVED | {"reference": "PANEL-7"})
    assert isinstance(received, PanelReceived)
    assert (received.reference, received.received_at) == ("PANEL-7", MONDAY + timedelta(hours=1))
    asked = story.replies(ASKS | {"deadline_for_information": "2026-11-20"})
    assert isinstance(asked, PanelInformationRequested)
    assert asked.wanted_by == date(2026, 11, 20)
    story.supplied(asked.reply_id)
    decided = story.replies(decides() | {"meeting_date": "2026-11-03"})
    assert isinstance(decided, PanelDecided)
    assert (decided.decision, decided.met_on) == ("agree_lcspr", date(2026, 11, 3))
    assert instant_of(decided) == decided.decided_at


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_panel_decides_in_each_of_its_ways_once(decision: str) -> None:
    story = Story()
    story.replies(RECEIVED)
    told = story.replies(decides(decision))
    assert isinstance(told, PanelDecided)
    assert told.decision == decision
    assert story.refusal(decides("agree_no_lcspr")) == "already_decided"
    assert story.refusal(ASKS) == "already_decided"


@pytest.mark.parametrize("decision", DECISIONS)
def test_new_information_may_make_an_advised_local_review_a_national_one(decision: str) -> None:
    story = Story()
    story.replies(RECEIVED)
    story.replies(decides(decision))
    if decision in {"agree_lcspr", "disagree_recommends_lcspr"}:
        assert isinstance(story.replies(decides("national_review")), PanelDecided)
    else:
        assert story.refusal(decides("national_review")) == "already_decided"


def test_what_comes_too_soon_or_again_is_refused_with_a_code() -> None:
    assert Story(submitted=False).refusal(RECEIVED) == "not_submitted"
    story = Story()
    assert story.refusal(decides()) == "not_received"
    assert story.refusal(ASKS) == "not_received"
    story.replies(RECEIVED)
    assert story.refusal(RECEIVED) == "already_received"
    asked = story.replies(ASKS)
    assert story.refusal(ASKS) == "information_outstanding"
    assert story.refusal(decides()) == "information_outstanding"
    assert isinstance(asked, PanelInformationRequested)
    story.supplied(asked.reply_id)
    assert isinstance(story.replies(ASKS), PanelInformationRequested), "more than once"


def test_nothing_is_said_of_a_notification_that_was_withdrawn() -> None:
    story = Story()
    story.tell(made(IncidentWithdrawn, cycle=1))
    assert story.refusal(RECEIVED) == "withdrawn"
    story.tell(made(ReviewSubmitted, cycle=2, submitted_at=story.now))
    told = story.replies(RECEIVED)
    assert isinstance(told, PanelReceived)
    assert told.cycle == 2, "the review of the cycle that was opened again"


def test_of_a_closed_case_the_panel_decides_nothing_until_it_is_opened_again() -> None:
    story = Story()
    story.replies(RECEIVED)
    story.replies(decides("agree_lcspr"))
    story.tell(made(CaseClosed, cycle=1))
    assert story.refusal(decides("national_review")) == "case_closed"
    story.tell(made(ReviewSubmitted, cycle=2, submitted_at=story.now))
    assert isinstance(story.replies(RECEIVED), PanelReceived)


@pytest.mark.parametrize(
    ("hours", "code"),
    [(3, "in_the_future"), (-2, "before_it_was_sent"), (1, None)],
)
def test_an_instant_is_one_that_can_be_true(hours: int, code: str | None) -> None:
    story = Story()
    said = RECEIVED | {"replied_at": (MONDAY + timedelta(hours=hours)).isoformat()}
    if code:
        assert story.refusal(said) == code
    else:
        assert instant_of(story.replies(said)) == MONDAY + timedelta(hours=1)  # type: ignore[arg-type]


def test_a_decision_is_not_before_the_receipt() -> None:
    story = Story()
    story.replies(RECEIVED)
    early = decides() | {"replied_at": MONDAY.isoformat()}
    assert story.refusal(early) == "before_the_last_reply"


def test_how_far_the_panel_has_come_hangs_on_no_order() -> None:
    story = Story()
    story.replies(RECEIVED)
    asked = story.replies(ASKS)
    assert isinstance(asked, PanelInformationRequested)
    story.supplied(asked.reply_id)
    story.replies(decides())
    print(f"seed {SEED}")
    chance, expected = random.Random(SEED), considered(story.facts)
    for _ in range(50):
        heard = story.facts + chance.choices(story.facts, k=2)
        chance.shuffle(heard)
        assert considered(heard) == expected


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"reply": "decided"}, "decision_where_decided"),
        ({"reply": "received", "decision": "agree_lcspr"}, "decision_where_decided"),
        ({"reply": "decided", "decision": "agree_lcspr"}, "rationale_required"),
        (
            {"reply": "decided", "decision": "more_information_required", "rationale": "Invented."},
            "information_requested_where_required",
        ),
        (
            decides() | {"information_requested": "Invented."},
            "information_requested_where_required",
        ),
        (
            decides() | {"deadline_for_information": "2026-11-20"},
            "information_requested_where_required",
        ),
        (decides("closed"), None),
        (RECEIVED | {"child": "Sample Child One"}, None),
        (RECEIVED | {"reference": "Sample Child One"}, None),
        (RECEIVED | {"replied_at": "2026-11-02T09:00:00"}, None),
    ],
)
def test_a_reply_that_is_not_whole_is_refused_and_not_repeated(
    body: dict[str, Any], code: str | None
) -> None:
    with pytest.raises(Invalid) as refused:
        validate(PanelSays, body)
    assert "Sample" not in str(refused.value.faults)
    if code:
        assert code in {fault.code for fault in refused.value.faults}
