"""docker-compose.yml as it reads with what a stack is told, without an engine."""

import re
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

REPOSITORY = Path(__file__).parents[2]
COMPOSE = REPOSITORY / "docker-compose.yml"
THREE_BROKERS = REPOSITORY / "deploy" / "compose" / "three-brokers.yml"
VARIABLE = re.compile(r"\$\{([A-Z_0-9]+)(?::-([^}]*))?\}")


def compose_file(told: dict[str, str], path: Path = COMPOSE) -> dict[str, Any]:
    """The file with every variable replaced by what is told, else by its default."""
    text = VARIABLE.sub(
        lambda found: told.get(found[1]) or found[2] or "", path.read_text(encoding="utf-8")
    )
    return dict(yaml.safe_load(text))


def variables(path: Path = COMPOSE) -> dict[str, set[str]]:
    """The defaults that stand in the file, by name of the variable."""
    found: dict[str, set[str]] = {}
    for name, default in VARIABLE.findall(path.read_text(encoding="utf-8")):
        found.setdefault(name, set()).add(default)
    return found


def told_by(environment_file: Path) -> dict[str, str]:
    lines = environment_file.read_text().splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def mounted_secrets(compose: dict[str, Any], container: str) -> dict[str, Path]:
    """The files that a container is given, by where it finds them."""
    return {
        str(Path("/run/secrets") / each["target"]): Path(compose["secrets"][each["source"]]["file"])
        for each in compose["services"][container].get("secrets", [])
    }
