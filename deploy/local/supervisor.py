"""Starts the stack in order, watches it, and stops all of it in reverse order."""

import signal
import subprocess
from collections.abc import Callable, Iterable

from deploy.local import processes
from deploy.local.children import (
    ROOT,
    Child,
    StackFailure,
    child_environment,
    died_sentence,
    port_is_open,
    refuse_taken_ports,
    start_child,
    stop_all,
    wait_until_ready,
)
from deploy.local.kafka import admin_password, start_kafka
from deploy.local.keys import kafka_passwords, keep_keys, regions_shared_with
from deploy.local.layout import SERVICES, Layout
from deploy.local.postgres import start_postgres, superuser_password
from deploy.local.progress import Progress
from deploy.local.provision_kafka import administrator, provision_kafka
from deploy.local.provision_postgres import provision_postgres
from deploy.local.stack_file import Phase, write_stack
from deploy.local.traces import start_zipkin, zipkin_answers
from shared.contracts.catalogue import acls, topics
from shared.contracts.region_topics import region_acls, region_topics

WATCH_SECONDS = 0.25
READY_SECONDS = 90.0


class Stopped(Exception):
    """Somebody asked for an end: Ctrl-C, `make stop`, a terminal that was closed."""


class Supervisor:
    """Use it from the main thread: the children end when the thread that started them does."""

    def __init__(self, layout: Layout, progress: Progress) -> None:
        self._layout = layout
        self._progress = progress
        self._infrastructure: list[Child] = []
        self._around: list[Child] = []
        self._services: list[Child] = []
        self._passing: list[Child] = []
        self._asked_to_stop = False

    @property
    def _children(self) -> list[Child]:
        return [*self._infrastructure, *self._around, *self._services]

    def listen_for_signals(self) -> None:
        """A first signal ends the run between two steps; more of them change nothing."""

        def ask(_signal: int, _frame: object) -> None:
            self._asked_to_stop = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, ask)

    def start(self, *, only_infrastructure: bool = False) -> None:
        self._write("starting")
        refuse_taken_ports(self._layout.ports)
        systems = keep_keys(self._layout)
        self._start_infrastructure()
        with self._progress.step("Databases, topics and rights"):
            self._provision(systems)
        if not only_infrastructure:
            self._start_services()
            self._run_samples()
            self._await_traces()
            self._show_table()
            self._start_canary()
        self._write("ready")

    def watch(self) -> None:
        """Returns never: raises Stopped, or StackFailure when a component ends by itself."""
        while True:
            self.look()
            self._children[0].pause(WATCH_SECONDS)

    def look(self) -> None:
        """Raises Stopped when an end was asked for, StackFailure for a component that ended."""
        self._go_on()
        for child in self._children:
            if not child.running:
                raise StackFailure(died_sentence(child))

    def stop(self) -> None:
        """Services first, what they stand on last; within a layer all at once."""
        if self._children:
            self._write("stopping")
            with self._progress.step("Stopping everything"):
                for layer in (self._passing, self._services, self._around, self._infrastructure):
                    stop_all(layer)
        self._layout.stack_file.unlink(missing_ok=True)

    def _start_infrastructure(self) -> None:
        layout, secrets = self._layout, self._layout.secrets("infrastructure")
        with self._progress.step("Kafka and Postgres"):
            kafka = start_kafka(
                layout.kafka,
                secrets,
                layout.log("kafka"),
                port=layout.ports["kafka"],
                controller_port=layout.ports["kafka_controller"],
            )
            self._add(kafka, self._infrastructure)
            self._add(
                start_postgres(
                    layout.postgres,
                    secrets,
                    layout.log("postgres"),
                    port=layout.ports["postgres"],
                ),
                self._infrastructure,
            )
            self._await([(kafka, lambda: port_is_open(layout.ports["kafka"]))])

    def _provision(self, systems: list[str]) -> None:
        layout, secrets = self._layout, self._layout.secrets("infrastructure")
        regions = regions_shared_with(layout)
        provision_postgres(
            layout.ports["postgres"],
            superuser_password(secrets),
            SERVICES,
            layout.directory / "secrets",
        )
        provision_kafka(
            administrator(layout.address("kafka"), admin_password(secrets)),
            kafka_passwords(layout, systems),
            topics(systems) + region_topics(regions),
            acls(systems) + region_acls(regions),
        )
        self._go_on()

    def _start_services(self) -> None:
        layout, ports = self._layout, self._layout.ports
        with self._progress.step("Stores brought to their newest version"):
            self._add(start_zipkin(layout.log("traces"), port=ports["traces"]), self._around)
            self._passing += [processes.start_migration(layout, service) for service in SERVICES]
            for migration in self._passing:
                self._finish(migration)
        with self._progress.step("The mail sink and the way to the trace store"):
            bridge = self._add(processes.start_bridge(layout), self._around)
            mail = self._add(processes.start_mail_sink(layout), self._around)
            self._await(
                [
                    (bridge, lambda: port_is_open(ports["otlp"])),
                    (mail, lambda: port_is_open(ports["mail"]) and port_is_open(ports["smtp"])),
                ]
            )
        with self._progress.step("The four services"):
            services = [processes.start_service(layout, service) for service in SERVICES]
            for service in services:
                self._add(service, self._services)
            self._await([(service, self._readiness(service.name)) for service in services])
        with self._progress.step("The Panel's desk (a stub)"):
            desk = self._add(processes.start_panel_desk(layout), self._services)
            self._await([(desk, self._readiness("panel_desk"))])

    def _run_samples(self) -> None:
        environment = processes.sample_environment(self._layout)
        for command, what in (
            ("publish", "Sample incidents sent through the front doors"),
            ("decide", "Sample decisions of the local authorities"),
        ):
            with self._progress.step(what):
                sender = start_child(
                    f"samples.{command}",
                    processes.sample_command(command),
                    self._layout.log(f"samples.{command}"),
                    environment=environment,
                )
                self._passing.append(sender)
                self._finish(sender, self._progress.say)

    def _await_traces(self) -> None:
        """Last: it is slow to start, and until then the spans wait in the bridge's journal."""
        zipkin, port = self._around[0], self._layout.ports["traces"]
        with self._progress.step("The trace store"):
            self._await([(zipkin, lambda: zipkin_answers(port))])

    def _show_table(self) -> None:
        table = subprocess.run(  # noqa: S603 (the stack's own command)
            processes.sample_command("table"),
            cwd=ROOT,
            env=child_environment(processes.sample_environment(self._layout)),
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if table.returncode != 0:
            raise StackFailure("The table of what happened could not be made (see above).")

    def _start_canary(self) -> None:
        canary = processes.start_canary(self._layout)
        if canary is not None:
            canary.ready = True
            self._add(canary, self._services)

    def _add(self, child: Child, layer: list[Child]) -> Child:
        layer.append(child)
        self._write("starting")
        return child

    def _await(self, waiting: Iterable[tuple[Child, Callable[[], bool]]]) -> None:
        wait_until_ready(waiting, READY_SECONDS, self._go_on)
        self._write("starting")

    def _readiness(self, name: str) -> Callable[[], bool]:
        return lambda: processes.answers_ready(self._layout, name)

    def _finish(self, child: Child, say: Callable[[str], None] = lambda _: None) -> None:
        """Waits for a command that ends by itself, passing its lines on. Raises StackFailure if it
        ends badly."""
        with child.log.open(errors="replace") as log:
            log.seek(child.log_from)
            while child.pause():
                self._go_on()
                _pass_on(log.readlines(), say)
            _pass_on(log.readlines(), say)
        if child.process.returncode != 0:
            raise StackFailure(died_sentence(child))

    def _go_on(self) -> None:
        if self._asked_to_stop:
            raise Stopped

    def _write(self, phase: Phase) -> None:
        layout = self._layout
        write_stack(layout.stack_file, phase, layout.port_base, self._children, layout.stack)


def _pass_on(lines: Iterable[str], say: Callable[[str], None]) -> None:
    for line in lines:
        say(f"    {line.rstrip()}")
