"""The Python processes of the stack and what each is told: addresses by environment, secrets by
directory. Nobody is given a directory that is not its own."""

import sys
from collections.abc import Sequence

import httpx

from deploy.local.canary_hourly import interval
from deploy.local.children import Child, start_child
from deploy.local.layout import LOOPBACK, SERVICES, Layout
from deploy.local.provision_postgres import owner_of, runtime_role_of
from deploy.local.secret_files import private_directory

MIGRATION_SECONDS = 120
CANARY = "canary"


def start_migration(layout: Layout, service: str) -> Child:
    """Brings a service's store to its newest version, as the store's owner."""
    return start_child(
        f"{service}.migrate",
        [sys.executable, "-m", f"services.{service}", "migrate"],
        layout.log(f"{service}.migrate"),
        environment=_environment(layout, service, secrets=owner_of(service))
        | _database(layout, service, owner_of(service)),
    )


def start_service(layout: Layout, service: str) -> Child:
    return _start_module(
        layout, service, [f"services.{service}", "serve"], service_environment(layout, service)
    )


def service_environment(layout: Layout, service: str) -> dict[str, str]:
    """What a service is told, and so any of its commands."""
    return (
        _environment(layout, service)
        | _database(layout, service, runtime_role_of(service))
        | {
            "VIGIL_HTTP_PORT": str(layout.ports[service]),
            "VIGIL_KAFKA_USERNAME": service,
            "VIGIL_SMTP_HOST": LOOPBACK,
            "VIGIL_SMTP_PORT": str(layout.ports["smtp"]),
        }
        | _recipients_of(layout, service)
        | _time_of(layout)
    )


def _recipients_of(layout: Layout, service: str) -> dict[str, str]:
    """The list that comes with the code, unless DATA holds another."""
    if service != "panel_notification" or not layout.recipients_file.exists():
        return {}
    return {"VIGIL_RECIPIENTS_FILE": str(layout.recipients_file)}


def _time_of(layout: Layout) -> dict[str, str]:
    """A drill's services read its clock, look at it often, and say in logs and spans what they are
    part of; their spans go nowhere."""
    if layout.stack != "drill":
        return {"VIGIL_STACK": layout.stack}
    return {
        "VIGIL_STACK": "drill",
        "VIGIL_CLOCK_FILE": str(layout.clock_file),
        "VIGIL_WATCH_SECONDS": "0.05",
        "VIGIL_CATCH_UP_SECONDS": "5",
        "VIGIL_OTLP_ENDPOINT": "",
        "OTEL_RESOURCE_ATTRIBUTES": "vigil.stack=drill",
    }


def start_bridge(layout: Layout) -> Child:
    environment = _environment(layout, "otlp") | {"VIGIL_STATE_DIR": str(layout.traces)}
    return _start_module(layout, "otlp", ["deploy.local.otlp_bridge"], environment)


def start_mail_sink(layout: Layout) -> Child:
    environment = _environment(layout, "mail") | {
        "VIGIL_STATE_DIR": str(layout.mail),
        "VIGIL_SMTP_PORT": str(layout.ports["smtp"]),
    }
    return _start_module(layout, "mail", ["deploy.local.mail_sink"], environment)


def start_panel_desk(layout: Layout) -> Child:
    """The stub of the Panel's desk: it reads what arrives by mail and answers with receipts."""
    environment = _environment(layout, "panel_desk") | {
        "VIGIL_NOTIFICATION_URL": layout.url("panel_notification")
    }
    return _start_module(
        layout, "panel_desk", ["deploy.samples", "panel_desk", "serve"], environment
    )


def start_canary(layout: Layout) -> Child | None:
    """None where nobody wants one. Raises StackFailure for an interval that does not do."""
    seconds = interval()
    if not seconds:
        return None
    return start_child(
        CANARY,
        [sys.executable, "-m", "deploy.local.canary_hourly"],
        layout.log(CANARY),
        environment={
            "DATA": str(layout.directory),
            "PORT_BASE": str(layout.port_base),
            "CANARY_SECONDS": str(seconds),
        },
    )


def sample_command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "deploy.samples", *arguments]


def sample_environment(layout: Layout) -> dict[str, str]:
    """What the sample senders are told. Their keys and passwords are in `systems`."""
    return _environment(layout, "samples", secrets="systems")


def answers_ready(layout: Layout, name: str) -> bool:
    """Whether a process says of itself that it is ready."""
    try:
        answer = httpx.get(f"{layout.url(name)}/health/readiness", timeout=2)
    except httpx.HTTPError:
        return False
    return answer.status_code == 200


def _start_module(
    layout: Layout, name: str, module: Sequence[str], environment: dict[str, str]
) -> Child:
    return start_child(
        name,
        [sys.executable, "-m", *module],
        layout.log(name),
        environment=environment | {"VIGIL_HTTP_PORT": str(layout.ports[name])},
        address=layout.address(name),
    )


def _database(layout: Layout, service: str, role: str) -> dict[str, str]:
    return {
        "VIGIL_DATABASE_HOST": LOOPBACK,
        "VIGIL_DATABASE_PORT": str(layout.ports["postgres"]),
        "VIGIL_DATABASE_NAME": service,
        "VIGIL_DATABASE_USER": role,
    }


def _environment(layout: Layout, process: str, secrets: str | None = None) -> dict[str, str]:
    urls = {f"VIGIL_{service.upper()}_URL": layout.url(service) for service in SERVICES}
    return urls | {
        "VIGIL_TRACES_URL": layout.url("traces"),
        "VIGIL_MAIL_URL": layout.url("mail"),
        "VIGIL_OTLP_ENDPOINT": layout.url("otlp"),
        "VIGIL_KAFKA_BOOTSTRAP": layout.address("kafka"),
        "VIGIL_SYSTEMS_FILE": str(layout.systems_file),
        "VIGIL_REGIONS_FILE": str(layout.regions_file),
        "VIGIL_INGRESS_PUBLIC_KEY": str(layout.ingress_public_key),
        "VIGIL_STATE_DIR": str(private_directory(layout.state(process))),
        "VIGIL_SECRETS_DIR": str(private_directory(layout.secrets(secrets or process))),
    }
