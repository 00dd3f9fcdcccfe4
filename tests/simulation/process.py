"""One process of one service: it consumes, relays, sweeps and settles; it dies and comes back.

What it remembers (where it stands in the topics, what it is sending) is lost when it dies; its
store and the committed offsets are not.
"""

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid5

from services.intake import handlers as intake
from services.panel_notification import handlers as panel
from services.rapid_review_timer import handlers as timer
from services.reporting import handlers as reporting
from shared.contracts.catalogue import FOLLOWS
from shared.contracts.envelope import NAMESPACE
from shared.contracts.intake_events import IncidentLinked
from shared.contracts.messaging_events import CaseHeld, CaseReleased
from shared.messaging.facts import Fact
from shared.messaging.order import CannotBeApplied, Outcome, Verdict, discard, drain, receive
from tests.simulation import (
    intake_rules,
    panel_handlers,
    panel_rules,
    reporting_rules,
    timer_rules,
)
from tests.simulation.service_store import ServiceStore, Tables, Written
from tests.simulation.stream import Around, Delivery, Kind, Position, Stopped, Stream
from tests.simulation.topic_logs import Partition, TopicLogs, is_voided
from tests.simulation.work import Work

T = TypeVar("T")
Handler = Callable[[Work, Fact], None]

ACTS_ON = {
    service: module.registry.types()
    for service, module in (
        ("intake", intake),
        ("rapid_review_timer", timer),
        ("panel_notification", panel),
        ("reporting", reporting),
    )
}
HANDLERS: dict[str, Handler] = {
    "intake": intake_rules.apply,
    "rapid_review_timer": timer_rules.apply,
    "panel_notification": panel_handlers.apply,
    "reporting": reporting_rules.apply,
}
TABLES: dict[str, Callable[[], Tables]] = {
    "intake": intake_rules.IntakeTables,
    "rapid_review_timer": timer_rules.TimerTables,
    "panel_notification": panel_rules.PanelTables,
    "reporting": reporting_rules.ReportingTables,
}
POISONED = "defect.sample"


def remember(work: Work, fact: Fact) -> None:
    """What follows is derived when a restored store has caught up: much of it was said before."""
    work.written.record(fact)
    if isinstance(fact.data, IncidentLinked):
        work.written.survivor[fact.case_id] = fact.data.survivor


CATCHING_UP: dict[str, Handler] = {"rapid_review_timer": remember}


