"""Worked examples P05, P12 and P13 of how the whole stack behaves."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from deploy.samples.signed_http import Declined, new_http_client
from shared.calendar.london import london_date
from shared.contracts.sharing_codes import SharingRule
from tests.journeys.following import follow, shown_whole
from tests.journeys.sample_cases import case_of
from tests.journeys.shared_topics import not_for_a_region
from tests.journeys.speaking import Doors
from tests.journeys.test_nothing_personal import markers
from tests.journeys.test_region import told
from tests.journeys.walking import decision_of, positions
from tests.journeys.worked_cases import CHILD, HARMED, MET, NOTIFIED, WorkedCase, hurt
from tests.journeys.worked_reports import HOSPITAL, LIVERPOOL, Happened
from tests.support.waiting import eventually
from tests.support.whole_stack import WholeStack

AUTHORITY = f"la-{LIVERPOOL}"


@pytest_asyncio.fixture(loop_scope="session")
async def doors(stack: WholeStack) -> AsyncIterator[Doors]:
    async with new_http_client() as http:
        yield Doors(stack.layout, http)


async def test_p05_withdrawn_after_notification_ends_every_clock_and_asks_the_panel_to_acknowledge(
    doors: Doors,
) -> None:
    happened = Happened("P05")
    report = happened.report(HOSPITAL, *HARMED, happened.child(4))
    case = WorkedCase("P05", [report], NOTIFIED, {"N2"}, frozenset(), CHILD | hurt(), MET)
    case_id = (await doors.case_of(report, LIVERPOOL)).case_id
    desk = doors.desk(LIVERPOOL)
    decided = await desk.decide(case_id, decision_of(case))
    owed = {one["obligation_id"] for one in decided["obligations"]}
    notices = await follow(doors, AUTHORITY, case_id, owed)
    await shown_whole(doors, AUTHORITY, case_id, "rapid_review", notices)
    running = {
        rule
        for rule, clock in (await doors.clocks(AUTHORITY, case_id)).items()
        if clock["state"] == "running"
    }
    assert "DL07" in running
    withdrawn = await desk.command(
        case_id,
        "withdrawals",
        {
            "reason": "criteria_not_met",
            "positions": positions(LIVERPOOL),
            "explanation": "Invented. A witness saw how it happened.",
        },
    )
    assert withdrawn["panel_acknowledges"]
    owed |= {one["obligation_id"] for one in withdrawn["obligations"]}
    notices = await follow(doors, AUTHORITY, case_id, owed)
    (to_the_panel,) = [
        one for one in notices if (one["recipient"], one["about"]) == ("panel", "withdrawal")
    ]
    assert to_the_panel["receipt"], "the Panel acknowledged it"
    await shown_whole(doors, AUTHORITY, case_id, "withdrawn", notices)
    clocks = await doors.clocks(AUTHORITY, case_id)
    assert {clocks[rule]["state"] for rule in running} == {"cancelled"}
    assert "running" not in {clock["state"] for clock in clocks.values()}
    assert not any(clock["next_firing"] for clock in clocks.values()), "no overdue later"


async def test_p12_whoever_reads_all_shared_topics_finds_nobody_no_words_and_no_day(
    stack: WholeStack,
) -> None:
    cases = await stack.rows("reporting", "select case_id from case_seen")
    sought = {marker.decode() for marker in markers(stack)}
    sought |= {text for row in cases for text in (str(row["case_id"]), row["case_id"].hex)}
    assert len(sought) > 80
    heard = await told(stack)
    assert len(heard) > 20
    for one in heard:
        assert not_for_a_region(one, sought) == [], one.topic


async def test_p13_a_decision_to_withhold_from_an_agency_that_asks_is_kept_with_its_reasons(
    stack: WholeStack, doors: Doors
) -> None:
    case_id = UUID((await case_of(stack, "away_from_home"))["case_id"])
    said = withheld(case_id=str(case_id))
    intake = doors.client("intake")
    made = await intake.post(
        AUTHORITY,
        "/v1/sharing-decisions",
        json.dumps(said),
        headers={"Idempotency-Key": str(uuid4())},
    )
    kept = await intake.get(AUTHORITY, f"/v1/sharing-decisions/{made['decision_id']}")
    asked = ("decision", "withhold_ground", "purpose", "reasons", "detriment_assessment")
    assert {name: kept["record"][name] for name in asked} == {name: said[name] for name in asked}
    assert (kept["decision"], kept["recipient"]) == ("withhold", "trust-eastmoor")
    trust = doors.client("intake", "health-incidents")
    with pytest.raises(Declined) as refusal:
        await trust.get("trust-eastmoor", f"/v1/sharing-decisions/{made['decision_id']}")
    assert refusal.value.code == "sharing_decision_not_found"
    (event,) = await stack.rows(
        "intake",
        "select payload from outbox where type like '%sharing.decided%' and stream = $1",
        f"case/{case_id}",
    )
    published = bytes(event["payload"]).decode()
    assert '"withhold"' in published
    assert "Invented" not in published, "the reasons stay sealed"

    async def in_the_journey() -> bool:
        shown = json.dumps(await doors.journey(AUTHORITY, case_id))
        return "not to share information with" in shown and "Invented" not in shown

    await eventually(in_the_journey, "the journey says that it was withheld", every=0.2)


def withheld(**about: str) -> dict[str, Any]:
    """Everybody in it is invented."""
    return about | {
        "decided_at": datetime.now(UTC).isoformat(),
        "decided_by": {"name": "Sample Head of Service", "role": "Head of safeguarding"},
        "decision": "withhold",
        "withhold_ground": "more_detrimental_to_child",
        "detriment_assessment": "Invented. The child would hear of it from them.",
        "recipient": {"organisation": "trust-eastmoor", "role": "health"},
        "information": "Invented. The record of the visits.",
        "data_categories": ["incident"],
        "purpose": "Invented. They asked for it for a training.",
        "reasons": "Invented. It is not needed for that, and would harm.",
        "consent": {"sought": False, "not_sought_reason": "increases_risk"},
        "subject_informed": {"informed": True},
        "rules": {rule.value: {"followed": True} for rule in SharingRule},
        "review_on": (london_date(datetime.now(UTC)) + timedelta(days=90)).isoformat(),
    }
