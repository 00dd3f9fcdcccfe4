import smtplib
import sys
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from deploy.local.children import port_is_open, start_child, wait_until_ready
from deploy.local.keys import MAIL_TOKEN, PAGE_KEY, keep_keys
from deploy.local.layout import LOOPBACK, Layout
from shared.web.page_token import issue_link_token
from tests.support.local_stack import free_ports


@dataclass(frozen=True)
class Sink:
    smtp_port: int
    http_port: int
    secrets: Path

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://{LOOPBACK}:{self.http_port}")

    def link(self, audience: str = "mail") -> str:
        key = urlsafe_b64decode((self.secrets / PAGE_KEY).read_text())
        return issue_link_token(key, audience, datetime.now(UTC), timedelta(minutes=5))

    def token(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {(self.secrets / MAIL_TOKEN).read_text()}"}


@pytest.fixture(scope="module")
def sink(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sink]:
    layout = Layout(tmp_path_factory.mktemp("mail"))
    keep_keys(layout)
    smtp, http = free_ports(2)
    environment = {
        "VIGIL_SECRETS_DIR": str(layout.secrets("mail")),
        "VIGIL_STATE_DIR": str(layout.mail),
        "VIGIL_SMTP_PORT": str(smtp),
        "VIGIL_HTTP_PORT": str(http),
    }
    command = [sys.executable, "-m", "deploy.local.mail_sink"]
    child = start_child("mail", command, layout.log("mail"), environment=environment)
    wait_until_ready([(child, lambda: port_is_open(smtp) and port_is_open(http))])
    yield Sink(smtp, http, layout.secrets("mail"))
    child.stop()


def send(sink: Sink, to: str, subject: str) -> None:
    message = EmailMessage()
    message["From"] = "notices@vigil.example"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{subject}@vigil.example>"
    message.set_content("Notice 1 – <b>not markup</b>")
    with smtplib.SMTP(LOOPBACK, sink.smtp_port) as smtp:
        smtp.send_message(message)


def test_a_message_that_was_accepted_is_there_for_programs(sink: Sink) -> None:
    send(sink, "panel@panel.example", "first")
    send(sink, "dfe@dfe.example", "second")
    with sink.client() as client:
        answer = client.get(
            "/api/messages", params={"to": "Panel@panel.example"}, headers=sink.token()
        )
    (message,) = answer.json()["messages"]
    assert message["subject"] == "first"
    assert message["message_id"] == "<first@vigil.example>"
    assert "Notice 1" in message["text"]


def test_without_the_token_a_program_learns_nothing(sink: Sink) -> None:
    with sink.client() as client:
        assert client.get("/api/messages").status_code == 401
        wrong = {"Authorization": "Bearer wrong"}
        assert client.get("/api/messages", headers=wrong).status_code == 401


def test_a_link_opens_the_pages_once(sink: Sink) -> None:
    send(sink, "panel@panel.example", "shown")
    link = sink.link()
    with sink.client() as client:
        assert client.get("/").status_code == 401
        assert client.get("/open", params={"token": link}).status_code == 303
        arrived = client.get("/")
        assert arrived.status_code == 200
        assert arrived.headers["cache-control"] == "no-store"
        path = arrived.text.split('href="/messages/')[1].split('"')[0]
        message = client.get(f"/messages/{path}")
        assert "&lt;b&gt;not markup&lt;/b&gt;" in message.text
    with sink.client() as another_browser:
        assert another_browser.get("/open", params={"token": link}).status_code == 401
        assert another_browser.get(f"/messages/{path}").status_code == 401


def test_a_link_for_other_pages_does_not_open_these(sink: Sink) -> None:
    with sink.client() as client:
        token = sink.link(audience="reporting")
        assert client.get("/open", params={"token": token}).status_code == 401
