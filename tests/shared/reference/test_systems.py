import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, KeySet
from structlog.testing import capture_logs

from shared.reference.errors import SystemsFileInvalid, UnknownReference
from shared.reference.systems import SystemRegistry

ON = date(2026, 6, 1)
PAIR = ECKey.generate_key("P-256", {"kid": "police-1", "alg": "ES256"})
PUBLIC = PAIR.as_dict(private=False)


class Seconds:
    """A monotonic clock that is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def row(**changes: Any) -> dict[str, Any]:
    police = {"organisation": "police-merseyside", "from": "2020-01-01", "to": "2026-12-31"}
    made = {"system": "police-records", "doors": ["bus"], "organisations": [police]}
    return made | {"keys": [PUBLIC]} | changes


def write(path: Path, *rows: dict[str, Any]) -> None:
    path.with_suffix(".new").write_text(json.dumps({"systems": rows}))
    os.replace(path.with_suffix(".new"), path)


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "systems.json"
    write(made, row())
    return made


@pytest.fixture
def registry(path: Path, clock: Seconds) -> SystemRegistry:
    return SystemRegistry(path, monotonic=clock)


@pytest.mark.parametrize(
    ("system", "organisation", "on", "may"),
    [
        ("police-records", "police-merseyside", date(2020, 1, 1), True),
        ("police-records", "police-merseyside", date(2026, 12, 31), True),
        ("police-records", "police-merseyside", date(2019, 12, 31), False),
        ("police-records", "police-merseyside", date(2027, 1, 1), False),
        ("police-records", "la-E08000012", ON, False),
        ("la-cases", "police-merseyside", ON, False),
    ],
)
def test_a_system_speaks_only_for_its_organisations_and_in_their_time(
    registry: SystemRegistry, system: str, organisation: str, on: date, may: bool
) -> None:
    assert registry.may_speak_for(system, organisation, on) is may


def test_a_system_uses_only_its_doors(registry: SystemRegistry) -> None:
    assert registry.may_use("police-records", "bus")
    assert not registry.may_use("police-records", "http")
    assert not registry.may_use("la-cases", "bus")


def test_the_keys_of_a_system_are_a_key_set(registry: SystemRegistry) -> None:
    keys = KeySet.import_key_set({"keys": registry.public_keys("police-records")})
    assert keys.get_by_kid("police-1").thumbprint() == PAIR.thumbprint()


def test_the_keys_of_an_unknown_system_are_refused(registry: SystemRegistry) -> None:
    with pytest.raises(UnknownReference) as refused:
        registry.public_keys("la-cases")
    assert refused.value.code == "UNKNOWN_SYSTEM"


def test_a_changed_file_is_seen_at_the_next_look_and_not_before(
    registry: SystemRegistry, path: Path, clock: Seconds
) -> None:
    write(path, row(), row(system="la-cases", keys=[]))
    clock.now += 0.9
    assert registry.systems() == ["police-records"]
    clock.now += 0.1
    assert registry.systems() == ["la-cases", "police-records"]


def test_a_system_taken_out_speaks_for_nobody(
    registry: SystemRegistry, path: Path, clock: Seconds
) -> None:
    write(path)
    clock.now += 1
    assert not registry.may_speak_for("police-records", "police-merseyside", ON)


@pytest.mark.parametrize(
    "breakage",
    [
        pytest.param(lambda path: path.write_text("{"), id="half-written"),
        pytest.param(lambda path: path.write_bytes(b"\xff"), id="not-text"),
        pytest.param(lambda path: path.unlink(), id="gone"),
    ],
)
def test_a_broken_change_keeps_the_last_good_file_and_warns_once(
    registry: SystemRegistry, path: Path, clock: Seconds, breakage: Callable[[Path], object]
) -> None:
    breakage(path)
    with capture_logs() as logs:
        for _ in range(3):
            clock.now += 1
            assert registry.systems() == ["police-records"]
    assert [(line["log_level"], line["code"]) for line in logs] == [
        ("warning", "SYSTEMS_FILE_INVALID")
    ]


def test_a_mended_file_is_taken_up(registry: SystemRegistry, path: Path, clock: Seconds) -> None:
    path.write_text("{")
    clock.now += 1
    assert registry.systems() == ["police-records"]
    write(path, row(system="la-cases"))
    clock.now += 1
    assert registry.systems() == ["la-cases"]


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([row(keys=[PAIR.as_dict(private=True)])], id="a-private-key"),
        pytest.param([row(keys=[PUBLIC | {"alg": "ES384"}])], id="another-algorithm"),
        pytest.param([row(keys=[PUBLIC | {"y": PUBLIC["x"]}])], id="a-point-off-the-curve"),
        pytest.param([row(keys=[{k: v for k, v in PUBLIC.items() if k != "kid"}])], id="no-kid"),
        pytest.param([row(doors=[])], id="no-door"),
        pytest.param([row(doors=["post"])], id="an-unknown-door"),
        pytest.param([row(owner="somebody")], id="an-unknown-field"),
        pytest.param([row(), row(keys=[])], id="a-system-named-twice"),
        pytest.param([row(), row(system="la-cases")], id="a-key-of-two-systems"),
        pytest.param([row(organisations=[{"organisation": "panel"}])], id="no-dates"),
        pytest.param([row(system="Police Records")], id="a-name-that-is-no-slug"),
    ],
)
def test_a_file_that_breaks_its_format_is_refused_without_quoting_it(
    path: Path, rows: list[dict[str, Any]]
) -> None:
    write(path, *rows)
    with pytest.raises(SystemsFileInvalid) as refused:
        SystemRegistry(path)
    assert str(PUBLIC["x"]) not in str(refused.value)
    assert "somebody" not in str(refused.value)
