"""Puts reporting together: its store, consumers, routes and pages."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.reporting.handlers import SERVICE, registry
from services.reporting.http import routes
from services.reporting.journey_store import StoredCases
from services.reporting.pages import pages
from services.reporting.sessions import Sessions
from services.reporting.settings import ReportingSettings
from shared.messaging.node import Node
from shared.messaging.opening import open_store
from shared.reference.systems import SystemRegistry
from shared.sealing.envelope import key_from_text
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, otlp_exporter
from shared.web.document import ABSENT
from shared.web.layout import static_files
from shared.web.page_token import OneTimeLinks


async def build_node(settings: ReportingSettings) -> Node:
    """The node, which publishes nothing; not started."""
    store = await open_store(settings, SERVICE)
    tracing = Tracing(SERVICE, otlp_exporter(settings.otlp_endpoint))
    return Node(store, settings.kafka(), registry, tracing, Metrics(), publishes=False)


def described() -> Sequence[APIRouter]:
    """The routes for machines, to be described and never called."""
    return [routes(ABSENT, ABSENT, ABSENT)]


def routers(node: Node, settings: ReportingSettings) -> Sequence[APIRouter]:
    links = OneTimeLinks(key_from_text(settings.page_key.get_secret_value()), SERVICE)
    sessions = Sessions(links, settings.http_port)
    cases = StoredCases(node.store)
    return [
        routes(cases, SystemRegistry(settings.systems_file), sessions),
        pages(cases, sessions, settings.traces_url, settings.trace_path),
        static_files(),
    ]
