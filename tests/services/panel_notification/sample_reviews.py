"""Facts about invented reviews, as the rapid-review timer would publish them."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.catalogue import source_of
from shared.contracts.envelope import NAMESPACE
from shared.contracts.lcspr_events import (
    LcsprCommissioned,
    LcsprDelayed,
    LcsprDrafted,
    LcsprWithheld,
)
from shared.contracts.payload import Payload
from shared.contracts.review_events import ReviewSubmitted
from shared.messaging.facts import Fact
from tests.services.panel_notification.sample_facts import NINE, case, fact, obligation

CASE = case(1)
NATIONAL = (("panel", "panel"), ("dfe", "dfe"), ("ofsted", "ofsted"))


def step(**said: Any) -> dict[str, Any]:
    return {"review_id": uuid5(NAMESPACE, "review"), "cycle": 1} | said


def local(**said: Any) -> dict[str, Any]:
    return step(local_review_id=uuid5(NAMESPACE, "local review"), **said)


def owed(rule: str, *who: tuple[str, str], to: UUID = CASE) -> list[Any]:
    return [obligation(to, kind, recipient, rule) for kind, recipient in who]


def submitted() -> ReviewSubmitted:
    return ReviewSubmitted(
        **step(
            content_version=1,
            next_step="lcspr_yes",
            local_criteria=[],
            national_criteria=[],
            approvals=[],
            signed_off_at=NINE,
            submitted_at=NINE,
            obligations=owed("DL08", NATIONAL[0]),
        )
    )


def commissioned() -> LcsprCommissioned:
    told = owed("DL10", *NATIONAL)
    return LcsprCommissioned(
        **local(decided_on=NINE.date(), reviewers=1, commissioned_at=NINE, obligations=told)
    )


def drafted(day: date = date(2027, 1, 18)) -> LcsprDrafted:
    told = owed("DL12", *NATIONAL)
    return LcsprDrafted(**local(planned_publication=day, drafted_at=NINE, obligations=told))


def delayed(number: int = 1) -> LcsprDelayed:
    told = [
        one.model_copy(update={"obligation_id": uuid5(one.obligation_id, f"delay {number}")})
        for one in owed("DL15", *NATIONAL[:2])
    ]
    return LcsprDelayed(**local(reason="inquest", delayed_at=NINE, obligations=told))


def withheld() -> LcsprWithheld:
    told = [
        one.model_copy(update={"obligation_id": uuid5(one.obligation_id, "withheld")})
        for one in owed("DL15", *NATIONAL[:2])
    ]
    return LcsprWithheld(**local(reason="court_order", withheld_at=NINE, obligations=told))


def of_timer(sequence: int, data: Payload, case_id: UUID = CASE) -> Fact:
    """As the timer numbers it: in a stream of its own."""
    told = fact(case_id, sequence, data)
    event_id = uuid5(NAMESPACE, f"timer|{case_id}|{sequence}")
    return replace(told, event_id=event_id, source=source_of("rapid_review_timer"))
