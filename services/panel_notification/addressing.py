"""How each recipient is told, from data: by which channel, where, and how else if that fails.

One JSON file, `recipients.json` beside this module unless the setting names another. A row is for
one organisation, for a kind (`kind:partner_police`) or for everybody else (`*`); the narrowest
counts. What a synthetic case makes goes to the one row `synthetic`, whomever it is meant for, and
never to a real recipient. A channel's limits hold for all replicas together; a webhook's for each
recipient.
"""

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.contracts.event_codes import Channel, RecipientKind
from shared.messaging.store import Row
from shared.reference.directory import mailbox, organisation
from shared.reference.systems import PublicKey

EVERYBODY = "*"
SYNTHETIC = "synthetic"
BUNDLED = "recipients.json"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class ChannelLimits(_Row):
    """`failures`: so many in a row and the channel rests, at first for `rest_seconds`."""

    channel: Channel
    per_minute: Annotated[float, Field(gt=0)]
    burst: Annotated[int, Field(ge=1)]
    failures: Annotated[int, Field(ge=1)] = 5
    rest_seconds: Annotated[int, Field(ge=1, le=600)] = 30


class RecipientRow(_Row):
    """`address` is for a webhook its URL, without a slash at its end; mail goes to the mailbox of
    the directory unless one is given. `template` is a template of GOV.UK Notify. Only where
    `carries_detail` is set does a message say more than a reference and a link."""

    recipient: Annotated[str, Field(pattern=r"^(\*|(kind:)?[A-Za-z0-9._-]{1,64})$")]
    channel: Channel
    address: str | None = None
    template: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")] | None = None
    fallback: Channel | None = None
    carries_detail: bool = False
    keys: tuple[PublicKey, ...] = ()

    @model_validator(mode="after")
    def has_what_its_channels_need(self) -> Self:
        used = {self.channel, self.fallback}
        if self.fallback is self.channel:
            raise ValueError("a channel is no fallback for itself")
        if Channel.NOTIFY in used and self.template is None:
            raise ValueError("notify needs a template")
        if Channel.WEBHOOK not in used:
            return self
        address = self.address or ""
        local = address.startswith(("http://127.0.0.1:", "http://[::1]:"))
        if not (local or address.startswith("https://")) or address.endswith("/"):
            raise ValueError("a webhook needs an https address without a slash at its end")
        if self.fallback is not None and used & {Channel.SMTP, Channel.NOTIFY}:
            raise ValueError("one address cannot be a webhook's and a mailbox")
        return self


class RecipientsFile(_Row):
    channels: tuple[ChannelLimits, ...]
    recipients: tuple[RecipientRow, ...]

    @model_validator(mode="after")
    def is_whole(self) -> Self:
        names = [row.recipient for row in self.recipients]
        limits = [row.channel for row in self.channels]
        if len(set(names)) < len(names) or sorted(limits) != sorted(Channel):
            raise ValueError("a recipient is named twice, or a channel not once")
        if EVERYBODY not in names:
            raise ValueError("nothing is said of everybody else")
        return self


_NOBODY = RecipientRow(
    recipient=SYNTHETIC, channel=Channel.SMTP, address="canary@synthetic.invalid"
)
"""Where a file says nothing of synthetic cases: a domain that no server delivers to."""


@dataclass(frozen=True)
class Addressing:
    """The file, looked up by recipient. `diverts` is false where nobody is behind any case, and so
    every mailbox is an invented one."""

    limits: dict[Channel, ChannelLimits]
    rows: dict[str, RecipientRow]
    diverts: bool = True

    def addressed(self, row: Row) -> str:
        """By whose row a notice is sent; `row` is one of the table of notices."""
        if self.diverts and row.get("synthetic"):
            return SYNTHETIC
        return str(row["recipient"])

    def row_of(self, recipient: str, kind: RecipientKind) -> RecipientRow:
        for name in (recipient, f"kind:{kind}", EVERYBODY):
            if name in self.rows:
                return self.rows[name]
        raise LookupError("nothing is said of everybody else")

    def channels_used(self) -> set[Channel]:
        found = {row.channel for row in self.rows.values()}
        return found | {row.fallback for row in self.rows.values() if row.fallback}

    def address_of(self, recipient: str, kind: RecipientKind, channel: Channel) -> str:
        """Raises UnknownReference for a mailbox that is not held; empty where none is needed."""
        row = self.row_of(recipient, kind)
        if channel is Channel.MANUAL:
            return ""
        if channel is Channel.WEBHOOK:
            return row.address or ""
        return row.address or mailbox(recipient)

    def name_of(self, recipient: str) -> str:
        return organisation(recipient).name

    def keys_of(self, address: str) -> list[dict[str, Any]]:
        """The public keys of whoever has this address."""
        rows = (row for row in self.rows.values() if row.address == address)
        return [key.model_dump() for row in rows for key in row.keys]


def lane_of(channel: Channel, recipient: str) -> str:
    """What shares a limit and a breaker: a channel, or one recipient's own system."""
    return f"{channel}:{recipient}" if channel is Channel.WEBHOOK else str(channel)


def channel_of(lane: str) -> Channel:
    return Channel(lane.partition(":")[0])


def read_addressing(path: Path | None = None) -> Addressing:
    """Raises ValueError, naming the places that are wrong and never what stands there."""
    source = path or files("services.panel_notification").joinpath(BUNDLED)
    try:
        read = RecipientsFile.model_validate_json(source.read_bytes())
    except ValidationError as refused:
        at = {".".join(map(str, error["loc"])) or "whole file" for error in refused.errors()}
        raise ValueError(f"the recipients file cannot be used: {', '.join(sorted(at))}") from None
    return Addressing(
        {row.channel: row for row in read.channels},
        {SYNTHETIC: _NOBODY} | {row.recipient: row for row in read.recipients},
    )
