"""The services' own images: what is in them, what they may not do, and that they do their work."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deploy.local.layout import LOOPBACK, SERVICES
from tests.conftest import SYSTEMS
from tests.contracts.sample_report import sample_body
from tests.support.containers import CHOSEN, containers_are_chosen
from tests.support.local_stack import (
    Infrastructure,
    free_ports,
    provision,
    start_infrastructure,
)
from tests.support.service_images import BASE, RunningImages, build, docker, inside
from tests.support.service_processes import ServiceProcesses
from tests.support.waiting import eventually

LARGEST_ABOVE_BASE = 200_000_000
END_SECONDS = 10
pytestmark = [
    pytest.mark.skipif(
        not containers_are_chosen(), reason=f"builds images: {CHOSEN}=containers chooses them"
    ),
    pytest.mark.timeout(1_800),
]
services = pytest.mark.parametrize("service", SERVICES)


@pytest.fixture(scope="module")
def images() -> dict[str, str]:
    return {service: build(service) for service in SERVICES}


@services
def test_an_image_holds_its_own_service_and_no_other(service: str, images: dict[str, str]) -> None:
    held = inside(images[service], "import os, json; print(json.dumps(os.listdir('services')))")
    assert set(json.loads(held)) - {"__pycache__"} == {"__init__.py", service}
    top = inside(images[service], "import os, json; print(json.dumps(os.listdir('.')))")
    assert set(json.loads(top)) - {"__pycache__"} == {"services", "shared", "container_entry.py"}


@services
def test_an_image_has_no_compiler_no_test_and_no_secret(
    service: str, images: dict[str, str]
) -> None:
    code = """
import importlib.util, pathlib, shutil
print([n for n in ("gcc", "cc", "c++", "make", "ld", "go", "rustc") if shutil.which(n)])
print([n for n in ("pytest", "testcontainers", "mypy") if importlib.util.find_spec(n)])
print([str(p) for p in pathlib.Path("/venv").rglob("*") if p.name in ("tests", "test")])
print([str(p) for p in pathlib.Path("/").glob("root/.cache/*")])
print([str(p) for p in pathlib.Path("/vigil").rglob("*") if p.suffix in (".jwk", ".key", ".pem")])
"""
    assert inside(images[service], code).splitlines() == ["[]"] * 5


@services
def test_an_image_runs_without_root_rights_or_a_place_to_write(
    service: str, images: dict[str, str]
) -> None:
    code = """
import os
status = dict(line.strip().split(":", 1) for line in open("/proc/self/status"))
print(os.getuid() != 0, int(status["CapEff"], 16), int(status["CapPrm"], 16), status["NoNewPrivs"])
try:
    open("/vigil/written", "w")
except OSError as error:
    print(error.strerror)
"""
    first, second = inside(images[service], code).splitlines()
    assert first.split() == ["True", "0", "0", "1"]
    assert second == "Read-only file system"


@services
def test_an_image_is_small_and_says_what_it_is(service: str, images: dict[str, str]) -> None:
    (base,) = json.loads(docker("image", "inspect", BASE))
    (image,) = json.loads(docker("image", "inspect", images[service]))
    above = image["Size"] - base["Size"]
    assert 0 < above < LARGEST_ABOVE_BASE, f"{above / 1e6:.0f} MB above {BASE}"
    labels = image["Config"]["Labels"]
    assert labels["org.opencontainers.image.title"] == f"vigil-{service}"
    assert labels["org.opencontainers.image.revision"] == "0123abcd"
    told = " ".join(image["Config"]["Env"]).lower()
    assert not [word for word in ("password", "_key=", "secret=") if word in told]


@pytest.fixture(scope="module")
def infrastructure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Infrastructure]:
    """Of their own, with nothing in its stores and topics but what the images put there."""
    own = start_infrastructure(tmp_path_factory.mktemp("for-images"))
    try:
        provision(own, SYSTEMS)
        yield own
    finally:
        own.stop()


@pytest.fixture
def running(infrastructure: Infrastructure, tmp_path: Path) -> Iterator[RunningImages]:
    started = RunningImages(ServiceProcesses(infrastructure, tmp_path), tmp_path / "mounted")
    try:
        yield started
    finally:
        started.remove_all()


async def test_the_four_images_take_a_report_through_and_end_when_asked(
    images: dict[str, str], running: RunningImages
) -> None:
    ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    for service in SERVICES:
        name = running.run(images[service], service, 1, "migrate", owner=True)
        assert running.finished(name) == 0, running.log(name)
    names = {s: running.run(images[s], s, ports[s]) for s in SERVICES}
    async with httpx.AsyncClient() as client:
        for service, name in names.items():

            async def healthy(name: str = name) -> bool:
                state = docker("inspect", "--format", "{{.State.Health.Status}}", name)
                assert state != "unhealthy", running.log(name)
                return state == "healthy"

            await eventually(healthy, f"{service} is healthy", within=90)
            told = (await client.get(f"http://{LOOPBACK}:{ports[service]}/info")).json()
            assert (told["service"], told["commit"]) == (service, "0123abcd")
        await a_report_reaches_all_four(running, f"http://{LOOPBACK}:{ports['intake']}")
    for name in names.values():
        began = time.monotonic()
        docker("stop", "--time", "30", name)
        assert time.monotonic() - began < END_SECONDS, name
        state = json.loads(docker("inspect", "--format", "{{json .State}}", name))
        assert (state["ExitCode"], state["OOMKilled"]) == (0, False), running.log(name)


async def a_report_reaches_all_four(running: RunningImages, intake: str) -> None:
    report_id = uuid4()
    headers = running.processes.systems.bearer("police-records", "police-merseyside", "intake")
    event = {
        "specversion": "1.0",
        "id": str(report_id),
        "source": "/org/police-merseyside/police-records",
        "type": "uk.vigil.report.submitted.v1",
        "data": sample_body(),
    }
    async with httpx.AsyncClient() as client:
        answer = await client.post(
            f"{intake}/v1/reports",
            json=event,
            headers=headers | {"Content-Type": "application/cloudevents+json"},
            timeout=20,
        )
    assert answer.status_code == 202, answer.text

    async def known() -> bool:
        rows = await running.processes.fetch("intake", "select case_id from incident_case")
        told = [
            await running.processes.fetch(service, "select 1 from inbox limit 1")
            for service in SERVICES[1:]
        ]
        return bool(rows) and all(told)

    await eventually(known, "the report's events in all stores", within=60)


async def test_a_service_that_waits_for_its_store_ends_when_it_is_asked_to(
    images: dict[str, str], running: RunningImages
) -> None:
    running.processes.infrastructure.postgres_port, kept = (
        free_ports(1)[0],
        running.processes.infrastructure.postgres_port,
    )
    try:
        name = running.run(images["reporting"], "reporting", free_ports(1)[0])
    finally:
        running.processes.infrastructure.postgres_port = kept

    async def waits() -> bool:
        return "store.unreachable" in running.log(name)

    await eventually(waits, "it says that its store is away", within=60)
    began = time.monotonic()
    docker("stop", "--time", "30", name)
    assert time.monotonic() - began < END_SECONDS
