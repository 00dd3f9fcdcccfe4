"""Messages that the mail sink accepted, one file each, in the order they came."""

import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from secrets import token_hex

from deploy.local.secret_files import private_directory, write_private_bytes

_ID = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f]{8}")


@dataclass(frozen=True)
class ReceivedMail:
    """`received_at` is UTC, ISO 8601. `sender` and `to` are the envelope's."""

    id: str
    received_at: str
    sender: str
    to: list[str]
    subject: str
    date: str
    message_id: str
    text: str

    def as_json(self) -> dict[str, object]:
        return asdict(self)


class MailDirectory:
    def __init__(self, directory: Path) -> None:
        self._directory = private_directory(directory)
        self._read: dict[str, ReceivedMail] = {}
        """A message never changes, and the Panel's desk asks for all of them twice a second."""

    def keep(self, sender: str, recipients: list[str], content: bytes, now: datetime) -> str:
        """Returns once the message is on disk: only then may it be acknowledged."""
        name = f"{now.astimezone(UTC):%Y%m%dT%H%M%S%f}-{token_hex(4)}"
        envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        write_private_bytes(self._directory / f"{name}.eml", envelope.encode() + content)
        return name

    def all(self, to: str | None = None) -> list[ReceivedMail]:
        """Oldest first; only those to one address, if it is given."""
        names = sorted(path.stem for path in self._directory.glob("*.eml"))
        messages = [message for name in names if (message := self.one(name))]
        if to is None:
            return messages
        wanted = to.casefold()
        return [
            message
            for message in messages
            if wanted in (address.casefold() for address in message.to)
        ]

    def one(self, name: str) -> ReceivedMail | None:
        if not _ID.fullmatch(name):
            return None
        if name not in self._read:
            try:
                content = (self._directory / f"{name}.eml").read_bytes()
            except FileNotFoundError:
                return None
            self._read[name] = _read(name, content)
        return self._read[name]


def _read(name: str, content: bytes) -> ReceivedMail:
    message = message_from_bytes(content, policy=default)
    body = message.get_body(("plain", "html"))
    received = datetime.strptime(name[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    return ReceivedMail(
        id=name,
        received_at=received.isoformat(),
        sender=str(message["X-Envelope-From"]),
        to=str(message["X-Envelope-To"]).split(", "),
        subject=str(message["Subject"] or ""),
        date=str(message["Date"] or ""),
        message_id=str(message["Message-ID"] or ""),
        text=str(body.get_content()) if body else "",
    )
