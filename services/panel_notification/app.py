"""Puts panel notification together: its store, consumers, sender and routes."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter

from services.panel_notification.addressing import read_addressing
from services.panel_notification.channels.opening import open_channels
from services.panel_notification.composing import Composer
from services.panel_notification.handlers import registry
from services.panel_notification.http import routes
from services.panel_notification.notice_sender import NoticeSender
from services.panel_notification.reply_arrived import judge_by
from services.panel_notification.reply_http import reply_routes
from services.panel_notification.restored import RestoredNotices
from services.panel_notification.sending import Post
from services.panel_notification.settings import PanelNotificationSettings
from services.panel_notification.status_http import status_routes
from services.panel_notification.submission_http import submission_routes
from shared.contracts.arrival_events import PanelReplyAnswered
from shared.messaging.arrivals import Arrivals
from shared.messaging.node import Node
from shared.messaging.opening import open_store
from shared.reference.systems import SystemRegistry
from shared.sealing.envelope import key_from_text
from shared.settings import secret_text
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, otlp_exporter
from shared.web.content_client import IntakeContents
from shared.web.document import ABSENT

SERVICE = "panel_notification"


async def build_node(settings: PanelNotificationSettings) -> Node:
    """The node with the sender among its tasks; nothing is started."""
    store = await open_store(settings, SERVICE)
    tracing = Tracing(SERVICE, otlp_exporter(settings.otlp_endpoint))
    metrics = Metrics()
    addressing = read_addressing(settings.recipients_file)
    addressing = replace(addressing, diverts=not store.synthetic)
    post = Post(
        addressing,
        open_channels(settings, addressing),
        Composer(addressing, settings.notice_sender, settings.base_url),
    )
    sender = NoticeSender(store, post, tracing, metrics)
    arrivals = Arrivals(
        store,
        IntakeContents(store, settings.intake_url, secret_text(settings.service_key)),
        judge_by(tracing),
        PanelReplyAnswered,
        tracing,
        metrics,
    )
    return Node(
        store,
        settings.kafka(),
        registry,
        tracing,
        metrics,
        tasks={"notice_sender": sender.run, "arrivals": arrivals.run},
        settling=RestoredNotices(post.compose),
    )


def described() -> Sequence[APIRouter]:
    """The routes for machines, to be described and never called."""
    return [
        routes(ABSENT, ABSENT, ABSENT),
        reply_routes(ABSENT, ABSENT, ABSENT, b""),
        submission_routes(ABSENT, ABSENT, b""),
        status_routes(ABSENT, None, ABSENT),
    ]


def routers(node: Node, settings: PanelNotificationSettings) -> Sequence[APIRouter]:
    systems = SystemRegistry(settings.systems_file)
    key = key_from_text(settings.key_encryption_key.get_secret_value())
    fingerprint_key = hashlib.sha256(b"vigil fingerprint" + key).digest()
    return [
        routes(node.store, systems, node.tracing),
        reply_routes(node.store, systems, node.tracing, fingerprint_key),
        submission_routes(node.store, systems, fingerprint_key),
        status_routes(
            node.store, settings.notify_callback_token, read_addressing(settings.recipients_file)
        ),
    ]
