"""Where one stack of containers keeps its keys, and under which names and ports it is found.

Ports are those of the stack without containers, and a few for what only this one has.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from deploy.local.layout import SERVICES, Layout, layout_from_environment

BROKERS = (1, 3)
KAFKA_INSIDE_PORT, BROKER_PORT, CONTROLLER_PORT = 9092, 9094, 9093
POSTGRES_INSIDE_PORT = 5432
_MORE_PORTS = {"grafana": 10, "prometheus": 11, "kafka_2": 94, "kafka_3": 95}
PUBLISHED = (
    *SERVICES,
    *("mail", "smtp", "panel_desk", "traces", "otlp", "grafana", "prometheus"),
    *("kafka", "kafka_2", "kafka_3"),
)
"""What may be reached from outside the containers, on one address of the host."""


@dataclass(frozen=True)
class ComposeLayout(Layout):
    """`directory` is closed to others. What lies in it is open to whom it is mounted for: a
    container's user is none of the host's."""

    @property
    def ports(self) -> dict[str, int]:
        more = {name: self.port_base + offset for name, offset in _MORE_PORTS.items()}
        return {**super().ports, **more}

    @property
    def public(self) -> Path:
        """What every container may read: the lists of systems and of regions, and a public key."""
        return self.directory / "public"

    @property
    def systems_file(self) -> Path:
        return self.public / "systems.json"

    @property
    def regions_file(self) -> Path:
        return self.public / "regions.json"

    @property
    def ingress_public_key(self) -> Path:
        return self.public / "ingress_public.jwk"

    @property
    def environment_file(self) -> Path:
        """What `docker-compose.yml` is told."""
        return self.directory / "compose.env"


def compose_layout() -> ComposeLayout:
    """From FILES and PORT_BASE, as `make` passes them on."""
    local = layout_from_environment()
    directory = Path(os.environ.get("FILES") or ".compose").expanduser().resolve()
    return ComposeLayout(directory, local.port_base)


def compose_name(service: str) -> str:
    """A service as its container is called."""
    return service.replace("_", "-")


def store_host(service: str) -> str:
    return f"postgres-{compose_name(service)}"


def bootstrap(brokers: int, port: int = KAFKA_INSIDE_PORT) -> str:
    return ",".join(f"kafka-{number}:{port}" for number in range(1, brokers + 1))
