"""The packages of the images are those that the tests run on."""

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parents[3] / "requirements"
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def pinned(name: str) -> dict[str, str]:
    return dict(PIN.findall((REQUIREMENTS / f"{name}.txt").read_text()))


@pytest.mark.parametrize("name", ["services", "operations"])
def test_an_image_gets_what_the_stack_without_containers_runs_on(name: str) -> None:
    local = pinned("local")
    other = {package: pin for package, pin in pinned(name).items() if local.get(package) != pin}
    assert not other, f"lock requirements/{name}.txt again, with requirements/local.txt beside it"


def test_what_works_beside_the_services_has_their_packages_too() -> None:
    assert pinned("services").items() <= pinned("operations").items(), "lock operations.txt again"
