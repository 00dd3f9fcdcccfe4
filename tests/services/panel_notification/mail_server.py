"""A real SMTP server in the test's own loop, which can be made to fail in the ways servers do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session

from services.panel_notification.channels.smtp import SmtpChannel


@dataclass
class MailServer:
    """`accepted` is what was answered with 250 or, with `drop_after_data`, taken without a word."""

    port: int = 0
    accepted: list[bytes] = field(default_factory=list)
    rcpt_answer: str = "250 OK"
    mail_answer: str = "250 OK"
    data_answer: str = "250 OK"
    hang: asyncio.Event | None = None
    drop_after_data: bool = False

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self.mail_answer.startswith("250"):
            envelope.mail_from = address
        return self.mail_answer

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self.rcpt_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt_answer

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.hang:
            await self.hang.wait()
        if self.drop_after_data or self.data_answer.startswith("250"):
            self.accepted.append(envelope.original_content or b"")
        if self.drop_after_data and server.transport:
            server.transport.close()
        return self.data_answer

    def messages(self) -> list[Message]:
        return [message_from_bytes(content) for content in self.accepted]

    def channel(self, *, data_seconds: float = 5) -> SmtpChannel:
        return SmtpChannel("127.0.0.1", self.port, "vigil.example", 5, 5, data_seconds)


@asynccontextmanager
async def running_mail_server() -> AsyncIterator[MailServer]:
    mail = MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mail, hostname="mail.example", loop=loop), "127.0.0.1", 0
    )
    mail.port = server.sockets[0].getsockname()[1]
    async with server:
        yield mail
        if mail.hang:
            mail.hang.set()
