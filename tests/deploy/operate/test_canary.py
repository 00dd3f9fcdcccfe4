"""`make canary` on a running stack, by its page: how far it gets, and what it leaves."""

import re
from uuid import UUID

import httpx
import pytest

from deploy.operate import canary_hops as hops
from services.panel_notification.fulfilment import reference_of
from tests.deploy.operate.runbooks import follow
from tests.support.waiting import eventually
from tests.support.whole_stack import WholeStack

ARRIVED = re.compile(r"^The canary arrived: case ([0-9a-f-]{36})", re.MULTILINE)
HOP = re.compile(r"^ *([0-9.]+) s  \(\+ *[0-9.]+\)  (.+)$", re.MULTILINE)
MAILBOX = "canary@canary.example"
AUTHORITY = "la-E08000012"
WAY = (
    hops.ACKNOWLEDGED,
    hops.OPENED,
    hops.DECIDED,
    hops.CLOCK_SET,
    hops.TOLD,
    hops.NOTIFIED,
    hops.SHARED,
    hops.CONFIRMED,
)


@pytest.fixture(scope="module")
def flown(stack: WholeStack) -> str:
    """What the commands of the page printed."""
    canary, *looks = follow(stack, "canary")
    assert looks
    return canary


@pytest.fixture(scope="module")
def case_id(flown: str) -> UUID:
    arrived = ARRIVED.search(flown)
    assert arrived, flown
    return UUID(arrived[1])


def test_it_prints_the_time_at_each_hop_until_the_region_confirmed(flown: str) -> None:
    reached = HOP.findall(flown)
    assert [name for _, name in reached] == [hop.name for hop in WAY]
    times = [float(seconds) for seconds, _ in reached]
    assert times == sorted(times)


async def test_every_service_says_that_its_case_is_synthetic(
    stack: WholeStack, case_id: UUID
) -> None:
    for service in ("intake", "rapid_review_timer", "panel_notification"):
        rows = await stack.rows(
            service,
            "select headers ->> 'ce_synthetic' as said from outbox where stream = $1",
            f"case/{case_id}",
        )
        assert {row["said"] for row in rows} == {"true"}, service
    shared = await stack.rows(
        "reporting",
        """select o.headers ->> 'ce_synthetic' as said from outbox o
           join region_copy c using (event_id) where c.case_id = $1""",
        case_id,
    )
    assert {row["said"] for row in shared} == {"true"}


async def test_its_notices_went_to_its_own_mailbox_and_to_nobody_else(
    stack: WholeStack, case_id: UUID
) -> None:
    notices = await stack.rows(
        "panel_notification", "select notice_id, recipient from notice where case_id = $1", case_id
    )
    assert {"panel", "police-merseyside"} <= {row["recipient"] for row in notices}
    references = {reference_of(row["notice_id"]) for row in notices}
    letters = [file.read_text() for file in stack.layout.mail.glob("*.eml")]
    about_it = [text for text in letters if any(one in text for one in references)]
    assert len(about_it) == len(notices)
    assert all(f"<{MAILBOX}>" in text for text in about_it)
    assert not [text for text in letters if MAILBOX in text and text not in about_it]


async def test_no_list_of_its_authority_counts_it_and_its_journey_says_what_it_is(
    stack: WholeStack, case_id: UUID
) -> None:
    listed = await stack.ask("reporting", AUTHORITY, "/v1/cases")
    assert str(case_id) not in {case["case_id"] for case in listed["cases"]}
    assert listed["total"] == len(listed["cases"])
    cases = await stack.ask("intake", AUTHORITY, "/v1/cases", area="E08000012")
    assert str(case_id) not in {case["case_id"] for case in cases["cases"]}
    journey = await stack.ask("reporting", AUTHORITY, f"/v1/cases/{case_id}/journey")
    assert journey["heading"]["synthetic"] is True


async def test_the_owner_sees_that_the_region_processed_it(
    stack: WholeStack, case_id: UUID
) -> None:
    answer = await stack.ask("reporting", AUTHORITY, "/v1/deliveries", case=str(case_id))
    states = {
        one["topic"]: one["state"]
        for one in answer["deliveries"]
        if one["subscriber"] == "region-pan-merseyside"
    }
    assert states["shared.pan-merseyside.incident.notified"] == "processed"


async def test_anybody_reads_when_the_last_one_reached_its_region(
    stack: WholeStack, flown: str, case_id: UUID
) -> None:
    said = await stack.ask("reporting", AUTHORITY, "/v1/canary")
    assert said["region"] == "pan-merseyside"
    assert said["set_out_at"] < said["confirmed_at"] <= said["as_of"] < said["expected_by"]
    assert said["overdue"] is False
    told = stack.command("deploy.local", "service", "reporting", "canary", "last", within=60)
    assert f"case {said['case_id']}" in told.stdout, told.stderr
    confirmed = "select 1 from region_copy c join delivery using (event_id) where c.case_id = $1"
    assert await stack.rows("reporting", confirmed, case_id), flown


async def test_how_old_the_last_one_is_can_be_measured(stack: WholeStack, case_id: UUID) -> None:
    async def measured() -> bool:
        async with httpx.AsyncClient() as client:
            text = (await client.get(f"{stack.layout.url('reporting')}/metrics")).text
        found = {
            name: float(value)
            for name, _, value in (line.partition(" ") for line in text.splitlines())
            if name.startswith("vigil_canary")
        }
        return found["vigil_canary_seconds"] > 0 and found["vigil_canary_overdue_seconds"] == 0

    await eventually(measured, f"reporting measures the canary {case_id}")


@pytest.mark.long
def test_it_says_what_is_missing_and_what_to_do_where_it_does_not_arrive(
    stack: WholeStack,
) -> None:
    who = ("--name", "A. Operator (invented)", "--reason", "a canary that must not arrive")
    part = ("panel_notification", "sender")
    assert stack.command("deploy.operate", "consumers", "stop", *part, *who).returncode == 0
    try:
        told = stack.command("deploy.operate", "canary", "--within", "8")
    finally:
        assert stack.command("deploy.operate", "consumers", "resume", *part, *who).returncode == 0
    assert told.returncode == 1
    assert hops.TOLD.name in told.stderr
    assert hops.TOLD.do in told.stderr
    reached = [name for _, name in HOP.findall(told.stdout)]
    assert reached == [hop.name for hop in WAY[: WAY.index(hops.TOLD)]]
