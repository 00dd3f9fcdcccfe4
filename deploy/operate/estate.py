"""Where the bus, the stores and the services of one Vigil are, for those who only look."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.keys import KAFKA_PASSWORD
from deploy.local.layout import LOOPBACK, SERVICES, Layout, layout_from_environment
from deploy.local.provision_postgres import DATABASE_PASSWORD
from shared.contracts.catalogue import CHECKER
from shared.messaging.check_views import CHECKER as CHECKER_ROLE
from shared.messaging.security import KafkaAccess
from shared.reference.shared_regions import use_regions_file

POSTGRES_PORT = 5432


class CannotLook(Exception):
    """Nothing can be said about whether the books balance; the text says why and what to do."""


@dataclass(frozen=True)
class StoreAddress:
    """One database, read as the checker's role."""

    port: int
    database: str
    password: str = field(repr=False)
    host: str = LOOPBACK
    user: str = CHECKER_ROLE


@dataclass(frozen=True)
class Estate:
    """`urls`: a service's own address, None where it does not run. `systems`: those on the bus.
    `clock_file`: of a drill, what tells its services the time."""

    kafka: KafkaAccess
    stores: Mapping[str, StoreAddress]
    urls: Mapping[str, str | None]
    systems: tuple[str, ...]
    clock_file: Path | None = None


def estate_from_environment() -> Estate:
    """Of the stack in containers where it is run inside that, else of the local one on DATA.

    Inside, `VIGIL_STORE_HOSTS` names the stores' hosts, such as `postgres-{service}`. Raises
    CannotLook."""
    hosts = os.environ.get("VIGIL_STORE_HOSTS")
    return _estate_inside(hosts) if hosts else estate_of(layout_from_environment())


def _estate_inside(hosts: str) -> Estate:
    secrets = Path(os.environ["VIGIL_SECRETS_DIR"])
    listed = json.loads(Path(os.environ["VIGIL_SYSTEMS_FILE"]).read_text())["systems"]
    database = (secrets / CHECKER_ROLE / DATABASE_PASSWORD).read_text().strip()
    bus = (secrets / CHECKER / KAFKA_PASSWORD).read_text().strip()
    _use_regions(Path(os.environ.get("VIGIL_REGIONS_FILE") or "-"))
    return Estate(
        kafka=KafkaAccess(os.environ["VIGIL_KAFKA_BOOTSTRAP"], CHECKER, bus),
        stores={
            service: StoreAddress(
                POSTGRES_PORT,
                service,
                database,
                host=hosts.format(service=service.replace("_", "-")),
            )
            for service in SERVICES
        },
        urls={service: os.environ.get(f"VIGIL_{service.upper()}_URL") for service in SERVICES},
        systems=tuple(entry["system"] for entry in listed if "bus" in entry["doors"]),
    )


def estate_of(layout: Layout) -> Estate:
    """The local stack's. Raises CannotLook if nothing has ever run there."""
    try:
        listed = json.loads(layout.systems_file.read_text())["systems"]
        database = (layout.secrets(CHECKER_ROLE) / DATABASE_PASSWORD).read_text().strip()
        bus = (layout.secrets(CHECKER) / KAFKA_PASSWORD).read_text().strip()
    except FileNotFoundError:
        raise CannotLook(
            "There is nothing to look at: DATA has no stack that was started with the checker's"
            " passwords. `make run` starts one and makes them."
        ) from None
    _use_regions(layout.regions_file)
    return Estate(
        kafka=KafkaAccess(layout.address("kafka"), CHECKER, bus),
        stores={
            service: StoreAddress(layout.ports["postgres"], service, database)
            for service in SERVICES
        },
        urls={service: layout.url(service) for service in SERVICES},
        systems=tuple(entry["system"] for entry in listed if "bus" in entry["doors"]),
        clock_file=layout.clock_file if layout.stack == "drill" else None,
    )


def _use_regions(file: Path) -> None:
    """Those that this stack shares with, else those that come with the code."""
    use_regions_file(file if file.exists() else None)
