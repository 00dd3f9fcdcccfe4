"""`parked list | fetch | apply`: events that wait for their turn, and why each does."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

import typer
from rich.console import RenderableType

from shared.contracts.catalogue import topics_of
from shared.contracts.wire import Incoming
from shared.messaging.node import Node
from shared.messaging.parked_rows import (
    ParkedStream,
    Position,
    Why,
    awaited_on_topics,
    parked_streams,
)
from shared.messaging.receiving import Receiver
from shared.messaging.replaying import Selection, replay
from shared.operator_commands.plain_words import (
    VERDICTS,
    WHY_PARKED,
    age_words,
    counted,
    plain_table,
    service_words,
)
from shared.operator_commands.running import (
    Answer,
    AsJson,
    DryRun,
    Name,
    OpenNode,
    Reason,
    case_text,
    in_step,
    note_action,
    person,
    run_command,
)

NOWHERE = "does not stand on any topic"


def add_to(app: typer.Typer, open_node: OpenNode) -> None:
    family = typer.Typer(no_args_is_help=True, help="Events that wait for their turn.")
    app.add_typer(family, name="parked")

    @family.command("list")
    def list_(as_json: AsJson = False) -> None:
        """Each case or stream in which events wait, and why; looks on the topics for gaps."""
        run_command(open_node, _list, list_words, as_json=as_json)

    @family.command()
    def fetch(
        name: Name = "", reason: Reason = "", dry_run: DryRun = False, as_json: AsJson = False
    ) -> None:
        """Looks for the missing numbers on the topics and takes them in."""
        work = partial(_fetch, name, reason, dry_run)
        run_command(open_node, work, fetch_words, as_json=as_json)

    @family.command()
    def apply(
        name: Name = "", reason: Reason = "", dry_run: DryRun = False, as_json: AsJson = False
    ) -> None:
        """Applies now what could be applied, as the service itself does every few seconds."""
        work = partial(_apply, name, reason, dry_run)
        run_command(open_node, work, apply_words, as_json=as_json)


async def _list(node: Node) -> Answer:
    async with node.store.reading() as connection:
        streams = await parked_streams(connection)
    found: dict[tuple[str, str], Position] = {}
    for receiver in node.receivers:
        gaps = _gaps(streams, receiver)
        if gaps:
            positions = await awaited_on_topics(node.access, receiver.source_service, gaps)
            found |= {(gaps[0].source, stream): where for stream, where in positions.items()}
    return {"rows": [_row(each, found.get((each.source, each.stream))) for each in streams]}


async def _fetch(name: str, reason: str, dry_run: bool, node: Node) -> Answer:
    who = person(name, reason, dry_run=dry_run)
    await in_step(node)
    counts: Counter[str] = Counter()
    looked_for = 0
    for receiver in node.receivers:
        async with node.store.reading() as connection:
            gaps = _gaps(await parked_streams(connection), receiver)
        if not gaps:
            continue
        looked_for += len(gaps)
        if not dry_run:
            part = f"consumer:{receiver.source_service}"
            await note_action(node, "parked.fetched", part, who, streams=len(gaps))
        selection = Selection(topics_of(receiver.source_service), wanted=_missing(gaps))
        counts += await replay(receiver, node.access, selection, dry_run=dry_run)
    return {"streams": looked_for, "verdicts": dict(counts), "dry_run": dry_run}


async def _apply(name: str, reason: str, dry_run: bool, node: Node) -> Answer:
    who = person(name, reason, dry_run=dry_run)
    await in_step(node)
    async with node.store.reading() as connection:
        ready = [e for e in await parked_streams(connection) if e.why is Why.TURN_HAS_COME]
    applied = 0
    if ready and not dry_run:
        await note_action(node, "parked.applied", "parked", who, streams=len(ready))
        for receiver in node.receivers:
            while some := await receiver.sweep():
                applied += some
    return {"streams": len(ready), "applied": applied, "dry_run": dry_run}


def _gaps(streams: Sequence[ParkedStream], receiver: Receiver) -> list[ParkedStream]:
    source = f"/vigil/{receiver.source_service}"
    return [e for e in streams if e.source == source and e.why is Why.NOT_ARRIVED]


def _missing(gaps: Sequence[ParkedStream]) -> Any:
    """From the awaited number to the last that waits, whatever of it is known already."""
    wanted = {each.stream: range(each.awaited, each.last) for each in gaps}

    def is_missing(incoming: Incoming) -> bool:
        return incoming.stream in wanted and incoming.sequence in wanted[incoming.stream]

    return is_missing


def _row(each: ParkedStream, where: Position | None) -> dict[str, Any]:
    return {
        "source": each.source,
        "stream": each.stream,
        "count": each.count,
        "first": each.first,
        "last": each.last,
        "awaited": each.awaited,
        "age_seconds": each.age_seconds,
        "why": each.why,
        "held_by": [str(one) for one in each.held_by],
        "type": each.type if each.why is Why.TYPE_UNKNOWN else None,
        "stands_on": vars(where) if where else None,
    }


def list_words(answer: Answer) -> Sequence[RenderableType]:
    rows = answer["rows"]
    if not rows:
        return ["Nothing is parked."]
    table = plain_table("Case or stream", "Waiting", "Age", "Why", whole=("Case or stream", "Age"))
    for row in rows:
        into = service_words(row.get("service", answer.get("service", "")))
        table.add_row(
            f"{case_text(row['stream'])}\nin {into} from {row['source']}",
            str(row["count"]),
            age_words(row["age_seconds"]),
            why_words(row),
        )
    return [table, f"{counted(len(rows), 'stream')} with parked events."]


def why_words(row: Answer) -> str:
    """Which number is awaited, and who has it."""
    why = Why(row["why"])
    if why is Why.HELD:
        return "\n".join([WHY_PARKED[why], *row["held_by"]])
    if why is Why.TYPE_UNKNOWN:
        return f"{row['type']}: {WHY_PARKED[why]}, upgrade it"
    if why is Why.TURN_HAS_COME:
        return f"{WHY_PARKED[why]}: `parked apply`"
    where = row["stands_on"]
    if where is None:
        return f"number {row['awaited']} {WHY_PARKED[why]} and {NOWHERE}"
    return (
        f"number {row['awaited']} {WHY_PARKED[why]}; it stands on {where['topic']} partition"
        f" {where['partition']} offset {where['offset']}: `parked fetch`"
    )


def fetch_words(answer: Answer) -> Sequence[RenderableType]:
    if not answer["streams"]:
        return ["No parked event waits for a number that has not arrived."]
    found = {verdict: count for verdict, count in answer["verdicts"].items() if count}
    if not found:
        return [
            f"Looked for the numbers missing in {counted(answer['streams'], 'stream')}: they stand"
            " on no topic. Their producer's store has them (`trace`), or it was restored"
            " (`reconcile`)."
        ]
    would = "Would be" if answer["dry_run"] else "Taken from the topics:"
    told = ", ".join(f"{count} {VERDICTS[verdict]}" for verdict, count in found.items())
    return [f"{would} {told}."]


def apply_words(answer: Answer) -> Sequence[RenderableType]:
    if not answer["streams"]:
        return ["No parked event's turn has come: `parked list` says what each waits for."]
    if answer["dry_run"]:
        return [f"Events of {counted(answer['streams'], 'stream')} would be applied."]
    return [f"{counted(answer['applied'], 'event')} applied."]
