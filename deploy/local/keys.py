"""Every key and password of one local stack: made once, one directory of files per process.

A sending system's private key and password are its own; intake knows the public key only, from the
list of systems.
"""

import json
from functools import partial
from pathlib import Path
from typing import Any

from joserfc.jwk import ECKey

from deploy.local.layout import SERVICES, Layout
from deploy.local.secret_files import (
    keep_secret,
    new_key,
    new_password,
    private_directory,
    write_private,
)
from shared.contracts.catalogue import CHECKER
from shared.contracts.region_topics import subscriber_of
from shared.contracts.submissions import ASKED_FOR_BY, caller_of_service
from shared.reference.shared_regions import shared_regions, use_regions_file

KAFKA_PASSWORD = "vigil_kafka_password"  # noqa: S105 (the name of a file)
PAGE_KEY = "vigil_page_key"
REGION_KEY = "vigil_region_key"
SERVICE_KEY = "vigil_service_key"
MAIL_TOKEN = "vigil_mail_token"  # noqa: S105
PANEL_DESK = "panel-desk"
CALLING_SERVICES = sorted(set(ASKED_FOR_BY.values()))
SAMPLE_SYSTEMS = Path(__file__).parent.parent / "samples" / "systems.json"
SAMPLE_REGIONS = SAMPLE_SYSTEMS.with_name("regions.json")


def keep_keys(layout: Layout) -> list[str]:
    """Makes what is missing and returns the sending systems that may use the bus.

    `systems/<system>.jwk` is a system's signing key, `systems/<system>.kafka_password` its
    password. The Panel's desk has its own directory, with its key and the token for its mail.
    """
    for directory in (layout.directory, layout.directory / "secrets"):
        private_directory(directory)
    for service in SERVICES:
        keep_secret(layout.secrets(service) / KAFKA_PASSWORD, new_password)
        keep_secret(layout.secrets(service) / "vigil_key_encryption_key", new_key)
    keep_secret(layout.secrets(CHECKER) / KAFKA_PASSWORD, new_password)
    keep_secret(layout.secrets("intake") / "vigil_blind_index_key", new_key)
    _keep_ingress_keys(layout)
    for process in ("reporting", "mail"):
        keep_secret(layout.secrets(process) / PAGE_KEY, new_key)
    keep_secret(layout.secrets("reporting") / REGION_KEY, new_key)
    mail_token = keep_secret(layout.secrets("mail") / MAIL_TOKEN, new_password)
    keep_secret(layout.secrets("panel_desk") / MAIL_TOKEN, lambda: mail_token)
    on_the_bus = _keep_systems(layout)
    desk_key = (layout.secrets("systems") / f"{PANEL_DESK}.jwk").read_text()
    keep_secret(layout.secrets("panel_desk") / "vigil_signing_key", lambda: desk_key)
    return on_the_bus


def kafka_passwords(layout: Layout, systems: list[str]) -> dict[str, str]:
    """By user name: the services, the checker, the sending systems and who reads of a region."""
    inside = {
        name: (layout.secrets(name) / KAFKA_PASSWORD).read_text() for name in (*SERVICES, CHECKER)
    }
    return inside | {
        name: keep_secret(layout.secrets("systems") / f"{name}.kafka_password", new_password)
        for name in {*systems, *map(subscriber_of, regions_shared_with(layout))}
    }


def regions_shared_with(layout: Layout) -> list[str]:
    """The regions with topics of their own. The list is made once; what somebody changed stays."""
    if not layout.regions_file.exists():
        write_private(layout.regions_file, SAMPLE_REGIONS.read_text())
    use_regions_file(layout.regions_file)
    return [row.region for row in shared_regions()]


def _keep_ingress_keys(layout: Layout) -> None:
    """The key that reports on the bus are encrypted to: its public half is for every sender."""
    private = keep_secret(
        layout.secrets("intake") / "vigil_ingress_private_key",
        lambda: _new_jwk("ingress", use="enc", alg="ECDH-ES+A256KW"),
    )
    layout.ingress_public_key.write_text(json.dumps(_public(json.loads(private)), indent=2) + "\n")


def _keep_systems(layout: Layout) -> list[str]:
    """Adds missing sample systems to the list; what somebody changed in it stays."""
    listed: list[dict[str, Any]] = []
    if layout.systems_file.exists():
        listed = json.loads(layout.systems_file.read_text())["systems"]
    known = {entry["system"] for entry in listed}
    own = {caller_of_service(one): layout.secrets(one) / SERVICE_KEY for one in CALLING_SERVICES}
    added = [
        entry
        for entry in (*json.loads(SAMPLE_SYSTEMS.read_text()), *_calling_services())
        if entry["system"] not in known
    ]
    for entry in added:
        name = entry["system"]
        key_file = own.get(name, layout.secrets("systems") / f"{name}.jwk")
        private = keep_secret(key_file, partial(_new_jwk, name, use="sig", alg="ES256"))
        listed.append({**entry, "keys": [_public(json.loads(private))]})
    if added:
        write_private(layout.systems_file, json.dumps({"systems": listed}, indent=2) + "\n")
    return [entry["system"] for entry in listed if "bus" in entry["doors"]]


def _calling_services() -> list[dict[str, Any]]:
    """Our own services that call another: known to it as systems that speak for themselves."""
    callers = [caller_of_service(service) for service in CALLING_SERVICES]
    return [
        {
            "system": name,
            "doors": ["http"],
            "organisations": [{"organisation": name, "from": "2018-06-29", "to": None}],
        }
        for name in callers
    ]


def _new_jwk(owner: str, *, use: str, alg: str) -> str:
    key = ECKey.generate_key("P-256", private=True)
    kid = f"{owner}-{key.thumbprint()[:8]}"
    return json.dumps({**key.as_dict(private=True), "kid": kid, "use": use, "alg": alg})


def _public(private: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in private.items() if name != "d"}
