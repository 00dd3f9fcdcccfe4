"""The end of a run in one block."""

from collections.abc import Sequence

from tests.soak.checks import Found
from tests.soak.faults import Faults
from tests.soak.scene import Scene
from tests.soak.schedule import counted


def summary(found: Found, scene: Scene, faults: Faults, drain: float | None) -> list[str]:
    load, world, mailboxes = scene.load, scene.world, scene.mailboxes
    peaks = scene.observer.peak_waiting
    counts = load.ledger.counts
    unasked = sorted(set(world.ended_unasked))
    return [
        f"sent            {counts['intended']}, acknowledged {counts['reports acknowledged']} "
        f"(answers {counts['acknowledged']}), refused {counts['refused']}, "
        f"unanswered {counts['unanswered']}",
        f"cases           {found.cases}, commands done {counts['command done']}",
        f"lost            {found.lost}",
        f"doubled         {found.doubled}",
        f"faults          {counted(faults.done)}; crash points not come by {faults.not_reached}",
        *_recoveries(faults),
        f"never recovered {faults.never_recovered or 'none'}",
        f"ended unasked   {len(world.ended_unasked)} ({', '.join(unasked) or 'none'})",
        f"asked to stop   {_spread(faults.stop_seconds)} s",
        f"drain           {'never' if drain is None else f'{drain:.1f} s'}, outbox peaks "
        + ", ".join(f"{name} {rows}" for name, rows in peaks.items()),
        f"on topics       {found.topics.records} records, {found.topics.duplicates} duplicates",
        f"mail            {sum(mailboxes.accepted.values())} accepted, "
        f"{mailboxes.confirmed} confirmed, outcome unknown {found.unknown}",
        f"senders met     {load.signed.trouble or 'no trouble'}",
    ]


def _recoveries(faults: Faults) -> list[str]:
    return [
        f"back after      {kind}: {_spread(seconds)} s"
        for kind, seconds in sorted(faults.recoveries.items())
    ]


def _spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return "none"
    ordered = sorted(seconds)
    return f"p50 {ordered[len(ordered) // 2]:.1f} max {ordered[-1]:.1f} ({len(ordered)})"
