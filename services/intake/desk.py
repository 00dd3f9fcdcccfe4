"""What every way into intake needs, made once when the service is put together."""

from dataclasses import dataclass

from shared.messaging.store import Store
from shared.reference.systems import SystemRegistry
from shared.sealing.blind_index import BlindIndex
from shared.sealing.ingress import IngressKeys
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing


@dataclass(frozen=True)
class Desk:
    """`fingerprint_key` keys the digests by which a repeated report or command is recognised."""

    store: Store
    tracing: Tracing
    metrics: Metrics
    registry: SystemRegistry
    blind_index: BlindIndex
    ingress_keys: IngressKeys
    fingerprint_key: bytes
