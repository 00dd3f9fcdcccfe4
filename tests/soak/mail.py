"""The recipients of a run: a mail server that writes down what it accepts, and their receipts."""

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.local.layout import LOOPBACK
from deploy.samples.panel_desk import ORGANISATIONS, notice_in
from shared.reference.directory import mailbox
from tests.soak.signed import Signed, Unanswered

SYSTEM, AUDIENCE = "panel-desk", "panel_notification"


@dataclass
class Mailboxes:
    """`accepted`: how often mail about a notice was taken; 250 means that it is in the ledger."""

    path: Path
    accepted: Counter[UUID] = field(default_factory=Counter)
    strange: int = 0
    to_confirm: "asyncio.Queue[tuple[str, UUID, str]]" = field(default_factory=asyncio.Queue)
    confirmed: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        now = datetime.now(UTC).isoformat()
        message = message_from_bytes(envelope.original_content or b"", policy=default)
        body = message.get_body(("plain",))
        text = str(body.get_content()) if body else ""
        notice_id = notice_in(text)
        if notice_id is None:
            self.strange += 1
            return "250 kept"
        line = {
            "what": "accepted",
            "at": now,
            "notice_id": str(notice_id),
            "to": list(envelope.rcpt_tos),
            "message_id": str(message["Message-ID"]),
        }
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")
        self.accepted[notice_id] += 1
        organisation = _NATIONAL.get(envelope.rcpt_tos[0].casefold())
        if organisation and self.accepted[notice_id] == 1:
            self.to_confirm.put_nowait((organisation, notice_id, now))
        return "250 kept"

    async def confirm(self, signed: Signed, url: str) -> None:
        """Sends the receipts of the Panel, the department and Ofsted, one by one; until cancelled.

        The service may be away: a receipt is sent until it is answered.
        """
        while True:
            organisation, notice_id, received_at = await self.to_confirm.get()
            reference = f"{organisation.upper()}-{notice_id.hex[:8].upper()}"
            try:
                answer = await signed.ask(
                    "POST",
                    f"{url}/v1/notices/{notice_id}/receipt",
                    SYSTEM,
                    organisation,
                    AUDIENCE,
                    headers={"Idempotency-Key": str(notice_id)},
                    json={"reference": reference, "received_at": received_at},
                )
            except Unanswered:
                self.to_confirm.put_nowait((organisation, notice_id, received_at))
                continue
            if answer.is_success:
                self.confirmed += 1
            else:
                self.refused[answer.json()["type"].rpartition(":")[2]] += 1


_NATIONAL = {mailbox(one).casefold(): one for one in ORGANISATIONS}


@contextlib.asynccontextmanager
async def mail_server(mailboxes: Mailboxes, port: int) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailboxes, hostname="soak.localhost", loop=loop), LOOPBACK, port
    )
    try:
        yield
    finally:
        server.close()
