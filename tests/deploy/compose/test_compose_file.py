"""docker-compose.yml against the code of the stack without containers: one source for both."""

import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.compose.engine import EVERY_PROFILE
from deploy.compose.places import ComposeLayout, compose_name, store_host
from deploy.compose.preparing import prepare
from deploy.compose.provisioning import systems_on_the_bus
from deploy.local.children import StackFailure
from deploy.local.layout import LOOPBACK, SERVICES
from deploy.local.postgres_settings import CLUSTER_OPTIONS, SETTINGS
from deploy.local.provision_postgres import owner_of, runtime_role_of
from services.intake.settings import Settings as IntakeSettings
from services.panel_notification.settings import PanelNotificationSettings
from services.rapid_review_timer.settings import Settings as TimerSettings
from services.reporting.settings import ReportingSettings
from shared.settings import MigrationSettings, ServiceSettings
from tests.support.compose_file import (
    THREE_BROKERS,
    compose_file,
    mounted_secrets,
    told_by,
    variables,
)

SETTINGS_OF: dict[str, type[ServiceSettings]] = {
    "intake": IntakeSettings,
    "rapid_review_timer": TimerSettings,
    "panel_notification": PanelNotificationSettings,
    "reporting": ReportingSettings,
}
OWN_IMAGES = re.compile(r"^vigil/")
services = pytest.mark.parametrize("service", SERVICES)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> ComposeLayout:
    made = ComposeLayout(tmp_path_factory.mktemp("compose") / "files", 8100)
    prepare(made, 3, ["telemetry"], LOOPBACK)
    return made


@pytest.fixture(scope="module")
def compose(layout: ComposeLayout) -> dict[str, Any]:
    return compose_file(told_by(layout.environment_file))


def containers(compose: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from compose["services"].items()


def test_every_key_that_the_file_names_is_made(
    layout: ComposeLayout, compose: dict[str, Any]
) -> None:
    declared = (
        compose["secrets"]
        | compose_file(told_by(layout.environment_file), THREE_BROKERS)["secrets"]
    )
    missing = [name for name, each in declared.items() if not Path(each["file"]).is_file()]
    assert not missing
    used = {
        each["source"]
        for _, container in containers(compose)
        for each in container.get("secrets", [])
    }
    three = {"kafka_2_settings", "kafka_3_settings"}
    assert used == set(declared) - three, "declared and not given to anybody, or the other way"


def test_the_keys_are_closed_to_everybody_else_on_the_host(layout: ComposeLayout) -> None:
    assert stat.S_IMODE(layout.directory.stat().st_mode) == 0o700
    inside = [path for path in layout.directory.rglob("*") if path.is_file()]
    assert len(inside) > 30
    mounted = [path for path in inside if path != layout.environment_file]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o644 for path in mounted), (
        "a container's user is none of the host's: the closed directory keeps the others out"
    )


def test_no_password_stands_where_docker_shows_it(layout: ComposeLayout) -> None:
    told = layout.environment_file.read_text()
    secrets = (layout.directory / "secrets").rglob("vigil_*")
    assert not [path.name for path in secrets if path.read_text().strip() in told]


@services
def test_a_service_gets_its_own_keys_all_of_them_and_no_other(
    service: str, layout: ComposeLayout, compose: dict[str, Any]
) -> None:
    given = mounted_secrets(compose, compose_name(service))
    own = {path for path in layout.secrets(service).iterdir() if path.is_file()}
    assert set(given.values()) == own
    assert {Path(target).name for target in given} == {path.name for path in own}


