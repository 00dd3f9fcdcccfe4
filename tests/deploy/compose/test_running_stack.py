"""`make up`, the samples through it, any container killed during 500 reports, `make down`."""

import asyncio
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import pytest

from deploy.compose.places import ComposeLayout, compose_name, store_host
from deploy.local.layout import SERVICES
from deploy.samples.incidents import INCIDENTS
from deploy.samples.kept import KeptReport
from deploy.samples.publish import structured_event
from deploy.samples.signed_http import Declined, SignedClient
from tests.soak.reports import Reporters, Sent
from tests.support.compose_stack import ComposeStack, key_file
from tests.support.containers import CHOSEN, containers_are_chosen
from tests.support.service_images import docker
from tests.support.waiting import eventually
from tests.support.whole_stack import new_stack

REPORTS, AT_ONCE = 500, 8
LATER = (0, 502, 503, 504)
BROKERS = int(os.environ.get("BROKERS") or 1)
KILLED = (
    *(f"kafka-{number}" for number in range(1, BROKERS + 1)),
    *(store_host(service) for service in SERVICES),
    *(compose_name(service) for service in SERVICES),
    "mail",
)
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not containers_are_chosen(), reason=f"starts containers: {CHOSEN}=containers chooses them"
    ),
    pytest.mark.timeout(2_400),
]


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ComposeStack]:
    directory = tmp_path_factory.mktemp("compose") / "files"
    ports = new_stack(directory).layout.port_base
    started = ComposeStack(ComposeLayout(directory, ports), BROKERS)
    try:
        started.up()
        yield started
    finally:
        started.down()
    assert started.left() == [], "`make down` leaves nothing"


def test_what_happened_is_shown_as_by_the_stack_without_containers(stack: ComposeStack) -> None:
    heads = ("Case", "Area", "What", "Stage", "Clocks", "Told")
    assert re.search(r"\s+".join(heads), stack.shown), stack.shown
    shown = " ".join(stack.shown.split())
    assert all(incident.title.split(",")[0] in shown for incident in INCIDENTS.values())
    assert "still on their way" not in shown


async def test_one_case_goes_through_four_services_in_one_trace(stack: ComposeStack) -> None:
    cases = {UUID(case) for case in re.findall(r"/cases/([0-9a-f-]{36})", stack.shown)}
    assert cases

    async def all_there() -> bool:
        told: defaultdict[str, set[str]] = defaultdict(set)
        roots: defaultdict[str, set[str]] = defaultdict(set)
        for span in stack.spans():
            told[span["traceId"]].add(span["localEndpoint"]["serviceName"])
            if "parentId" not in span:
                roots[span["traceId"]].add(span["id"])
        return any(told[c.hex] >= set(SERVICES) and len(roots[c.hex]) == 1 for c in cases)

    await eventually(all_there, "a case with spans of all four services under one root")


@pytest.mark.parametrize("killed", KILLED)
async def test_nothing_is_lost_or_doubled_when_a_container_is_killed_during_500_reports(
    stack: ComposeStack, killed: str
) -> None:
    reports = five_hundred(seed=KILLED.index(killed) + 1)
    sending = asyncio.create_task(send_all(stack, reports))
    await until_sent(sending, reports, REPORTS // 4)
    container = stack.container(killed)
    await asyncio.to_thread(docker, "kill", container)
    await until_sent(sending, reports, REPORTS // 3)
    await asyncio.to_thread(docker, "start", container)
    receipts = await sending
    assert len(set(receipts)) == len({report.id for report in reports}) == REPORTS

    said: list[str] = []

    async def balanced() -> bool:
        verified = await asyncio.to_thread(stack.asked, "run", "--rm", "--no-deps", "-T", "verify")
        said[:] = [verified.stdout[-3000:], verified.stderr[-1000:]]
        return verified.returncode == 0

    try:
        await eventually(balanced, "the books balance", within=240)
    except AssertionError:
        raise AssertionError("\n".join(said)) from None


def five_hundred(seed: int) -> list[Sent]:
    """Different incidents, each reported once."""
    reporters = Reporters(seed, doors=("http",))
    found: list[Sent] = []
    while len(found) < REPORTS:
        found += [report for report in reporters.next().reports if report.sort == "report"][:1]
    return found


_sent: dict[UUID, str] = {}


async def until_sent(sending: "asyncio.Task[list[str]]", reports: list[Sent], count: int) -> None:
    """While a part is away fewer are answered: then a while is enough."""

    async def so_many() -> bool:
        return sending.done() or sum(report.id in _sent for report in reports) >= count

    try:
        await eventually(so_many, f"{count} reports are answered", within=20)
    except AssertionError:
        return


async def send_all(stack: ComposeStack, reports: list[Sent]) -> list[str]:
    """The receipt of each. Whoever gets no answer sends again, under the same id."""
    gate = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:

        async def send(report: Sent) -> str:
            door = SignedClient(
                client,
                stack.layout.url("intake"),
                "intake",
                report.system,
                key_file(stack.layout, report.system),
            )
            async with gate:
                for _ in range(6):
                    try:
                        receipt = await post(door, report)
                    except Declined as declined:
                        if declined.status not in LATER:
                            raise
                    else:
                        _sent[report.id] = receipt["receipt_id"]
                        return str(receipt["receipt_id"])
            raise AssertionError("a report was not accepted within three minutes")

        return list(await asyncio.gather(*(send(report) for report in reports)))


async def post(door: SignedClient, report: Sent) -> dict[str, Any]:
    kept = KeptReport(
        id=str(report.id),
        time=datetime.now(UTC).isoformat(timespec="seconds"),
        name="",
        incident="",
        system=report.system,
        organisation=report.organisation,
        door="http",
        content=report.text,
    )
    answer: dict[str, Any] = await door.post(
        report.organisation,
        "/v1/reports",
        structured_event(kept),
        headers={"Idempotency-Key": str(report.id)},
        content_type="application/cloudevents+json",
    )
    return answer
