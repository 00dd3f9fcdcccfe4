"""What is sent, channel by channel: its exact bytes, written once and kept.

A reference and a link, and nothing of the case, unless the recipient's row says that its channel
carries it; a submission pack is for the authority alone and leaves the service with nobody else.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.panel_notification.addressing import Addressing
from services.panel_notification.fulfilment import reference_of
from services.panel_notification.message import compose
from services.panel_notification.submission_pack import case_detail, pack
from shared.contracts.event_codes import Channel, RecipientKind
from shared.messaging.facts import Fact
from shared.messaging.store import Row

Composing = Callable[[Row, datetime, Sequence[Fact]], bytes]


@dataclass(frozen=True)
class Composer:
    """`base_url` is this service's address as recipients reach it."""

    addressing: Addressing
    sender: str
    base_url: str

    def __call__(self, row: Row, written_at: datetime, facts: Sequence[Fact] = ()) -> bytes:
        """Raises UnknownReference for a recipient that nobody can write to."""
        recipient, kind = row["recipient"], RecipientKind(row["recipient_kind"])
        channel = Channel(row["channel"])
        to = self.addressing.addressed(row)
        address = self.addressing.address_of(to, kind, channel)
        told = self.addressing.row_of(to, kind)
        detail = case_detail(row, facts) if told.carries_detail and facts else None
        match channel:
            case Channel.SMTP:
                return compose(
                    row["notice_id"],
                    sender=self.sender,
                    recipient_name=self.addressing.name_of(recipient),
                    mailbox=address,
                    base_url=self.base_url,
                    written_at=written_at,
                )
            case Channel.NOTIFY:
                return _bytes(
                    {
                        "email_address": address,
                        "template_id": told.template,
                        "personalisation": self._reference(row)
                        | {"recipient": self.addressing.name_of(recipient)},
                    }
                )
            case Channel.WEBHOOK:
                said = self._reference(row) | {
                    "notice_id": str(row["notice_id"]),
                    "recipient": recipient,
                    "about": row["about"],
                    "written_at": written_at.isoformat(),
                }
                return _bytes(said | ({"detail": detail} if detail else {}))
            case Channel.MANUAL:
                return _bytes(pack(row, facts, written_at))

    def _reference(self, row: Row) -> dict[str, str]:
        return {
            "reference": reference_of(row["notice_id"]),
            "link": f"{self.base_url}/v1/notices/{row['notice_id']}",
        }


def _bytes(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