@services
def test_a_service_reads_its_settings_from_what_its_container_is_told(
    service: str,
    layout: ComposeLayout,
    compose: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    container = compose["services"][compose_name(service)]
    for name, value in {**image_environment(), **container["environment"]}.items():
        monkeypatch.setenv(name, str(value))
    settings = SETTINGS_OF[service](_secrets_dir=str(layout.secrets(service)))
    assert settings.database_host == store_host(service)
    assert settings.database_user == runtime_role_of(service)
    assert settings.kafka_username == service
    assert settings.otlp_endpoint == "http://collector:4318"
    assert settings.http_port == 8080
    assert container["build"]["args"]["SERVICE"] == service


@services
def test_migrations_run_as_the_owner_before_their_service_starts(
    service: str, layout: ComposeLayout, compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"migrate-{compose_name(service)}"
    for variable, value in {
        **image_environment(),
        **compose["services"][name]["environment"],
    }.items():
        monkeypatch.setenv(variable, str(value))
    directory = layout.secrets(owner_of(service))
    assert set(mounted_secrets(compose, name).values()) == {directory / "vigil_database_password"}
    settings = MigrationSettings(_secrets_dir=str(directory))
    assert settings.database_user == owner_of(service)
    waits = compose["services"][compose_name(service)]["depends_on"][name]
    assert waits == {"condition": "service_completed_successfully"}
    assert compose["services"][name]["image"] == compose["services"][compose_name(service)]["image"]


def image_environment() -> dict[str, str]:
    """What the Dockerfile of the services sets."""
    text = (Path(__file__).parents[3] / "deploy" / "Dockerfile").read_text()
    return dict(re.findall(r"\b(VIGIL_(?:HTTP|DATABASE|STATE)_[A-Z]+)=(\S+)", text))


def test_whoever_provisions_is_given_every_bus_user_and_no_signing_key(
    layout: ComposeLayout, compose: dict[str, Any]
) -> None:
    given = {str(path) for path in mounted_secrets(compose, "provision").values()}
    for system in systems_on_the_bus(layout.systems_file):
        assert str(layout.secrets("systems") / f"{system}.kafka_password") in given, system
    assert not [path for path in given if path.endswith((".jwk", "_private_key"))]


def test_every_store_is_told_what_the_store_without_containers_is(compose: dict[str, Any]) -> None:
    for service in SERVICES:
        store = compose["services"][store_host(service)]
        options = dict(
            each.removeprefix("-c").split("=") for each in store["command"] if each != "postgres"
        )
        assert options == dict(SETTINGS)
        assert store["environment"]["POSTGRES_INITDB_ARGS"].split() == list(CLUSTER_OPTIONS)
        (network,) = store["networks"]
        assert compose["networks"][network] == {"internal": True}
        reached_by = {
            name for name, each in containers(compose) if network in each.get("networks", [])
        }
        assert reached_by == {
            *(store_host(service), compose_name(service), f"migrate-{compose_name(service)}"),
            *("provision", "verify"),
        }


def test_no_container_may_do_more_than_its_work_asks(compose: dict[str, Any]) -> None:
    for name, container in containers(compose):
        assert container["cap_drop"] == ["ALL"], name
        assert container["security_opt"] == ["no-new-privileges:true"], name
        assert "mem_limit" in container, name
        assert "privileged" not in container, name
        assert name.startswith("kafka-") or container["read_only"] is True, name


def test_only_the_chosen_address_of_the_host_is_listened_on(
    layout: ComposeLayout, compose: dict[str, Any]
) -> None:
    published = [
        port for _, container in containers(compose) for port in container.get("ports", [])
    ]
    assert published
    assert all(port.startswith(f"{LOOPBACK}:") for port in published), published
    outside = {int(port.split(":")[1]) for port in published}
    assert outside <= set(layout.ports.values())


def test_the_defaults_in_the_file_are_what_a_stack_is_told() -> None:
    told = {
        f"VIGIL_{name.upper()}_PORT": port for name, port in ComposeLayout(Path()).ports.items()
    }
    for path in (None, THREE_BROKERS):
        found = variables(path) if path else variables()
        for name, defaults in found.items():
            if name in told:
                assert defaults == {str(told[name])}, name


def test_every_profile_can_be_asked_for(compose: dict[str, Any]) -> None:
    named = {profile for _, each in containers(compose) for profile in each.get("profiles", [])}
    assert named == set(EVERY_PROFILE)


def test_nothing_that_works_waits_for_telemetry(compose: dict[str, Any]) -> None:
    telemetry = {n for n, each in containers(compose) if "telemetry" in each.get("profiles", [])}
    for name, container in containers(compose):
        assert name in telemetry or not telemetry & set(container.get("depends_on", {})), name


def test_a_stack_keeps_the_brokers_it_was_made_with(layout: ComposeLayout) -> None:
    with pytest.raises(StackFailure, match="BROKERS=3"):
        prepare(layout, 1, [], LOOPBACK)
    with pytest.raises(StackFailure, match="it is 1, or 3"):
        prepare(layout, 2, [], LOOPBACK)


def test_preparing_again_keeps_every_key(layout: ComposeLayout) -> None:
    before = {path: path.read_bytes() for path in layout.directory.rglob("*") if path.is_file()}
    prepare(layout, 3, ["telemetry"], LOOPBACK)
    assert {
        path: path.read_bytes() for path in layout.directory.rglob("*") if path.is_file()
    } == before
