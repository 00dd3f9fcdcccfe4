"""What goes wrong, and what operators do about it."""

from dataclasses import replace
from uuid import UUID

from tests.simulation import restored_clocks, timer_rules
from tests.simulation.process import Process
from tests.simulation.restoring import reconcile, restore
from tests.simulation.stream import Position, Stream
from tests.simulation.world import Chance, World

TYPES_NOT_YET_KNOWN = [
    ("rapid_review_timer", "uk.vigil.incident.linked.v1"),
    ("rapid_review_timer", "uk.vigil.notice.delivered.v1"),
    ("rapid_review_timer", "uk.vigil.incident.notified.v1"),
    ("panel_notification", "uk.vigil.incident.linked.v1"),
    ("panel_notification", "uk.vigil.review.due.v1"),
    ("reporting", "uk.vigil.deadline.moved.v1"),
    ("reporting", "uk.vigil.notice.delivered.v1"),
    ("intake", "uk.vigil.incident.notified.v1"),
    ("intake", "uk.vigil.review.opened.v1"),
    ("intake", "uk.vigil.panel.decided.v1"),
    ("rapid_review_timer", "uk.vigil.panel.information.requested.v1"),
]
NOBODY = UUID(int=0)
"""No cause: each case that is settled has one of its own."""
MAY_STOP_EVENTS = ["intake", "rapid_review_timer", "panel_notification", "reporting"]


def deliver(world: World, chance: Chance) -> None:
    """One record of any partition to any consumer; its offset is committed, or not yet."""
    process = chance.of(world.running())
    partition = chance.of(process.lagging()) if process else None
    if process is not None and partition is not None:
        for _ in range(1 + chance.below(3)):
            if process.position(partition) < len(process.logs.logs[partition]):
                process.consume(partition)
        if not chance.one_in(3):
            process.commit(partition)


def relay(world: World, chance: Chance) -> None:
    """Some rows are published; fewer may be marked, one may not arrive."""
    process = chance.of(world.running())
    if process is None:
        return
    count = 1 + chance.below(8)
    interrupted = chance.one_in(6)
    marked = chance.below(count + 1) if interrupted else count
    lost = chance.below(count) if interrupted and chance.one_in(2) else None
    process.relay(count, marked, lost)


def catch_up(world: World, chance: Chance) -> None:
    """Who is up publishes what waits and reads all there is, one after another."""
    running = world.running()
    first = chance.below(len(running)) if running else 0
    for process in (*running[first:], *running[:first]):
        process.relay(len(process.written.unpublished), len(process.written.unpublished))
        for partition in process.lagging():
            while process.position(partition) < len(process.logs.logs[partition]):
                process.consume(partition)
            process.commit(partition)


def sweep(world: World, chance: Chance) -> None:
    process = chance.of(world.running())
    if process is not None:
        process.sweep()


def watch(world: World, chance: Chance) -> None:
    """What the timer does by itself, in either order."""
    timer = world.service("rapid_review_timer")
    if timer is None:
        return
    settles_first = chance.one_in(2)
    if settles_first:
        settle_left(timer)
    timer_rules.watch(timer.work(chance.identity("watch")))
    if not settles_first:
        settle_left(timer)


def settle_left(timer: Process) -> int:
    return restored_clocks.settle_left(timer.work(NOBODY), timer.awaited())


def deliver_again(world: World, chance: Chance) -> None:
    """A group is set back, or a partition goes to another process: old records come again."""
    process = chance.of(world.running())
    partitions = [p for p in process.fetched if process.position(p)] if process else []
    partition = chance.of(partitions)
    if process is not None and partition is not None:
        process.fetched[partition] = chance.below(process.position(partition))


def die(world: World, chance: Chance) -> None:
    """Between the store's commit and the offset's, or while a notice is on its way."""
    process = chance.of(world.running())
    if process is None:
        return
    for notice_id in process.sending:
        world.arrived[notice_id] += chance.below(2)
    process.die()


def start(world: World, chance: Chance) -> None:
    process = chance.of([one for one in world.processes.values() if not one.up])
    if process is not None:
        process.up = True


def poison(world: World, chance: Chance) -> None:
    """The next record of some partition is one that this service cannot apply."""
    process = chance.of([world.processes[name] for name in MAY_STOP_EVENTS])
    partition = chance.of(process.lagging()) if process else None
    if process is not None and partition is not None:
        process.poison.add(process.logs.logs[partition][process.position(partition)].event_id)


def repair_and_release(world: World, chance: Chance) -> None:
    process = chance.of(world.running())
    if process is not None:
        process.poison.clear()
        release(world, chance)


def release(world: World, chance: Chance) -> None:
    """Without a repair it is stopped again."""
    process = chance.of(world.running())
    found = chance.of(process.open_rows()) if process else None
    if process is None or found is None:
        return
    stream, position = found
    if stream.open_rows[position].kind == "in_place":
        process.release(stream, position, chance.identity("release"))


def discard(world: World, chance: Chance) -> None:
    process = chance.of(world.running())
    found = chance.of(process.open_rows()) if process else None
    if process is not None and found is not None:
        discard_row(world, process, chance, *found)


def discard_row(
    world: World, process: Process, chance: Chance, stream: Stream, position: Position
) -> None:
    row = stream.open_rows[position]
    if row.kind == "in_place":
        world.discarded.setdefault(process.service, set()).add(row.fact.event_id)
    process.settle_without_effect(stream, position, chance.identity("discard"))


def number_given_again(world: World, chance: Chance) -> None:
    """Another event under the number of one that is on the topic already."""
    partition = chance.of(list(world.logs.logs))
    if partition is not None:
        log = world.logs.logs[partition]
        fact = log[chance.below(len(log))]
        world.given_again.append((partition, len(log)))
        log.append(replace(fact, event_id=chance.identity("given again")))


def old_version(world: World, chance: Chance) -> None:
    """A producer was upgraded before this consumer."""
    service, type_ = chance.of(TYPES_NOT_YET_KNOWN) or TYPES_NOT_YET_KNOWN[0]
    process = world.processes[service]
    if not any(stream.taken for stream in process.store.streams.values()):
        process.unknown.add(type_)


def upgrade(world: World, chance: Chance) -> None:
    process = chance.of([one for one in world.processes.values() if one.unknown])
    if process is not None:
        process.unknown.clear()


def back_up(world: World, chance: Chance) -> None:
    process = chance.of(list(world.processes.values()))
    if process is not None:
        world.backups[process.service] = process.store.copy()


def restore_and_reconcile(world: World, chance: Chance) -> None:
    service = chance.of(list(world.backups))
    if service is not None:
        restore(world, service)
        reconcile(world, world.processes[service])


def restore_without_reconcile(world: World, chance: Chance) -> None:
    """What the guard at the start prevents."""
    service = chance.of(list(world.backups))
    if service is not None:
        restore(world, service)
        world.restored_without_reconcile.append(service)
