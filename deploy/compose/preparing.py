"""Makes what `docker-compose.yml` names: keys, passwords, brokers' settings, addresses.

Made once and kept, as in the stack without containers and by the same code. The directory is closed
to others, the files in it are not: containers run as a user that the host does not know, and each
is given its own files one by one.
"""

import os
import re
import subprocess
from base64 import urlsafe_b64encode
from uuid import uuid4

from deploy.compose.broker import broker_settings
from deploy.compose.places import BROKERS, PUBLISHED, ComposeLayout, bootstrap
from deploy.local.children import ROOT, StackFailure
from deploy.local.kafka import admin_password
from deploy.local.keys import kafka_passwords, keep_keys
from deploy.local.layout import LOOPBACK, SERVICES
from deploy.local.postgres import superuser_password
from deploy.local.provision_postgres import keep_database_passwords
from deploy.local.secret_files import keep_secret, new_password, private_directory, write_private

FOR_CONTAINERS, DIRECTORY = 0o644, 0o755
TELEMETRY = "telemetry"
_KEPT = re.compile(r"^VIGIL_BROKERS=([0-9]+)$", re.MULTILINE)


def prepare(layout: ComposeLayout, brokers: int, profiles: list[str], bind: str) -> None:
    """Raises StackFailure for a number of brokers other than the stack was made with."""
    _refuse_another_number(layout, brokers)
    private_directory(private_directory(layout.directory) / layout.public.name)
    secrets = layout.directory / "secrets"
    infrastructure = layout.secrets("infrastructure")
    try:
        kafka_passwords(layout, keep_keys(layout))
        keep_database_passwords(SERVICES, secrets)
        for service in SERVICES:
            superuser_password(layout.secrets(f"postgres_{service}"))
        keep_secret(layout.secrets("grafana") / "vigil_grafana_password", new_password)
        cluster = keep_secret(infrastructure / "cluster_id", _new_cluster_id)
        passwords = {
            "admin": admin_password(infrastructure),
            "broker": keep_secret(infrastructure / "vigil_kafka_broker_password", new_password),
            "controller": keep_secret(
                infrastructure / "vigil_kafka_controller_password", new_password
            ),
        }
        for number in range(1, brokers + 1):
            port = layout.ports["kafka" if number == 1 else f"kafka_{number}"]
            settings = broker_settings(
                number, brokers, host_address=f"{LOOPBACK}:{port}", **passwords
            )
            write_private(layout.secrets(f"kafka_{number}") / "server.properties", settings)
        told = _told(layout, brokers, profiles, bind) | {"VIGIL_CLUSTER_ID": cluster}
        lines = "".join(f"{name}={value}\n" for name, value in told.items())
        write_private(layout.environment_file, lines)
    finally:
        _open_to_containers(layout)


def _told(layout: ComposeLayout, brokers: int, profiles: list[str], bind: str) -> dict[str, str]:
    ports = {f"VIGIL_{name.upper()}_PORT": str(layout.ports[name]) for name in PUBLISHED}
    collector = "http://collector:4318" if TELEMETRY in profiles else ""
    return {
        "VIGIL_FILES": str(layout.directory),
        "VIGIL_BIND": bind,
        "VIGIL_BROKERS": str(brokers),
        "VIGIL_KAFKA_BOOTSTRAP": bootstrap(brokers),
        "VIGIL_OTLP_ENDPOINT": os.environ.get("VIGIL_OTLP_ENDPOINT", collector),
        "VIGIL_COMMIT": _commit(),
        **ports,
    }


def _refuse_another_number(layout: ComposeLayout, brokers: int) -> None:
    if brokers not in BROKERS:
        raise StackFailure(f"BROKERS={brokers} does not do: it is 1, or 3 with three copies.")
    if not layout.environment_file.exists():
        return
    kept = _KEPT.search(layout.environment_file.read_text())
    if kept and int(kept[1]) != brokers:
        raise StackFailure(
            f"This stack was made with BROKERS={kept[1]}, and its records are on these brokers:"
            f" `make up BROKERS={kept[1]}` goes on with it, `make down` takes it away."
        )


def _open_to_containers(layout: ComposeLayout) -> None:
    layout.directory.chmod(0o700)
    for top in (layout.public, layout.directory / "secrets"):
        for path in (top, *top.rglob("*")) if top.exists() else ():
            path.chmod(DIRECTORY if path.is_dir() else FOR_CONTAINERS)


def _new_cluster_id() -> str:
    return urlsafe_b64encode(uuid4().bytes).rstrip(b"=").decode()


def _commit() -> str:
    """Of the working copy, where it is one."""
    try:
        asked = subprocess.run(
            ["git", "rev-parse", "HEAD"],  # noqa: S607 (whichever git its user has)
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""
