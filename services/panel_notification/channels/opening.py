"""The channels that the recipients file uses, made from the settings; no other is opened."""

import asyncio
from collections.abc import Mapping

from services.panel_notification.addressing import Addressing
from services.panel_notification.channels.channel import Channel
from services.panel_notification.channels.manual import ManualChannel
from services.panel_notification.channels.signed_request import signer_from
from services.panel_notification.channels.smtp import SmtpChannel
from services.panel_notification.channels.webhook import WebhookChannel
from services.panel_notification.settings import PanelNotificationSettings
from shared.contracts.event_codes import Channel as Name


def open_channels(
    settings: PanelNotificationSettings, addressing: Addressing
) -> Mapping[Name, Channel]:
    """Raises ValueError, saying which secret is missing, for a channel that has none to use."""
    return {name: _open(name, settings, addressing) for name in sorted(addressing.channels_used())}


def _open(name: Name, settings: PanelNotificationSettings, addressing: Addressing) -> Channel:
    match name:
        case Name.SMTP:
            return SmtpChannel(
                host=settings.smtp_host,
                port=settings.smtp_port,
                own_name=settings.notice_sender.rpartition("@")[2],
                connect_seconds=settings.smtp_connect_seconds,
                command_seconds=settings.smtp_command_seconds,
                data_seconds=settings.smtp_data_seconds,
                require_tls=settings.smtp_require_tls,
            )
        case Name.MANUAL:
            return ManualChannel()
        case Name.WEBHOOK:
            if settings.webhook_signing_key is None:
                raise ValueError("webhooks are used: put their key into vigil_webhook_signing_key")
            return WebhookChannel(
                signer_from(settings.webhook_signing_key.get_secret_value()),
                addressing.keys_of,
                settings.webhook_connect_seconds,
                settings.webhook_seconds,
            )
        case Name.NOTIFY:
            if settings.notify_api_key is None:
                raise ValueError("GOV.UK Notify is used: put its key into vigil_notify_api_key")
            # Only here: the client and what it brings cost each start that does not use it.
            from services.panel_notification.channels.notify import (  # noqa: PLC0415
                NotifyChannel,
            )

            return NotifyChannel(
                settings.notify_url,
                settings.notify_api_key.get_secret_value(),
                settings.notify_seconds,
                asyncio.Semaphore(settings.notify_at_once),
            )
