"""The rapid-review timer as a process: consumers, relay, watcher and HTTP in one loop."""

import hashlib
from functools import partial

from fastapi import APIRouter, FastAPI

from services.rapid_review_timer.calendar_http import calendar_routes
from services.rapid_review_timer.calendar_recount import CalendarRecount
from services.rapid_review_timer.catching_up import catch_up, has_read_everything
from services.rapid_review_timer.clocks_left import ClocksLeft
from services.rapid_review_timer.handlers import SERVICE, registry
from services.rapid_review_timer.http import deadline_routes
from services.rapid_review_timer.restored import RestoredClocks
from services.rapid_review_timer.review_desk import Desk
from services.rapid_review_timer.review_http import review_routes
from services.rapid_review_timer.settings import Settings
from services.rapid_review_timer.summary_arrived import judge_by
from services.rapid_review_timer.watcher import Watcher
from services.rapid_review_timer.yearly_report_http import yearly_report_routes
from shared.contracts.arrival_events import SummaryAnswered
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
from shared.web.service_app import build_app


async def build_node(settings: Settings) -> Node:
    """The node with the watcher among its tasks; nothing is started."""
    store = await open_store(settings, SERVICE)
    tracing, metrics = Tracing(SERVICE, otlp_exporter(settings.otlp_endpoint)), Metrics()
    node = Node(store, settings.kafka(), registry, tracing, metrics, settling=RestoredClocks())

    async def watch() -> None:
        await catch_up(partial(has_read_everything, node), settings.catch_up_seconds)
        await Watcher(store, tracing, metrics, settings.watch_seconds).run()

    node.tasks["watcher"] = watch
    node.tasks["calendar"] = CalendarRecount(store, tracing).run
    node.tasks["clocks_left"] = ClocksLeft(store, tracing).run
    contents = IntakeContents(store, settings.intake_url, secret_text(settings.service_key))
    judge = judge_by(tracing)
    arrivals = Arrivals(store, contents, judge, SummaryAnswered, tracing, metrics)
    node.tasks["arrivals"] = arrivals.run
    return node


def described() -> list[APIRouter]:
    """The routes for machines, to be described and never called."""
    return [
        deadline_routes(ABSENT, ABSENT),
        calendar_routes(ABSENT, ABSENT),
        review_routes(ABSENT, ABSENT),
        yearly_report_routes(ABSENT, ABSENT),
    ]


def routers(node: Node, settings: Settings) -> list[APIRouter]:
    systems = SystemRegistry(settings.systems_file)
    key = key_from_text(settings.key_encryption_key.get_secret_value())
    desk = Desk(node.store, node.tracing, hashlib.sha256(b"vigil fingerprint" + key).digest())
    return [
        deadline_routes(node.store, systems),
        calendar_routes(node.store, systems),
        review_routes(desk, systems),
        yearly_report_routes(desk, systems),
    ]


async def build(settings: Settings) -> FastAPI:
    node = await build_node(settings)
    return build_app(SERVICE, node, routers(node, settings))
