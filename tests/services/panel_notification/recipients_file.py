"""A recipients file of a test's own, and channels that talk to a stub provider."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from joserfc.jwk import ECKey

from services.panel_notification.addressing import Addressing, read_addressing
from services.panel_notification.channels.channel import Channel
from services.panel_notification.channels.manual import ManualChannel
from services.panel_notification.channels.notify import NotifyChannel
from services.panel_notification.channels.signed_request import Signer
from services.panel_notification.channels.webhook import WebhookChannel
from shared.contracts.event_codes import Channel as Name
from tests.services.panel_notification.stub_provider import StubProvider, notify_key

PATIENT, IMPATIENT = 20.0, 1.0
"""Seconds: a test waits so long only for a provider that it made hang."""
TEMPLATE = str(UUID(int=7))


def addressing(
    tmp_path: Path, *rows: dict[str, Any], per_minute: int = 600, burst: int = 50
) -> Addressing:
    """Everybody by email but for these."""
    file = tmp_path / f"{uuid4()}.json"
    limits = [{"channel": name, "per_minute": per_minute, "burst": burst} for name in Name]
    everybody = {"recipient": "*", "channel": "smtp"}
    file.write_text(json.dumps({"channels": limits, "recipients": [everybody, *rows]}))
    return read_addressing(file)


def panel_by(name: str, provider: StubProvider, **more: Any) -> dict[str, Any]:
    """The Panel's row, for a channel that goes to the stub."""
    hook = {"address": provider.hook, "keys": [provider.public_key()]}
    return {
        "recipient": "panel",
        "channel": name,
        **(hook if name == "webhook" else {"template": TEMPLATE}),
        **more,
    }


def channels_to(
    provider: StubProvider, where: Addressing, seconds: float = PATIENT
) -> list[Channel]:
    """Of one process: another has its own, to the same provider."""
    signer = Signer(ECKey.generate_key("P-256", {"kid": "vigil-1"}, private=True))
    return [
        WebhookChannel(signer, where.keys_of, seconds, seconds),
        NotifyChannel(provider.url, notify_key(), seconds, asyncio.Semaphore(4)),
        ManualChannel(),
    ]
