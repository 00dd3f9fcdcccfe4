"""`replay`: records of topics into one consumer once more; what it knows already is dropped."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated

import typer
from rich.console import RenderableType

from shared.contracts.catalogue import topics_of
from shared.contracts.envelope import case_stream
from shared.contracts.wire import Incoming, instant_of
from shared.messaging.node import Node
from shared.messaging.replaying import BreakerOpened, Selection, replay
from shared.operator_commands.plain_words import VERDICTS, service_words
from shared.operator_commands.running import (
    Answer,
    AsJson,
    DryRun,
    Name,
    NotDone,
    OpenNode,
    Reason,
    in_step,
    note_action,
    person,
    receiver_of,
    run_command,
    subject_of,
)

Source = Annotated[str, typer.Option(help="the service whose events these are")]
Topic = Annotated[str, typer.Option(help="one topic of that service")]
Case = Annotated[str, typer.Option(help="one case, or area/CODE, over all topics of that service")]
Since = Annotated[str, typer.Option(help="published at this instant or later, with offset")]
Until = Annotated[str, typer.Option(help="published before this instant, with offset")]
All = Annotated[bool, typer.Option("--all", help="everything that service has published")]


def add_to(app: typer.Typer, open_node: OpenNode) -> None:
    @app.command("replay")
    def replay_(
        source: Source,
        topic: Topic = "",
        case: Case = "",
        since: Since = "",
        until: Until = "",
        everything: All = False,
        name: Name = "",
        reason: Reason = "",
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Hands records of topics to one consumer again; safe beside the running service."""

        async def work(node: Node) -> Answer:
            receiver_of(node, source)
            selection = selected(source, topic, case, since, until, everything)
            return await _replay(source, selection, name, reason, dry_run, node)

        run_command(open_node, work, words, as_json=as_json)


async def _replay(
    source: str, selection: Selection, name: str, reason: str, dry_run: bool, node: Node
) -> Answer:
    who = person(name, reason, dry_run=dry_run)
    await in_step(node)
    if not dry_run:
        await note_action(node, "replay.begun", f"consumer:{source}", who)
    try:
        counts = await replay(receiver_of(node, source), node.access, selection, dry_run=dry_run)
    except BreakerOpened:
        raise NotDone(
            "Stopped: one kind of error put many cases into quarantine. What was applied before is"
            " kept; `quarantine list` shows the error, and the version that runs has to be mended."
        ) from None
    return {"source": source, "verdicts": dict(counts), "dry_run": dry_run}


def selected(
    source: str, topic: str, case: str, since: str, until: str, everything: bool
) -> Selection:
    """Exactly one of topic, case, since and everything. Raises NotDone."""
    if sum(map(bool, (topic, case, since, everything))) != 1 or (until and not since):
        raise NotDone(
            "Say what to replay by exactly one of --topic, --case, --since (with or without"
            " --until) and --all.",
            exit_code=2,
        )
    topics = topics_of(source)
    if topic and topic not in topics:
        raise NotDone(
            f"{service_words(source)} writes no such topic: it writes {', '.join(topics)}.",
            exit_code=2,
        )
    if topic:
        return Selection([topic])
    if case:
        return Selection(topics, wanted=partial(_of_stream, case_stream(subject_of(case))))
    return Selection(topics, since=_instant(since), until=_instant(until))


def _of_stream(stream: str, incoming: Incoming) -> bool:
    return incoming.stream == stream


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    instant = instant_of(text)
    if instant is None:
        raise NotDone(
            "An instant has a date, a time and an offset, for example 2026-11-20T09:00:00+00:00.",
            exit_code=2,
        )
    return instant


def words(answer: Answer) -> Sequence[RenderableType]:
    counts = {verdict: count for verdict, count in answer["verdicts"].items() if count}
    into, source = service_words(answer["service"]), service_words(answer["source"])
    if not counts:
        return [f"No record of {source} was asked for that way: nothing to replay into {into}."]
    told = ", ".join(f"{count} {VERDICTS[verdict]}" for verdict, count in counts.items())
    total = sum(counts.values())
    would = "would be replayed" if answer["dry_run"] else "replayed"
    end = " Nothing was changed." if answer["dry_run"] else ""
    return [f"{total} records of {source} {would} into {into}: {told}.{end}"]
