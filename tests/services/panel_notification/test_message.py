"""The email: a reference, a link, and nothing that could be about somebody."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from typing import Any
from uuid import UUID

import pytest

from services.panel_notification.fulfilment import reference_of
from services.panel_notification.message import NOTICE_HEADER, compose

NOTICE = UUID("11111111-2222-4333-8444-555555555555")
GIVEN: dict[str, Any] = {
    "sender": "notices@vigil.example",
    "recipient_name": "Child Safeguarding Practice Review Panel",
    "mailbox": "panel@panel.example",
    "base_url": "http://127.0.0.1:8103",
    "written_at": datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
}


def test_it_carries_a_reference_and_a_link() -> None:
    message = message_from_bytes(compose(NOTICE, **GIVEN))
    text = message.get_payload()
    assert message[NOTICE_HEADER] == str(NOTICE)
    assert message["To"] == "Child Safeguarding Practice Review Panel <panel@panel.example>"
    assert message.get_content_type() == "text/plain"
    assert f"Reference: {reference_of(NOTICE)}" in text
    assert f"http://127.0.0.1:8103/v1/notices/{NOTICE}" in text


def test_a_repeat_is_the_same_message_to_the_byte() -> None:
    assert compose(NOTICE, **GIVEN) == compose(NOTICE, **GIVEN)
    assert f"<{NOTICE}@vigil.example>".encode() in compose(NOTICE, **GIVEN)


@pytest.mark.parametrize(
    "name", ["Panel\r\nBcc: somebody@else.example", "Panel\nSubject: other", "Panel\rX: y"]
)
def test_a_name_cannot_start_a_header_of_its_own(name: str) -> None:
    with pytest.raises(ValueError, match="CR or LF"):
        compose(NOTICE, **GIVEN | {"recipient_name": name})


@pytest.mark.parametrize("mailbox", ["panel@panel.example\r\nBcc: x@y.example", "a b@c.example"])
def test_an_address_cannot_start_a_header_of_its_own(mailbox: str) -> None:
    with pytest.raises((ValueError, HeaderParseError)):
        compose(NOTICE, **GIVEN | {"mailbox": mailbox})


def test_every_line_fits_the_limits_of_mail() -> None:
    lines = compose(NOTICE, **GIVEN).split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_a_name_beyond_ascii_is_still_sent_as_ascii() -> None:
    compose(NOTICE, **GIVEN | {"recipient_name": "Bwrdd Diogelu Plant â"}).decode("ascii")
