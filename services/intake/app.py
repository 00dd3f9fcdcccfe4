"""Puts intake together."""

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter

from services.intake.case_store import opened_lately
from services.intake.content_http import content_routes
from services.intake.desk import Desk
from services.intake.erasure import SyntheticCases
from services.intake.front_door import PREFIX, FrontDoor
from services.intake.handlers import registry
from services.intake.http import routes
from services.intake.restored import RestoredCases
from services.intake.settings import Settings
from services.intake.settle_refused import RefusedReports
from services.intake.sharing_http import sharing_routes
from services.intake.sharing_reviews import SharingReviews
from services.intake.summary_requests import SummaryRequests
from shared.contracts.area_record import is_area_record
from shared.contracts.catalogue import ingress_topic, replies_topic
from shared.contracts.envelope import case_of
from shared.messaging.node import Node
from shared.messaging.opening import open_store
from shared.messaging.store import Row
from shared.messaging.subscribing import subscribe
from shared.messaging.switches import consumer_part
from shared.reference.systems import SystemRegistry
from shared.sealing.blind_index import BlindIndex
from shared.sealing.envelope import key_from_text
from shared.sealing.ingress import IngressKeys
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing, otlp_exporter
from shared.web.document import ABSENT

SERVICE = "intake"
ROOTS_AGAIN = timedelta(hours=1)
"""At start the roots of cases opened this recently are sent again: a killed process lost some."""


async def build_node(settings: Settings) -> Node:
    """A node that is not started. Raises OSError or an asyncpg error without a store."""
    store = await open_store(settings, SERVICE)
    tracing = Tracing(SERVICE, otlp_exporter(settings.otlp_endpoint))
    metrics = Metrics()

    async def emit_roots(rows: Sequence[Row]) -> None:
        for row in rows:
            case_id = case_of(row["stream"])
            if row["sequence"] == 1 and case_id and not is_area_record(case_id):
                tracing.emit_case_root(case_id, row["recorded_at"])

    async def emit_roots_again() -> None:
        for case_id, opened_at in await opened_lately(store, ROOTS_AGAIN):
            tracing.emit_case_root(case_id, opened_at)

    node = Node(
        store, settings.kafka(), registry, tracing, metrics, emit_roots, settling=RestoredCases()
    )
    node.at_start.append(emit_roots_again)
    desk = desk_of(node, settings)
    door = FrontDoor(desk)
    pattern = PREFIX.replace(".", r"\.") + ".*"
    consume = node.switches.gated(consumer_part("ingress"), door.consume)
    node.doors["ingress"] = subscribe(
        node.broker, node.access, door.group, consume, pattern=pattern
    )
    node.settlers.append(RefusedReports(door))
    node.tasks["summary_requests"] = SummaryRequests(desk).run
    node.tasks["sharing_reviews"] = SharingReviews(store, metrics).run
    if settings.stack != "drill":  # in which weeks pass within hours, and every case is synthetic
        node.tasks["erasure"] = SyntheticCases(store).run
    systems = desk.registry.systems()
    ingress = [ingress_topic(system) for system in systems]
    node.begin_at_the_beginning(door.group, ingress, door.consume)
    node.gate.own_topics += [replies_topic(system) for system in systems]
    return node


def desk_of(node: Node, settings: Settings) -> Desk:
    """What the doors of a node need, with intake's own keys."""
    index_key = key_from_text(settings.blind_index_key.get_secret_value())
    private_key = json.loads(settings.ingress_private_key.get_secret_value())
    return Desk(
        store=node.store,
        tracing=node.tracing,
        metrics=node.metrics,
        registry=SystemRegistry(settings.systems_file),
        blind_index=BlindIndex(index_key),
        ingress_keys=IngressKeys([private_key]),
        fingerprint_key=hashlib.sha256(b"vigil fingerprint" + index_key).digest(),
    )


def described() -> list[APIRouter]:
    """The routes for machines, to be described and never called."""
    return [routes(ABSENT), sharing_routes(ABSENT), content_routes(ABSENT)]


def routers(node: Node, settings: Settings) -> list[APIRouter]:
    desk = desk_of(node, settings)
    return [routes(desk), sharing_routes(desk), content_routes(desk)]
