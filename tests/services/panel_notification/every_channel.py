"""Each channel with the other side it talks to, so that one suite can ask the same of all."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

from joserfc.jwk import ECKey

from services.panel_notification.channels.channel import Answer, Channel, Letter
from services.panel_notification.channels.manual import ManualChannel
from services.panel_notification.channels.notify import NotifyChannel
from services.panel_notification.channels.signed_request import Signer
from services.panel_notification.channels.smtp import SmtpChannel
from services.panel_notification.channels.webhook import WebhookChannel
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.sample_facts import NINE
from tests.services.panel_notification.stub_provider import notify_key, running_provider

PATIENT, IMPATIENT = 20.0, 1.0
"""Seconds in which a channel has to say something whatever the other side does."""


@dataclass(frozen=True)
class Rig:
    """`fail(how)`: unreachable, later, refused, lost_answer, hang. `arrived()`: how often the other
    side took the letter."""

    channel: Channel
    letter: Letter
    fail: Callable[[str], None]
    arrived: Callable[[], int]
    unreachable: Channel

    @property
    def is_a_person(self) -> bool:
        return self.channel.name == "manual"


def letter(content: bytes, address: str) -> Letter:
    return Letter(uuid4(), "notices@vigil.example", address, content, NINE)


@asynccontextmanager
async def rig(name: str, seconds: float = PATIENT) -> AsyncIterator[Rig]:
    made = {"smtp": _smtp, "notify": _notify, "webhook": _webhook, "manual": _manual}[name]
    async with made(seconds) as found:
        yield found


@asynccontextmanager
async def _smtp(seconds: float) -> AsyncIterator[Rig]:
    async with running_mail_server() as mail:

        def fail(how: str) -> None:
            mail.rcpt_answer = {"later": "451 later", "refused": "550 no"}.get(how, "250 OK")
            mail.drop_after_data = how == "lost_answer"
            mail.hang = asyncio.Event() if how == "hang" else None

        yield Rig(
            mail.channel(data_seconds=seconds),
            letter(b"Subject: sample\r\n\r\nsample\r\n", "panel@panel.example"),
            fail,
            lambda: len(mail.accepted),
            SmtpChannel("127.0.0.1", 1, "vigil.example", seconds, seconds, seconds),
        )


@asynccontextmanager
async def _notify(seconds: float) -> AsyncIterator[Rig]:
    async with running_provider() as provider:
        asked = {
            "email_address": "panel@panel.example",
            "template_id": str(uuid4()),
            "personalisation": {"reference": "VN-1"},
        }
        sent = letter(json.dumps(asked).encode(), "panel@panel.example")
        channel = NotifyChannel(provider.url, notify_key(), seconds, asyncio.Semaphore(2))

        def fail(how: str) -> None:
            provider.fault = _FAULT[how]

        yield Rig(
            channel,
            sent,
            fail,
            lambda: provider.accepted()[str(sent.notice_id)],
            replace(channel, base_url="http://127.0.0.1:1"),
        )


@asynccontextmanager
async def _webhook(seconds: float) -> AsyncIterator[Rig]:
    async with running_provider() as provider:
        signer = Signer(ECKey.generate_key("P-256", {"kid": "vigil-1"}, private=True))
        channel = WebhookChannel(signer, lambda _: [provider.public_key()], seconds, seconds)
        sent = letter(b'{"reference":"VN-1"}', provider.hook)

        def fail(how: str) -> None:
            provider.fault = _FAULT[how]

        yield Rig(
            channel,
            sent,
            fail,
            lambda: provider.accepted()[str(sent.notice_id)],
            _Elsewhere(channel),
        )


@asynccontextmanager
async def _manual(_: float) -> AsyncIterator[Rig]:
    yield Rig(ManualChannel(), letter(b"{}", ""), lambda _: None, lambda: 0, ManualChannel())


@dataclass(frozen=True)
class _Elsewhere:
    """The same channel for an address where nobody listens."""

    channel: WebhookChannel
    name: str = "webhook"
    looks_up: bool = True

    async def send(self, letter: Letter) -> Answer:
        return await self.channel.send(replace(letter, address="http://127.0.0.1:1/hook"))

    async def look_up(self, letter: Letter) -> Answer:
        return await self.channel.look_up(replace(letter, address="http://127.0.0.1:1/hook"))


_FAULT = {
    "": "",
    "later": "busy",
    "refused": "bad",
    "lost_answer": "cut_after",
    "hang": "hang",
}
