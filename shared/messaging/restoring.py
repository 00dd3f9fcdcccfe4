"""What a service has to do with a restore of its store: the words between it and `reconcile`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID, uuid5

from shared.messaging.gate import Gate
from shared.messaging.receiving import Receiver
from shared.messaging.store import Store, Tx
from shared.messaging.taking_back import TAKEN_BACK


class CannotReconcile(Exception):
    """`code`: `still_running`, `reconcile_is_running`, `breaker_open`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ForAPerson:
    """What a store did not get back. `about`: a report, case, notice or deadline."""

    code: str
    about: str
    codes: Mapping[str, str | int | bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """One reconciliation, however often it was stopped and begun again."""

    run_id: UUID
    store: Store
    name: str

    def transaction(self, step: str) -> AbstractAsyncContextManager[Tx]:
        """`step` names the cause: the same step of the same run makes nothing twice."""
        return self.store.transaction(uuid5(self.run_id, step), f"reconcile:{self.name}")

    async def taken_back(self) -> list[UUID]:
        """The events that came back in this run."""
        async with self.store.reading() as connection:
            rows = await connection.fetch(
                """select codes ->> 'event' as event_id from audit
                   where action = $1 and codes ->> 'run' = $2 order by audit_id""",
                TAKEN_BACK,
                str(self.run_id),
            )
        return [UUID(row["event_id"]) for row in rows]


class Settling(Protocol):  # pragma: no cover - a shape
    """What a service does about its own state. Both may be run again."""

    async def before_catching_up(self, run: Run) -> None:
        """The own events are back; nothing was taken in yet."""

    async def after_catching_up(self, run: Run) -> list[ForAPerson]:
        """All that had been taken in is in again."""


@dataclass(frozen=True)
class Restorable:
    """What of a node takes part. `settling` None: nothing but what follows from events."""

    gate: Gate
    receivers: Sequence[Receiver]
    settling: Settling | None = None
