import json
from pathlib import Path
from stat import S_IMODE

import pytest

from deploy.local.keys import CALLING_SERVICES, SERVICE_KEY, keep_keys
from deploy.local.layout import SERVICES, Layout
from shared.contracts.submissions import caller_of_service


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "stack")
    keep_keys(layout)
    return layout


def secrets_of(layout: Layout) -> dict[str, str]:
    root = layout.directory / "secrets"
    return {str(p.relative_to(root)): p.read_text() for p in root.rglob("*") if p.is_file()}


def test_secrets_are_readable_by_their_owner_only(layout: Layout) -> None:
    assert S_IMODE(layout.directory.stat().st_mode) == 0o700
    for path in (layout.directory / "secrets").rglob("*"):
        expected = 0o700 if path.is_dir() else 0o600
        assert S_IMODE(path.stat().st_mode) == expected, path


def test_a_second_start_keeps_every_secret(layout: Layout) -> None:
    before = secrets_of(layout)
    keep_keys(layout)
    assert secrets_of(layout) == before


def test_no_two_services_share_a_key(layout: Layout) -> None:
    keys = {secrets_of(layout)[f"{service}/vigil_key_encryption_key"] for service in SERVICES}
    assert len(keys) == len(SERVICES)


def test_the_list_of_systems_has_public_keys_only(layout: Layout) -> None:
    systems = json.loads(layout.systems_file.read_text())["systems"]
    assert {entry["system"] for entry in systems} >= {"police-records", "panel-desk"}
    for entry in systems:
        for key in entry["keys"]:
            assert "d" not in key, f"the private key of {entry['system']} is in the list"
            assert key["alg"] == "ES256"
    assert "d" not in json.loads(layout.ingress_public_key.read_text())


def test_what_somebody_changed_in_the_list_of_systems_stays(layout: Layout) -> None:
    content = json.loads(layout.systems_file.read_text())
    content["systems"][0]["organisations"] = []
    layout.systems_file.write_text(json.dumps(content))
    keep_keys(layout)
    assert json.loads(layout.systems_file.read_text()) == content


def test_a_system_that_uses_http_only_gets_no_place_on_the_bus(layout: Layout) -> None:
    assert "school-records" not in keep_keys(layout)
    assert "panel-desk" in keep_keys(layout)


def test_a_service_that_calls_another_is_known_by_a_key_of_its_own(layout: Layout) -> None:
    listed = {
        entry["system"]: entry for entry in json.loads(layout.systems_file.read_text())["systems"]
    }
    for service in CALLING_SERVICES:
        entry = listed[caller_of_service(service)]
        assert [row["organisation"] for row in entry["organisations"]] == [entry["system"]]
        private = json.loads((layout.secrets(service) / SERVICE_KEY).read_text())
        assert [key["kid"] for key in entry["keys"]] == [private["kid"]]
