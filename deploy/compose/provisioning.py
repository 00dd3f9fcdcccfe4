"""Roles and databases of every store, users, topics and rights of the bus, from inside.

`python -m deploy.compose.provisioning` is what the container runs that everything else waits for.
"""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from deploy.compose.places import BROKER_PORT, POSTGRES_INSIDE_PORT, bootstrap, store_host
from deploy.local.children import StackFailure
from deploy.local.kafka_settings import ADMIN
from deploy.local.layout import SERVICES
from deploy.local.provision_kafka import administrator, provision_kafka
from deploy.local.provision_postgres import provision_postgres
from shared.contracts.catalogue import CHECKER, acls, topics
from shared.contracts.region_topics import region_acls, region_topics, subscriber_of
from shared.reference.shared_regions import shared_regions, use_regions_file

KAFKA_PASSWORD = "vigil_kafka_password"  # noqa: S105 (the name of a file)


def provision(secrets: Path, systems_file: Path, brokers: int, regions: Sequence[str]) -> None:
    """Repeating it changes nothing. Raises StackFailure or OSError when a server refuses."""
    for service in SERVICES:
        provision_postgres(
            POSTGRES_INSIDE_PORT,
            _read(secrets / f"postgres_{service}" / "vigil_postgres_password"),
            [service],
            secrets,
            host=store_host(service),
        )
    systems = systems_on_the_bus(systems_file)
    admin = _read(secrets / "infrastructure" / "vigil_kafka_admin_password")
    provision_kafka(
        administrator(bootstrap(brokers, BROKER_PORT), admin, "PLAIN"),
        {ADMIN: admin, **_users(secrets, {*systems, *map(subscriber_of, regions)})},
        topics(systems) + region_topics(regions),
        acls(systems) + region_acls(regions),
        brokers=brokers,
    )


def systems_on_the_bus(systems_file: Path) -> list[str]:
    listed = json.loads(systems_file.read_text())["systems"]
    return [entry["system"] for entry in listed if "bus" in entry["doors"]]


def _users(secrets: Path, outside: Iterable[str]) -> dict[str, str]:
    inside = {name: _read(secrets / name / KAFKA_PASSWORD) for name in (*SERVICES, CHECKER)}
    others = {name: _read(secrets / "systems" / f"{name}.kafka_password") for name in outside}
    return inside | others


def _read(path: Path) -> str:
    return path.read_text().strip()


def main() -> None:
    given = os.environ.get("VIGIL_REGIONS_FILE")
    use_regions_file(Path(given) if given else None)
    try:
        provision(
            Path(os.environ["VIGIL_SECRETS_DIR"]),
            Path(os.environ["VIGIL_SYSTEMS_FILE"]),
            int(os.environ.get("VIGIL_BROKERS") or 1),
            [row.region for row in shared_regions()],
        )
    except (StackFailure, OSError) as error:
        sys.exit(f"Not everything could be provisioned: {error}")


if __name__ == "__main__":
    main()
