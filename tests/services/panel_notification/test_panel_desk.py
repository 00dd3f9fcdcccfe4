"""From a decision on the real bus to the notified incident, and from a yearly report to its copies:
the service, a mail server and the stub Panel as processes of their own."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from deploy.local.children import Child, child_environment, start_child, stop_all, wait_until_ready
from deploy.local.secret_files import new_key, new_password, private_directory, write_private
from deploy.samples.panel_desk import notice_in
from services.panel_notification.message import compose
from shared.contracts.event_codes import NotificationKind
from shared.messaging.store import Store
from tests.benchmarks.world import opened
from tests.services.panel_notification.sample_facts import NINE, decided, serious
from tests.services.panel_notification.sample_years import AREA, RECORD, reported
from tests.services.panel_notification.told import notices, notified
from tests.support.bus import inside_record, producer_of
from tests.support.local_stack import Infrastructure, free_ports
from tests.support.own_infrastructure import own_infrastructure_in
from tests.support.systems import Systems
from tests.support.waiting import eventually

REPOSITORY = Path(__file__).parents[3]


def test_the_desk_finds_the_notice_in_an_email_and_in_no_other() -> None:
    notice_id = uuid4()
    content = compose(
        notice_id,
        sender="notices@vigil.example",
        recipient_name="Ofsted",
        mailbox="serious-incidents@ofsted.example",
        base_url="https://vigil.example",
        written_at=NINE,
    ).decode()
    assert notice_in(content.replace("\r\n", "\n")) == notice_id
    assert notice_in(f"see https://vigil.example/v1/notices/{notice_id}") is None
    assert notice_in("Reference: VN-0123456789AB") is None


@dataclass
class Processes:
    """The three processes, on ports and with secrets of their own."""

    infrastructure: Infrastructure
    directory: Path
    database: str
    ports: dict[str, int] = field(init=False)
    running: dict[str, Child] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = ("service", "mail", "smtp", "desk")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.systems = Systems(self.directory)
        self.token = new_password()
        service = {
            name: (self.infrastructure.secrets / "panel_notification" / name).read_text()
            for name in ("vigil_database_password", "vigil_kafka_password")
        }
        key = self.systems.keys["panel-desk"].as_dict(private=True) | {"kid": "panel-desk-1"}
        self._keep("service", **service, vigil_key_encryption_key=new_key())
        self._keep("mail", vigil_mail_token=self.token, vigil_page_key=new_key())
        self._keep("desk", vigil_mail_token=self.token, vigil_signing_key=json.dumps(key))

    def _keep(self, process: str, **secrets: str) -> None:
        for name, secret in secrets.items():
            write_private(self.directory / process / "secrets" / name, secret)

    def start(self, process: str) -> None:
        modules = {
            "service": ["services.panel_notification", "serve"],
            "mail": ["deploy.local.mail_sink"],
            "desk": ["deploy.samples", "panel_desk", "serve"],
        }
        child = start_child(
            process,
            [sys.executable, "-m", *modules[process]],
            self.directory / process / "log",
            environment=self.environment(process),
        )
        self.running[process] = child
        wait_until_ready([(child, lambda: self._ready(process))])

    def environment(self, process: str) -> dict[str, str]:
        home = self.directory / process
        return {
            "VIGIL_HTTP_PORT": str(self.ports[process]),
            "VIGIL_SMTP_PORT": str(self.ports["smtp"]),
            "VIGIL_MAIL_URL": f"http://127.0.0.1:{self.ports['mail']}",
            "VIGIL_NOTIFICATION_URL": f"http://127.0.0.1:{self.ports['service']}",
            "VIGIL_DATABASE_PORT": str(self.infrastructure.postgres_port),
            "VIGIL_DATABASE_NAME": self.database,
            "VIGIL_DATABASE_USER": "panel_notification_app",
            "VIGIL_KAFKA_BOOTSTRAP": self.infrastructure.kafka_bootstrap,
            "VIGIL_KAFKA_USERNAME": "panel_notification",
            "VIGIL_SYSTEMS_FILE": str(self.systems.file),
            "VIGIL_STATE_DIR": str(private_directory(home / "state")),
            "VIGIL_SECRETS_DIR": str(home / "secrets"),
        }

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """An operator's command of the service."""
        return subprocess.run(
            [sys.executable, "-m", "services.panel_notification", *arguments],
            env=child_environment(self.environment("service")),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def _ready(self, process: str) -> bool:
        address = f"http://127.0.0.1:{self.ports[process]}/health/readiness"
        try:
            return httpx.get(address, timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    async def mail_to(self, mailbox: str) -> list[str]:
        async with httpx.AsyncClient() as client:
            response = await client.get(
                f"http://127.0.0.1:{self.ports['mail']}/api/messages",
                params={"to": mailbox},
                headers={"Authorization": f"Bearer {self.token}"},
            )
        return [message["text"] for message in response.json()["messages"]]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Infrastructure]:
    """Where this service alone has spoken: with what others said as it, it would not begin."""
    with own_infrastructure_in(tmp_path / "infrastructure") as started:
        yield started


@pytest.fixture
async def processes(own: Infrastructure, tmp_path: Path) -> AsyncIterator[tuple[Processes, Store]]:
    started = Processes(own, tmp_path, "panel_notification")
    try:
        async with opened(own, "panel_notification") as store:
            for process in ("mail", "service", "desk"):
                started.start(process)
            yield started, store
    finally:
        stop_all(started.running.values())


@pytest.mark.long
async def test_a_decision_on_the_bus_ends_as_a_notified_incident_and_is_confirmed_once(
    own: Infrastructure, processes: tuple[Processes, Store]
) -> None:
    stack, store = processes
    case_id = uuid4()
    async with producer_of(own, "intake") as producer:
        topic, key, headers, value = inside_record(
            "incident.decided", "intake", case_id, 1, decided(serious(case_id))
        )
        await producer.send_and_wait(topic, key=key, headers=headers, value=value)
    found = await eventually(lambda: notified(store, case_id), "the incident is notified")
    assert getattr(found, "kind", None) is NotificationKind.PANEL

    async def all_confirmed() -> bool:
        told = await notices(store, case_id)
        return all(told[each].receipt for each in ("panel", "dfe", "ofsted"))

    await eventually(all_confirmed, "all three have confirmed")
    stack.running["desk"].stop()
    stack.start("desk")
    log = (stack.directory / "desk" / "log").read_text()
    assert log.count("panel_desk.confirmed") == 3, "a restart does not repeat what it answered"
    [text] = await stack.mail_to("panel@panel.example")
    assert str(case_id) not in text
    assert str(case_id) not in log

    listed = await asyncio.to_thread(stack.command, "notices", "list")
    assert (listed.returncode, listed.stdout) == (0, ""), listed.stderr[-500:]
    who = ("--name", "Sample Operator", "--reason", "nothing came")
    [panel] = [n for n in (await notices(store, case_id)).values() if n.recipient == "panel"]
    refused = await asyncio.to_thread(
        stack.command, "notices", "send-again", str(panel.notice_id), *who
    )
    assert (refused.returncode, "notices list" in refused.stderr) == (1, True)


@pytest.mark.long
async def test_a_yearly_report_on_the_bus_reaches_the_panel_and_the_what_works_centre(
    own: Infrastructure, processes: tuple[Processes, Store]
) -> None:
    stack, store = processes
    async with producer_of(own, "rapid_review_timer") as producer:
        topic, key, headers, value = inside_record(
            "yearly.report.published", "rapid_review_timer", RECORD, 1, reported()
        )
        await producer.send_and_wait(topic, key=key, headers=headers, value=value)

    async def the_panel_confirmed() -> bool:
        told = await notices(store, RECORD)
        return "panel" in told and told["panel"].receipt is not None

    await eventually(the_panel_confirmed, "the desk found the notice in its email and confirmed it")
    [text] = await stack.mail_to("reports@what-works-centre.example")
    assert str(RECORD) not in text

    async def all_published() -> bool:
        async with store.reading() as connection:
            rows = await connection.fetch("select stream, published_at from outbox")
        assert {row["stream"] for row in rows} <= {f"area/{AREA}"}
        return len(rows) == 4 and all(row["published_at"] for row in rows)

    await eventually(all_published, "each copy is told as sent and as delivered, and no more")
