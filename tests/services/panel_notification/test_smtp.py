"""What the answers of a real mail server mean, and what is never taken for an acceptance."""

import asyncio
from uuid import uuid4

import pytest

from services.panel_notification.channels.channel import Answer, Letter
from services.panel_notification.channels.smtp import SmtpChannel
from services.panel_notification.notice import Outcome
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.sample_facts import NINE
from tests.support.local_stack import free_ports

CONTENT = b"Subject: sample\r\n\r\n.a line that begins with a dot\r\n"
LETTER = Letter(uuid4(), "notices@vigil.example", "panel@panel.example", CONTENT, NINE)


async def test_250_after_the_data_is_acceptance_and_the_bytes_arrive_as_they_are() -> None:
    async with running_mail_server() as mail:
        assert await mail.channel().send(LETTER) == Answer(
            Outcome.ACCEPTED, "smtp_250", delivered=True
        )
        assert mail.accepted == [CONTENT]


@pytest.mark.parametrize(
    ("where", "answer", "expected"),
    [
        ("mail_answer", "451 later", Answer(Outcome.AGAIN, "smtp_451", channel_down=True)),
        ("mail_answer", "550 not you", Answer(Outcome.AGAIN, "smtp_550", channel_down=True)),
        ("rcpt_answer", "450 busy", Answer(Outcome.AGAIN, "smtp_450")),
        ("rcpt_answer", "550 no such mailbox", Answer(Outcome.REFUSED, "smtp_550")),
        ("data_answer", "452 disk full", Answer(Outcome.AGAIN, "smtp_452")),
        ("data_answer", "554 not wanted", Answer(Outcome.REFUSED, "smtp_554")),
        ("data_answer", "251 elsewhere", Answer(Outcome.UNKNOWN, "smtp_251")),
    ],
)
async def test_each_refusal_means_what_the_standard_says(
    where: str, answer: str, expected: Answer
) -> None:
    async with running_mail_server() as mail:
        setattr(mail, where, answer)
        assert await mail.channel().send(LETTER) == expected


async def test_no_server_is_tried_again() -> None:
    channel = SmtpChannel("127.0.0.1", free_ports(1)[0], "vigil.example", 2, 2, 2)
    assert await channel.send(LETTER) == Answer(Outcome.AGAIN, "unreachable", channel_down=True)


async def test_silence_after_the_data_is_an_unknown_outcome() -> None:
    async with running_mail_server() as mail:
        mail.hang = asyncio.Event()
        answer = await mail.channel(data_seconds=0.2).send(LETTER)
        assert answer == Answer(Outcome.UNKNOWN, "timeout_after_data", channel_down=True)


async def test_a_connection_cut_after_the_data_is_an_unknown_outcome() -> None:
    async with running_mail_server() as mail:
        mail.drop_after_data = True
        assert await mail.channel().send(LETTER) == Answer(
            Outcome.UNKNOWN, "cut_after_data", channel_down=True
        )
        assert len(mail.accepted) == 1, "it was taken all the same"


async def test_a_server_that_says_nothing_at_all_is_tried_again() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        answer = await SmtpChannel("127.0.0.1", port, "vigil.example", 0.2, 0.2, 0.2).send(LETTER)
    assert answer == Answer(Outcome.AGAIN, "timeout", channel_down=True)


async def test_a_server_without_encryption_is_refused_where_encryption_is_required() -> None:
    async with running_mail_server() as mail:
        channel = SmtpChannel("127.0.0.1", mail.port, "vigil.example", 2, 2, 2, require_tls=True)
        answer = await channel.send(LETTER)
    assert answer == Answer(Outcome.AGAIN, "unreachable", channel_down=True)
    assert mail.accepted == []
