"""Where one local stack keeps its state, and on which ports of 127.0.0.1 it listens."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LOOPBACK = "127.0.0.1"
SERVICES = ("intake", "rapid_review_timer", "panel_notification", "reporting")
DEFAULT_PORT_BASE = 8100
FIRST_PORT, LAST_PORT = 1024, 65535  # below, a port belongs to the system

Stack = Literal["local", "drill"]

_PORTS = {
    "intake": 1,
    "rapid_review_timer": 2,
    "panel_notification": 3,
    "reporting": 4,
    "traces": 5,
    "mail": 6,
    "panel_desk": 8,
    "smtp": 25,
    "postgres": 32,
    "otlp": 48,
    "kafka": 92,
    "kafka_controller": 93,
}


@dataclass(frozen=True)
class Layout:
    """One stack. Two with different directories and port bases run side by side."""

    directory: Path
    port_base: int = DEFAULT_PORT_BASE

    @property
    def ports(self) -> dict[str, int]:
        return {name: self.port_base + offset for name, offset in _PORTS.items()}

    def address(self, name: str) -> str:
        return f"{LOOPBACK}:{self.ports[name]}"

    def url(self, name: str) -> str:
        return f"http://{self.address(name)}"

    def secrets(self, process: str) -> Path:
        """The directory of secret files that one process may read."""
        return self.directory / "secrets" / process

    def state(self, process: str) -> Path:
        return self.directory / "state" / process

    def log(self, component: str) -> Path:
        return self.directory / "logs" / f"{component}.log"

    @property
    def kafka(self) -> Path:
        return self.directory / "kafka"

    @property
    def postgres(self) -> Path:
        return self.directory / "postgres"

    @property
    def mail(self) -> Path:
        return self.directory / "mail"

    @property
    def traces(self) -> Path:
        return self.directory / "traces"

    @property
    def systems_file(self) -> Path:
        return self.directory / "systems.json"

    @property
    def regions_file(self) -> Path:
        return self.directory / "regions.json"

    @property
    def recipients_file(self) -> Path:
        """How recipients are told, where somebody has put such a file there."""
        return self.directory / "recipients.json"

    @property
    def ingress_public_key(self) -> Path:
        return self.directory / "ingress_public.jwk"

    @property
    def clock_file(self) -> Path:
        """The time of a drill. Only a drill's directory has it, from before anything starts."""
        return self.directory / "clock"

    @property
    def stack(self) -> Stack:
        return "drill" if self.clock_file.exists() else "local"

    @property
    def stack_file(self) -> Path:
        """Which processes run, for `stop`, `status` and the next `run`."""
        return self.directory / "stack.json"

    @property
    def end_file(self) -> Path:
        """Why the last run ended, where nobody asked it to."""
        return self.directory / "ended.txt"

    @property
    def lock_file(self) -> Path:
        return self.directory / "running.lock"


def layout_from_environment() -> Layout:
    """DATA and PORT_BASE as `make` passes them on. A wrong PORT_BASE ends the command."""
    directory = Path(os.environ.get("DATA") or ".local").expanduser().resolve()
    asked, highest = os.environ.get("PORT_BASE") or str(DEFAULT_PORT_BASE), max(_PORTS.values())
    if not (asked.isascii() and asked.isdigit()) or not (
        FIRST_PORT <= int(asked) <= LAST_PORT - highest
    ):
        raise SystemExit(
            f"PORT_BASE={asked} does not do: it is a number from {FIRST_PORT} to "
            f"{LAST_PORT - highest}, for example `make run PORT_BASE=9100`."
        )
    return Layout(directory, int(asked))
