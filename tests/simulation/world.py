"""Everything that one schedule happens to: four services, the topics between them, the outside."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid5

from shared.contracts.catalogue import SERVICES
from shared.contracts.envelope import NAMESPACE
from tests.simulation.process import Process
from tests.simulation.service_store import ServiceStore
from tests.simulation.stream import Position
from tests.simulation.topic_logs import TopicLogs

A = TypeVar("A")

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Chance:
    """A number out of which one step takes all its choices: the same number, the same choices."""

    def __init__(self, token: int) -> None:
        self.token = token
        self.left = token

    def below(self, limit: int) -> int:
        self.left, taken = divmod(self.left, limit)
        return taken

    def one_in(self, many: int) -> bool:
        return self.below(many) == 0

    def of(self, choices: list[A]) -> A | None:
        return choices[self.below(len(choices))] if choices else None

    def identity(self, purpose: str) -> UUID:
        return uuid5(NAMESPACE, f"{purpose}|{self.token}")


@dataclass
class World:
    now: datetime = MONDAY
    logs: TopicLogs = field(default_factory=TopicLogs)
    processes: dict[str, Process] = field(init=False)
    backups: dict[str, ServiceStore] = field(default_factory=dict)
    arrived: Counter[UUID] = field(default_factory=Counter)
    """How often the recipient's mail server took in each notice."""
    discarded: dict[str, set[UUID]] = field(default_factory=dict)
    """What a person discarded, by the service that discards it."""
    given_again: list[Position] = field(default_factory=list)
    """Records under a number that belongs to an earlier one."""
    restored_without_reconcile: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.processes = {service: Process(service, self.logs) for service in SERVICES}
        self.move_clock(timedelta(0))

    def move_clock(self, by: timedelta) -> None:
        self.now += by
        for process in self.processes.values():
            process.now = self.now

    def running(self) -> list[Process]:
        return [process for process in self.processes.values() if process.up]

    def service(self, name: str) -> Process | None:
        """The process if it is up."""
        process = self.processes[name]
        return process if process.up else None
