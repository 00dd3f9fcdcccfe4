"""Email. What counts as accepted is the answer 250 after the data, and nothing else."""

from dataclasses import dataclass

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from services.panel_notification.channels.channel import Answer, Letter
from services.panel_notification.notice import Outcome
from shared.messaging.crash_points import ARMED, crash_point

OK, TEMPORARY, PERMANENT = 250, 4, 5
END_OF_DATA = b"\r\n.\r\n"


@dataclass(frozen=True)
class SmtpChannel:
    """One connection for each attempt. Times out in seconds, separately for connecting, for each
    command and for the answer to the data. `require_tls` refuses a server without STARTTLS."""

    host: str
    port: int
    own_name: str
    connect_seconds: float
    command_seconds: float
    data_seconds: float
    require_tls: bool = False
    name: str = "smtp"
    looks_up: bool = False

    async def send(self, letter: Letter) -> Answer:
        client = SMTP(
            hostname=self.host,
            port=self.port,
            local_hostname=self.own_name,
            timeout=self.command_seconds,
            start_tls=True if self.require_tls else None,
        )
        try:
            early = await self._address(client, letter)
            return early or await self._hand_over(client, letter)
        finally:
            # After the answer there is nothing to agree on: QUIT would only add a way to hang.
            client.close()

    async def _address(self, client: SMTP, letter: Letter) -> Answer | None:
        """Up to here nothing was handed over, so whatever goes wrong may be tried again, but for
        a mailbox that is refused for good."""
        try:
            await client.connect(timeout=self.connect_seconds)
            await client.ehlo()
            await client.mail(letter.sender)
            await client.rcpt(letter.address)
        except SMTPRecipientRefused as refusal:
            return _refusal(refusal.code)
        except SMTPResponseException as refusal:
            # The server has something against us, not against this mailbox.
            return Answer(Outcome.AGAIN, _code(refusal.code), channel_down=True)
        except TimeoutError:
            return Answer(Outcome.AGAIN, "timeout", channel_down=True)
        except (OSError, SMTPException):
            return Answer(Outcome.AGAIN, "unreachable", channel_down=True)
        return None

    async def _hand_over(self, client: SMTP, letter: Letter) -> Answer:
        if ARMED:
            _watch_writing(client)
        try:
            response = await client.data(letter.content, timeout=self.data_seconds)
        except SMTPDataError as refusal:
            return _refusal(refusal.code)
        except TimeoutError:
            return Answer(Outcome.UNKNOWN, "timeout_after_data", channel_down=True)
        except (OSError, SMTPException):
            return Answer(Outcome.UNKNOWN, "cut_after_data", channel_down=True)
        if response.code != OK:
            return Answer(Outcome.UNKNOWN, _code(response.code))
        return Answer(Outcome.ACCEPTED, _code(response.code), delivered=True)

    async def look_up(self, letter: Letter) -> Answer:
        """Nobody can be asked: a mail server does not say what it took."""
        return Answer(Outcome.UNKNOWN, "cannot_be_asked")


def _watch_writing(client: SMTP) -> None:
    """The library reads the answer in the call that hands the message over; in between only its
    protocol knows."""
    protocol = client.protocol
    if protocol is None:
        return
    write = protocol.write

    def writing(data: bytes) -> None:
        write(data)
        if data.endswith(END_OF_DATA):
            crash_point("notice.request_sent")

    protocol.write = writing  # type: ignore[method-assign]


def _refusal(code: int) -> Answer:
    """A code that is neither 4yz nor 5yz is no refusal: what became of the message is not known."""
    outcome = {TEMPORARY: Outcome.AGAIN, PERMANENT: Outcome.REFUSED}.get(code // 100)
    return Answer(outcome or Outcome.UNKNOWN, _code(code))


def _code(code: int) -> str:
    return f"smtp_{code}" if 200 <= code <= 599 else "smtp_unreadable"