def ran(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never has to wait."""
    try:
        work.send(None)
    except StopIteration as ended:
        return ended.value  # type: ignore[no-any-return]
    raise LookupError("the order rule waits for something that is not simulated")


class Process:
    def __init__(self, service: str, logs: TopicLogs) -> None:
        self.service = service
        self.logs = logs
        self.store = ServiceStore(Written(TABLES[service]()))
        self.handler = HANDLERS[service]
        self.up = True
        self.fetched: dict[Partition, int] = {}
        self.unknown: set[str] = set()
        self.poison: set[UUID] = set()
        self.sending: set[UUID] = set()
        self.now = datetime.min.replace(tzinfo=UTC)
        self.catching_up = False
        self._work: Work | None = None
        self._before: Written | None = None
        self._around = Around(self._stopped, self.knows, self._undo)

    @property
    def written(self) -> Written:
        return self.store.written

    def knows(self, type_: str) -> bool:
        return type_ not in self.unknown

    def work(self, cause: UUID) -> Work:
        return Work(self.service, self.store.written, self.now, cause)

    def lagging(self) -> list[Partition]:
        return [
            partition
            for source in FOLLOWS[self.service]
            for partition in self.logs.partitions.get(source, ())
            if self.position(partition) < len(self.logs.logs[partition])
        ]

    def position(self, partition: Partition) -> int:
        at = self.fetched.get(partition)
        return self.logs.committed.get((self.service, partition), 0) if at is None else at

    def consume(self, partition: Partition) -> Verdict:
        """Takes the next record of a partition, with its offset, in one transaction."""
        offset = self.position(partition)
        fact = self.logs.logs[partition][offset]
        stream = self._locked(fact)
        self._work = self.work(fact.event_id)
        delivery = Delivery(fact, (partition, offset), self.knows(fact.type))
        verdict = ran(receive(stream, delivery, self.apply))
        self.store.offsets[partition] = max(self.store.offsets.get(partition, 0), offset + 1)
        self.fetched[partition] = offset + 1
        return verdict

    def commit(self, partition: Partition) -> None:
        self.logs.committed[self.service, partition] = self.position(partition)

    def sweep(self) -> int:
        """Applies parked events whose turn has come."""
        applied = 0
        for stream in list(self.store.streams.values()):
            waiting = [n for n in stream.parked if n <= stream.next_sequence]
            if waiting and not stream.open_rows:
                stream.around = self._around
                cause = uuid5(NAMESPACE, f"sweep|{stream.parked[waiting[0]].event_id}")
                self._work = self.work(cause)
                applied += ran(drain(stream, self.apply))
        return applied

    def relay(self, count: int, marked: int, lost: int | None = None) -> int:
        """Publishes the first rows in order of position and marks fewer of them; the row numbered
        `lost` does not arrive, and nothing from there on is marked."""
        rows = self.written.unpublished[:count]
        for number, fact in enumerate(rows):
            if number != lost:
                self.logs.append(fact, self.service)
        marked = min(marked, len(rows) if lost is None else lost)
        del self.written.unpublished[:marked]
        return len(rows)

    def open_rows(self) -> list[tuple[Stream, Position]]:
        return [(s, position) for s in self.store.streams.values() for position in s.open_rows]

    def awaited(self) -> set[UUID]:
        """Cases of which a record waits from which more may follow."""
        return {stream.case_id for stream in self.store.streams.values() if stream.is_awaited()}

    def release(self, stream: Stream, position: Position, cause: UUID) -> None:
        """What an operator does: closes the row, then the record is taken once more."""
        fact = self._closed(stream, position, "released", cause).fact
        delivery = Delivery(fact, position, self.knows(fact.type))
        ran(receive(stream, delivery, self.apply))

    def settle_without_effect(self, stream: Stream, position: Position, cause: UUID) -> None:
        in_place = stream.open_rows[position].kind == "in_place"
        outcome = "discarded" if in_place else "dismissed"
        row = self._closed(stream, position, outcome, cause)
        if in_place:
            ran(discard(stream, Delivery(row.fact, position, True), self.apply))
        else:
            ran(drain(stream, self.apply))

    def die(self) -> None:
        self.up = False
        self.fetched.clear()
        self.sending.clear()

    async def apply(self, event: Delivery) -> Outcome:
        """As the receiver's applier: the event is the cause of what its handler makes."""
        fact = event.fact
        poisoned = event.event_id in self.poison
        if is_voided(fact):
            return Outcome.VOIDED
        if fact.type not in ACTS_ON[self.service] and not poisoned:
            return Outcome.NOT_USED
        if self._work is None:
            raise LookupError("an event is applied outside a transaction")
        self._before = self.written.copy() if poisoned else None
        if fact.type in ACTS_ON[self.service]:
            handler = (
                self.handler
                if not self.catching_up
                else CATCHING_UP.get(self.service, self.handler)
            )
            handler(self._work.because_of(event.event_id), fact)
        if poisoned:
            raise CannotBeApplied(POISONED)
        return Outcome.APPLIED

    def _locked(self, fact: Fact) -> Stream:
        stream = self.store.stream(fact.source, fact.case_id)
        stream.around = self._around
        return stream

    def _closed(self, stream: Stream, position: Position, outcome: str, cause: UUID) -> Stopped:
        stream.around = self._around
        self._work = self.work(cause)
        row = stream.close(position, outcome)
        if self.service != "reporting":
            said = CaseReleased(
                source=stream.source.rpartition("/")[2],
                quarantine_id=row.quarantine_id,
                outcome=outcome,
            )
            topic = f"{self.service}.case.released"
            self._work.emit(said, stream.case_id, self.now, topic=topic)
        return row

    def _stopped(self, stream: Stream, event: Delivery, reason: str, kind: Kind) -> Stopped:
        (topic, number), offset = event.position
        quarantine_id = uuid5(NAMESPACE, f"{self.service}|{topic}|{number}|{offset}")
        if self.service != "reporting" and self._work is not None:
            source = stream.source.rpartition("/")[2]
            said = CaseHeld(source=source, quarantine_id=quarantine_id, reason=reason)
            topic = f"{self.service}.case.held"
            self._work.emit(said, stream.case_id, self.now, topic=topic)
        return Stopped(quarantine_id, event.fact, kind, reason)

    def _undo(self) -> None:
        if self._before is None:
            raise LookupError("an event was refused that was not meant to be")
        vars(self.store.written).update(vars(self._before))
