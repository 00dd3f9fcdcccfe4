"""Where the bus, the stores and the services of one Vigil are, for those who only look."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from deploy.local.keys import KAFKA_PASSWORD
from deploy.local.layout import LOOPBACK, SERVICES, Layout
from deploy.local.provision_postgres import DATABASE_PASSWORD
from shared.contracts.catalogue import CHECKER
from shared.messaging.check_views import CHECKER as CHECKER_ROLE
from shared.messaging.security import KafkaAccess


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
    """`urls`: a service's own address, None where it does not run. `systems`: those on the bus."""

    kafka: KafkaAccess
    stores: Mapping[str, StoreAddress]
    urls: Mapping[str, str | None]
    systems: tuple[str, ...]


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
    return Estate(
        kafka=KafkaAccess(layout.address("kafka"), CHECKER, bus),
        stores={
            service: StoreAddress(layout.ports["postgres"], service, database)
            for service in SERVICES
        },
        urls={service: layout.url(service) for service in SERVICES},
        systems=tuple(entry["system"] for entry in listed if "bus" in entry["doors"]),
    )
