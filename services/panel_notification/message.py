"""The email of a notice: a reference and a link, nothing about a child, a family or a case."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from services.panel_notification.fulfilment import reference_of

NOTICE_HEADER = "X-Vigil-Notice"
_ASCII_ONLY = SMTP.clone(cte_type="7bit")

_TEXT = """\
To: {name}

There is a notice for you in Vigil. It is about a duty to tell you under
Working Together to Safeguard Children.

Reference: {reference}

What you need to do

1. Open the notice with your organisation's case system:
{link}

2. Confirm that you have it. Your system does this by sending a receipt
to the same address with /receipt at its end, quoting the reference.

We count the notice as received only when you confirm it.

This email has no details, because email is not a safe place for them.
Please do not reply with any personal information.
"""


def compose(
    notice_id: UUID,
    *,
    sender: str,
    recipient_name: str,
    mailbox: str,
    base_url: str,
    written_at: datetime,
) -> bytes:
    """The exact bytes to send, ended lines and all.

    They follow from the arguments: the Message-ID belongs to the notice, so that a mail server
    that sees a repeat can know it as one. Raises ValueError for a name or an address that would
    start a header of its own.
    """
    local_part, _, domain = sender.rpartition("@")
    message = EmailMessage(policy=_ASCII_ONLY)
    message["From"] = Address("Vigil notices", local_part, domain)
    message["To"] = Address(recipient_name, addr_spec=mailbox)
    message["Subject"] = f"You have a new notice in Vigil, reference {reference_of(notice_id)}"
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = f"<{notice_id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message[NOTICE_HEADER] = str(notice_id)
    message.set_content(
        _TEXT.format(
            name=recipient_name,
            reference=reference_of(notice_id),
            link=f"{base_url}/v1/notices/{notice_id}",
        )
    )
    return message.as_bytes()
