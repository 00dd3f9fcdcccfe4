"""What comes by the bus of the samples: an agency's summary, and a reply of the Panel."""

import json
from typing import Any

from shared.contracts.catalogue import replies_topic, type_of
from shared.contracts.event_codes import Submission
from tests.journeys.sample_cases import case_of, review_of
from tests.journeys.test_samples import records
from tests.support.whole_stack import WholeStack


async def told(stack: WholeStack, system: str, what: str) -> list[dict[str, Any]]:
    """Every reply of one kind to a system."""
    type_ = type_of(what)
    return [
        json.loads(value)
        for headers, value in await records(stack, system, replies_topic(system))
        if headers["ce_type"] == type_
    ]


async def test_a_hospital_was_asked_by_the_bus_and_its_summary_was_taken_by_the_bus(
    stack: WholeStack,
) -> None:
    (asked,) = await told(stack, "health-incidents", "summary.requested")
    assert (asked["organisation"], asked["authority"]) == ("trust-eastmoor", "la-E08000014")
    accepted = await told(stack, "health-incidents", "submission.accepted")
    assert [one["what"] for one in accepted] == [Submission.SUMMARY]
    summaries = {
        one["agency"]: one for one in (await review_of(stack, "two_reporters"))["summaries"]
    }
    hospital = summaries["trust-eastmoor"]
    assert (hospital["request_id"], hospital["nil_return"]) == (asked["request_id"], False)
    assert hospital["received_at"]


async def test_the_panel_said_by_the_bus_that_it_has_a_review_and_the_case_went_on(
    stack: WholeStack,
) -> None:
    acknowledged = await told(stack, "panel-desk", "submission.acknowledged")
    accepted = await told(stack, "panel-desk", "submission.accepted")
    assert {one["what"] for one in (*acknowledged, *accepted)} == {Submission.PANEL_REPLY}
    (taken,) = accepted
    assert taken["submission_id"] in {one["submission_id"] for one in acknowledged}
    case = await case_of(stack, "died_later")
    path = f"/v1/cases/{case['case_id']}/panel-responses"
    seen = await stack.ask("panel_notification", f"la-{case['owner_area']}", path)
    assert [one["reply"] for one in seen["replies"]] == ["received", "decided"]
    assert case["stage"] == "closed"
