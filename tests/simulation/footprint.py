"""What a step did, as a line: how the visible parts of the world differ before and after it."""

from tests.simulation.world import World

Footprint = dict[str, object]


def footprint(world: World) -> Footprint:
    """Everything a reader of the steps may want to see change."""
    seen: Footprint = {"now": world.now.isoformat(timespec="minutes")}
    for name, process in world.processes.items():
        streams = process.store.streams.values()
        seen |= {
            f"{name} is up": process.up,
            f"{name} does not know": sorted(process.unknown),
            f"{name} cannot apply": len(process.poison),
            f"{name} events": [fact.type for fact in process.written.outbox.values()],
            f"{name} unpublished": len(process.written.unpublished),
            f"{name} applied": [
                f"{stream.source}#{number}" for stream in streams for number in stream.taken
            ],
            f"{name} parked": sum(len(stream.parked) for stream in streams),
            f"{name} stopped": sum(len(stream.open_rows) for stream in streams),
        }
        seen |= {f"{name} at {p[0]}/{p[1]}": at for p, at in process.fetched.items()}
    notices = world.processes["panel_notification"].written.tables.notices
    seen |= {
        f"notice to {one.recipient} ({str(one.notice_id)[:4]})": one.state.value
        for one in notices.values()
    }
    seen |= {f"arrived {str(key)[:4]}": times for key, times in world.arrived.items() if times}
    return seen


def told(name: str, before: Footprint, after: Footprint) -> str:
    changed = [
        f"{what}: {_change(before.get(what), value)}"
        for what, value in after.items()
        if before.get(what) != value
    ]
    return f"{name}: {'; '.join(changed)}"


def _change(before: object, after: object) -> str:
    if isinstance(before, list) and isinstance(after, list):
        return "+" + " +".join(str(one) for one in after[len(before) :])
    return f"{before} -> {after}" if before is not None else str(after)
