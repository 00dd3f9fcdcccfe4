"""Puts panel notification together: its store, consumers, sender and routes."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.panel_notification.channels.smtp import SmtpChannel
from services.panel_notification.handlers import registry
from services.panel_notification.http import routes
from services.panel_notification.notice_sender import NoticeSender
from services.panel_notification.restored import RestoredNotices
from services.panel_notification.settings import PanelNotificationSettings
from shared.messaging.node import Node
from shared.messaging.opening import open_store
from shared.reference.systems import SystemRegistry
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, otlp_exporter

SERVICE = "panel_notification"


async def build_node(settings: PanelNotificationSettings) -> Node:
    """The node with the sender among its tasks; nothing is started."""
    store = await open_store(settings, SERVICE)
    tracing = Tracing(SERVICE, otlp_exporter(settings.otlp_endpoint))
    metrics = Metrics()
    channel = SmtpChannel(
        host=settings.smtp_host,
        port=settings.smtp_port,
        own_name=settings.notice_sender.rpartition("@")[2],
        connect_seconds=settings.smtp_connect_seconds,
        command_seconds=settings.smtp_command_seconds,
        data_seconds=settings.smtp_data_seconds,
        require_tls=settings.smtp_require_tls,
    )
    sender = NoticeSender(
        store, channel, tracing, metrics, settings.notice_sender, settings.base_url
    )
    return Node(
        store,
        settings.kafka(),
        registry,
        tracing,
        metrics,
        tasks={"notice_sender": sender.run},
        settling=RestoredNotices(sender.compose),
    )


def routers(node: Node, settings: PanelNotificationSettings) -> Sequence[APIRouter]:
    return [routes(node.store, SystemRegistry(settings.systems_file), node.tracing)]
