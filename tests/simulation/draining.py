"""Brings a schedule to its end: everybody works, everything is repaired, nothing waits."""

from datetime import timedelta
from random import Random

from services.panel_notification.notice import Outcome
from tests.simulation import commands, mishaps, timer_rules
from tests.simulation.world import Chance, World

LONG_AFTER = timedelta(days=60)
AT_MOST = 300
ROUNDS_UNREPAIRED = 2
GIVEN_UP = 3
"""Of so many records that were stopped one is discarded, also if it could be repaired."""


def drain(world: World, chance: Random) -> None:
    """Raises LookupError if it does not come to an end."""
    for process in world.processes.values():
        process.up = True
    timer = world.processes["rapid_review_timer"]
    panel = world.processes["panel_notification"]
    for round_ in range(AT_MOST):
        if round_ == ROUNDS_UNREPAIRED:
            _repair(world)
        if round_ == 1 and chance.random() < 0.5:
            world.move_clock(LONG_AFTER)
            timer_rules.watch(timer.work(Chance(chance.getrandbits(64)).identity("watch")))
        for notice_id in sorted(panel.sending):
            commands.settle(world, notice_id, Outcome.ACCEPTED)
        panel.sending.clear()
        commands.look_for_abandoned(world, Chance(0))
        if not _round(world, chance) and round_ > ROUNDS_UNREPAIRED:
            return
    raise LookupError("events go on for ever")


def _repair(world: World) -> None:
    for process in world.processes.values():
        process.unknown.clear()
        process.poison.clear()


def _round(world: World, chance: Random) -> int:
    done = 0
    for process in world.processes.values():
        done += process.relay(len(process.written.unpublished), len(process.written.unpublished))
    processes = list(world.processes.values())
    chance.shuffle(processes)
    for process in processes:
        partitions = process.lagging()
        chance.shuffle(partitions)
        for partition in partitions:
            done += 1
            log = process.logs.logs[partition]
            for _ in range(min(len(log) - process.position(partition), chance.randrange(1, 9))):
                process.consume(partition)
            process.commit(partition)
        done += process.sweep()
        for stream, position in process.open_rows():
            done += 1
            if position not in stream.open_rows:
                continue
            token = Chance(chance.getrandbits(64))
            in_place = stream.open_rows[position].kind == "in_place"
            if in_place and not token.one_in(GIVEN_UP):
                process.release(stream, position, token.identity("release"))
            else:
                mishaps.discard_row(world, process, token, stream, position)
    return done + mishaps.settle_left(world.processes["rapid_review_timer"])
