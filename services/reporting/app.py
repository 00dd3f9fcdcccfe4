"""Puts reporting together: its store, consumers, routes and pages."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.reporting.area_http import area_routes
from services.reporting.canary_age import CanaryAge
from services.reporting.canary_http import canary_routes
from services.reporting.delivery_http import delivery_routes
from services.reporting.handlers import SERVICE, registry
from services.reporting.http import routes
from services.reporting.journey_store import StoredCases
from services.reporting.pages import pages
from services.reporting.region_http import region_routes
from services.reporting.region_reference import RegionKey
from services.reporting.region_release import RegionRelease
from services.reporting.sessions import Sessions
from services.reporting.settings import ReportingSettings
from services.reporting.unknown_delivery import UnknownDeliveries
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
    """The node, which publishes nothing but what regions are told; not started."""
    store = await open_store(settings, SERVICE)
    tracing = Tracing(SERVICE, otlp_exporter(settings.otlp_endpoint))
    metrics, key = Metrics(), RegionKey(key_from_text(settings.region_key.get_secret_value()))
    release = RegionRelease(store, settings.kafka(), metrics, key)
    return Node(
        store,
        settings.kafka(),
        registry,
        tracing,
        metrics,
        tasks={
            "region_release": release.run,
            "canary_age": CanaryAge(store, metrics).run,
            "unknown_deliveries": UnknownDeliveries(store, metrics).run,
        },
    )


def described() -> Sequence[APIRouter]:
    """The routes for machines, to be described and never called."""
    return [
        routes(ABSENT, ABSENT, ABSENT),
        area_routes(ABSENT, ABSENT, ABSENT),
        delivery_routes(ABSENT, ABSENT, ABSENT, ABSENT),
        region_routes(ABSENT, ABSENT, ABSENT, ABSENT),
        canary_routes(ABSENT, ABSENT, ABSENT, ABSENT),
    ]


def routers(node: Node, settings: ReportingSettings) -> Sequence[APIRouter]:
    links = OneTimeLinks(key_from_text(settings.page_key.get_secret_value()), SERVICE)
    sessions = Sessions(links, settings.http_port)
    cases = StoredCases(node.store)
    systems = SystemRegistry(settings.systems_file)
    return [
        routes(cases, systems, sessions),
        area_routes(cases, systems, sessions),
        delivery_routes(node.store, cases, systems, sessions),
        region_routes(node.store, cases, systems, sessions),
        canary_routes(node.store, cases, systems, sessions),
        pages(cases, sessions, settings.traces_url, settings.trace_path),
        static_files(),
    ]
