"""A stack of a drill's own: Kafka, Postgres, a mail sink, four services, a clock that is set.

It has its own directory and ports, begins empty, and ends with the command that started it.
"""

import json
import shutil
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from joserfc.jwk import ECKey

from deploy.drill.bodies import SYSTEM
from deploy.local import processes
from deploy.local.children import StackFailure, port_is_open, refuse_taken_ports
from deploy.local.keys import keep_keys
from deploy.local.layout import SERVICES, Layout
from deploy.local.progress import Progress
from deploy.local.secret_files import private_directory, write_private
from deploy.local.stack_file import read_stack, stop_processes
from deploy.local.supervisor import Supervisor
from shared.messaging.settable_clock import set_clock

PORT_BASES = range(12_000, 20_000, 200)
STOP_SECONDS = 60.0


class DrillStack(Supervisor):
    """Use it from the main thread. `organisations`: those that somebody speaks for."""

    def __init__(self, layout: Layout, progress: Progress, organisations: Iterable[str]) -> None:
        super().__init__(layout, progress)
        self._organisations = sorted(set(organisations))

    def start(self, *, only_infrastructure: bool = False) -> None:
        """Kafka, Postgres and the mail sink, and the services unless told otherwise."""
        self._write("starting")
        layout, ports = self._layout, self._layout.ports
        register(layout, self._organisations)
        systems = keep_keys(layout)
        self._start_infrastructure()
        with self._progress.step("Databases, topics, rights and stores"):
            self._provision(systems)
            self._passing += [processes.start_migration(layout, service) for service in SERVICES]
            for migration in self._passing:
                self._finish(migration)
        if not only_infrastructure:
            with self._progress.step("The four services, on the drill's clock"):
                mail = self._add(processes.start_mail_sink(layout), self._around)
                self._await(
                    [(mail, lambda: port_is_open(ports["mail"]) and port_is_open(ports["smtp"]))]
                )
                services = [processes.start_service(layout, service) for service in SERVICES]
                for service in services:
                    self._add(service, self._services)
                self._await([(service, self._readiness(service.name)) for service in services])
        self._write("ready")


def register(layout: Layout, organisations: Iterable[str]) -> None:
    """Puts the one system that all synthetic people speak through into the list of systems."""
    made = ECKey.generate_key("P-256", private=True)
    kid = f"{SYSTEM}-{made.thumbprint()[:8]}"
    private = {**made.as_dict(private=True), "kid": kid, "use": "sig", "alg": "ES256"}
    write_private(
        private_directory(layout.secrets("systems")) / f"{SYSTEM}.jwk", json.dumps(private)
    )
    entry = {
        "system": SYSTEM,
        "doors": ["http"],
        "organisations": [
            {"organisation": one, "from": "2018-01-01", "to": None} for one in organisations
        ],
        "duties": ["calendars"],
        "keys": [{name: value for name, value in private.items() if name != "d"}],
    }
    write_private(layout.systems_file, json.dumps({"systems": [entry]}, indent=2) + "\n")


def empty_layout(directory: Path, begins_at: datetime) -> Layout:
    """A place for a drill that begins at an instant, on ports that are free. What an earlier drill
    left there goes; anything else stays, and the drill is refused with StackFailure."""
    there = Layout(directory)
    if directory.exists() and any(directory.iterdir()):
        if there.stack != "drill":
            raise StackFailure(
                f"{directory} holds something that is no drill: name another place with DATA=."
            )
        left = read_stack(there.stack_file)
        if left is not None:
            stop_processes([left.supervisor, *left.components], STOP_SECONDS)
        shutil.rmtree(directory)
    private_directory(directory)
    set_clock(there.clock_file, begins_at)
    return Layout(directory, free_port_base())


def free_port_base() -> int:
    """Raises StackFailure when no run of ports is free."""
    refused = ""
    for base in PORT_BASES:
        try:
            refuse_taken_ports(Layout(Path(), base).ports)
        except StackFailure as taken:
            refused = str(taken)
            continue
        return base
    raise StackFailure(f"No run of ports is free for a drill. {refused}")
