"""A store restored to an earlier moment, and what `reconcile` does before the service opens."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid5

from shared.contracts.catalogue import VOIDED, source_of
from shared.contracts.envelope import case_stream, derived_id
from shared.contracts.intake_events import IncidentLinked, IncidentReported
from shared.contracts.messaging_events import EventVoided
from shared.messaging.facts import Fact, of_type
from tests.simulation import intake_rules, restored_clocks, restored_notices
from tests.simulation.process import Process
from tests.simulation.work import Work
from tests.simulation.world import World


def restore(world: World, service: str) -> None:
    """The store is as it was backed up; the process starts anew. Topics and offsets are as now."""
    process = world.processes[service]
    process.die()
    process.store = world.backups[service].copy()
    process.up = True


def reconcile(world: World, process: Process) -> None:
    run = uuid5(source_namespace(process), f"reconcile|{world.now}|{len(process.written.outbox)}")
    take_back(process)
    service = process.service
    if service in BEFORE:
        BEFORE[service](process.work(run))
    process.catching_up = True
    catch_up(process)
    process.catching_up = False
    if service in AFTER:
        AFTER[service](process.work(run), process.awaited())


def source_namespace(process: Process) -> UUID:
    return uuid5(UUID(int=0), process.service)


def take_back(process: Process) -> None:
    """Own events that the topics have and the outbox lacks come back, published, with their ids and
    numbers; unsent ones give up a number that was given out; what nobody owns is voided."""
    written = process.written
    sent = {fact.event_id: fact for fact in process.logs.by_producer.get(process.service, ())}
    numbers = {(fact.case_id, fact.sequence) for fact in sent.values()}
    unsent = [fact for fact in written.unpublished if fact.event_id not in sent]
    moved = [fact for fact in unsent if (fact.case_id, fact.sequence) in numbers]
    kept = [fact for fact in unsent if (fact.case_id, fact.sequence) not in numbers]
    for fact in moved:
        del written.outbox[fact.event_id]
    for fact in sent.values():
        written.outbox.setdefault(fact.event_id, fact)
    written.unpublished = kept
    for fact in written.outbox.values():
        last = written.last_number.get(fact.case_id, 0)
        written.last_number[fact.case_id] = max(last, fact.sequence)
    for fact in moved:
        number = written.last_number[fact.case_id] = written.last_number[fact.case_id] + 1
        written.outbox[fact.event_id] = again = replace(fact, sequence=number)
        written.unpublished.append(again)
    _fill(process)
    written.own = {}
    for fact in sorted(written.outbox.values(), key=lambda fact: fact.sequence):
        written.own.setdefault(fact.case_id, []).append(fact)


def _fill(process: Process) -> None:
    written = process.written
    owned = {(fact.case_id, fact.sequence) for fact in written.outbox.values()}
    for case_id, last in written.last_number.items():
        for number in range(1, last + 1):
            if (case_id, number) in owned:
                continue
            void = Fact(
                event_id=derived_id(case_id, VOIDED, case_stream(case_id), number),
                case_id=case_id,
                source=source_of(process.service),
                sequence=number,
                type=VOIDED,
                happened_at=process.now,
                recorded_at=process.now,
                traceparent=None,
                data=EventVoided(voided_type="not_known", reason="store_restored"),
            )
            written.outbox[void.event_id] = void
            written.unpublished.append(void)


def catch_up(process: Process) -> None:
    """From where the store stands to where the groups had come."""
    for (service, partition), end in list(process.logs.committed.items()):
        if service == process.service:
            process.fetched[partition] = process.store.offsets.get(partition, 0)
            while process.fetched[partition] < end:
                process.consume(partition)
            process.fetched[partition] = end
            process.store.offsets[partition] = max(process.store.offsets.get(partition, 0), end)
    while process.sweep():
        pass


def _cases_again(work: Work) -> None:
    """Cases are what the events say of them; what was typed is asked for again."""
    written = work.written
    for own in written.own.values():
        for fact, reported in of_type(own, IncidentReported):
            written.tables.reports[reported.report_id] = fact.case_id
        for fact, linked in of_type(own, IncidentLinked):
            written.survivor[fact.case_id] = linked.survivor


def _stages_again(work: Work, held: set[UUID]) -> None:
    for case_id in intake_rules.cases_of(work.written):
        one = work.because_of(uuid5(work.cause, f"stage of {case_id}"))
        if case_id in work.written.survivor:
            intake_rules.enter_merged(one, case_id)
        else:
            intake_rules.enter_stage(one, case_id)


BEFORE: dict[str, Callable[[Work], None]] = {"intake": _cases_again}
AFTER: dict[str, Callable[[Work, set[UUID]], None]] = {
    "intake": _stages_again,
    "rapid_review_timer": restored_clocks.settle,
    "panel_notification": restored_notices.settle,
}
