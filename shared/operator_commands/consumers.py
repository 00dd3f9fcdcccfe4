"""`consumers list | stop | resume`: where the consumers stand, and the parts a person may stop."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Annotated, Any
from uuid import uuid4

import httpx
import typer
from rich.console import RenderableType

from shared.messaging.node import Node
from shared.messaging.standing import Standing, last_applied, standings
from shared.messaging.switches import (
    PART_OF_TASK,
    RELAY,
    WRITES,
    Off,
    consumer_part,
    resume_part,
    stop_part,
    switched_off,
)
from shared.messaging.topic_reader import topic_reader
from shared.operator_commands.plain_words import age_words, plain_table, service_words
from shared.operator_commands.running import (
    Answer,
    AsJson,
    DryRun,
    Name,
    NotDone,
    OpenNode,
    Person,
    Reason,
    person,
    run_command,
)

ASK_SECONDS = 2.0
OPEN, CLOSED, UNKNOWN = "open", "closed", "unknown"

_PARTS = "relay, watcher, sender, region, writes or consumer:<source>"
Part = Annotated[str, typer.Argument(help=_PARTS)]


def add_to(app: typer.Typer, open_node: OpenNode, http_port: Callable[[], int]) -> None:
    """`http_port` is where the running process of the service answers for its health."""
    family = typer.Typer(no_args_is_help=True, help="Consumers and other parts of a service.")
    app.add_typer(family, name="consumers")

    @family.command("list")
    def list_(as_json: AsJson = False) -> None:
        """Each consumer: its partitions, offsets and lag; and what a person has stopped."""
        run_command(open_node, partial(_list, http_port), list_words, as_json=as_json)

    @family.command()
    def stop(
        part: Part,
        name: Name = "",
        reason: Reason = "",
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Stops a part in every replica, until it is resumed; nothing is lost meanwhile."""
        run_command(open_node, partial(_stop, part, name, reason, dry_run), words, as_json=as_json)

    @family.command()
    def resume(
        part: Part,
        name: Name = "",
        reason: Reason = "",
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Lets a part go on where it stopped; closes a breaker that has opened by itself."""
        work = partial(_resume, http_port, part, name, reason, dry_run)
        run_command(open_node, work, words, as_json=as_json)


async def _list(http_port: Callable[[], int], node: Node) -> Answer:
    health = await _health(http_port())
    async with node.store.reading() as connection:
        stopped = await switched_off(connection)
        applied = await last_applied(connection)
        now = await node.store.clock.now(connection)
    by_part = {off.part: off for off in stopped}
    rows = []
    async with topic_reader(node.access) as reader:
        for followed in node.gate.followed:
            source = followed.group.partition(".")[2]
            where = await standings(reader, node.store, followed.group, followed.topics)
            last = applied.get(f"/vigil/{source}")
            rows.append(
                _standing_row(source, where)
                | {
                    "group": followed.group,
                    "last_applied_seconds": int((now - last).total_seconds()) if last else None,
                    "stopped": _off(by_part.get(consumer_part(source))),
                    "breaker": _breaker(health, source),
                }
            )
    others = [_off(off) for off in stopped if not off.part.startswith("consumer:")]
    return {"rows": rows, "stopped": others}


def _standing_row(source: str, where: Sequence[Standing]) -> dict[str, Any]:
    return {
        "source": source,
        "partitions": len(where),
        "assigned": sum(one.assigned for one in where),
        "lag": sum(one.lag for one in where),
        "stored": sum(one.stored or 0 for one in where),
        "committed": sum(one.committed or 0 for one in where),
        "end": sum(one.end for one in where),
        "each": [asdict(one) | {"lag": one.lag} for one in where],
    }


async def _stop(part: str, name: str, reason: str, dry_run: bool, node: Node) -> Answer:
    who = _asked(node, part, name, reason, dry_run)
    if dry_run:
        async with node.store.reading() as connection:
            changed = part not in {off.part for off in await switched_off(connection)}
    else:
        async with node.store.transaction(uuid4(), who.name) as tx:
            changed = await stop_part(tx, part, name=who.name, reason=who.reason)
    return {"part": part, "does": "stop", "changed": changed, "dry_run": dry_run}


async def _resume(
    http_port: Callable[[], int], part: str, name: str, reason: str, dry_run: bool, node: Node
) -> Answer:
    who = _asked(node, part, name, reason, dry_run)
    breaker = _breaker(await _health(http_port()), part.removeprefix("consumer:"))
    if dry_run:
        async with node.store.reading() as connection:
            changed = part in {off.part for off in await switched_off(connection)}
    else:
        async with node.store.transaction(uuid4(), who.name) as tx:
            changed = await resume_part(tx, part, name=who.name, reason=who.reason)
    return {
        "part": part,
        "does": "resume",
        "changed": changed,
        "breaker": breaker,
        "dry_run": dry_run,
    }


def _asked(node: Node, part: str, name: str, reason: str, dry_run: bool) -> Person:
    known = parts_of(node)
    if part not in known:
        raise NotDone(f"This service has no such part: it has {', '.join(known)}.", exit_code=2)
    return person(name, reason, dry_run=dry_run)


def parts_of(node: Node) -> list[str]:
    """What can be stopped in this service."""
    consumers = [followed.group.partition(".")[2] for followed in node.gate.followed]
    return [
        *([RELAY] if node.publishes else []),
        *(PART_OF_TASK[task] for task in node.tasks if task in PART_OF_TASK),
        WRITES,
        *(consumer_part(source) for source in consumers),
    ]


async def _health(http_port: int) -> Sequence[str] | None:
    """What the running process on this machine says of itself; None when it says nothing."""
    try:
        async with httpx.AsyncClient() as client:
            address = f"http://127.0.0.1:{http_port}/health/liveness"
            codes = (await client.get(address, timeout=ASK_SECONDS)).json()["codes"]
    except (httpx.HTTPError, ValueError, KeyError):
        return None
    return [str(code) for code in codes]


def _breaker(health: Sequence[str] | None, source: str) -> str:
    if health is None:
        return UNKNOWN
    return OPEN if f"breaker_open.{source}" in health else CLOSED


def _off(off: Off | None) -> dict[str, str] | None:
    if off is None:
        return None
    return {"part": off.part, "since": f"{off.since:%Y-%m-%d %H:%M:%S} UTC", "by": off.by_name}


def list_words(answer: Answer) -> Sequence[RenderableType]:
    table = plain_table(
        "Consumer", "Partitions", "Stored", "Committed", "End", "Lag", "Applied", "State"
    )
    for row in answer["rows"]:
        into = service_words(row.get("service", answer.get("service", "")))
        last = row["last_applied_seconds"]
        table.add_row(
            f"{into}\nfrom {service_words(row['source'])}",
            f"{row['assigned']} of {row['partitions']}",
            *(str(row[name]) for name in ("stored", "committed", "end", "lag")),
            "–" if last is None else f"{age_words(last)} ago",
            _state(row),
        )
    stopped = [row["stopped"] | _of(row, answer) for row in answer["rows"] if row["stopped"]]
    stopped += [off | _of(off, answer) for off in answer["stopped"]]
    lines = [f"{service_words(off['service'])}: {_off_words(off)}" for off in stopped]
    return [table, *lines]


def _of(row: Answer, answer: Answer) -> dict[str, str]:
    """The row's service, or that of the whole answer."""
    return {"service": str(row.get("service", answer.get("service", "")))}


def _state(row: Answer) -> str:
    if row["stopped"]:
        return "stopped, see below"
    if row["breaker"] == OPEN:
        return "breaker open: `consumers resume`"
    if row["assigned"] < row["partitions"]:
        return "nobody consumes" if row["assigned"] == 0 else "joining"
    return "consuming" if row["breaker"] == CLOSED else "consuming; does not answer"


def _off_words(off: Answer) -> str:
    return f"{off['part']} stopped by {off['by']} since {off['since']}"


def words(answer: Answer) -> Sequence[RenderableType]:
    """Of stop and resume."""
    service, part = service_words(answer["service"]), answer["part"]
    stop = answer["does"] == "stop"
    if not answer["changed"] and not stop and answer.get("breaker") == OPEN:
        would = "would be" if answer["dry_run"] else "is"
        return [f"The breaker of {part} in {service} {would} closed."]
    if not answer["changed"]:
        return [f"{part} of {service} {'is stopped already' if stop else 'was not stopped'}."]
    if answer["dry_run"]:
        return [f"{part} of {service} would be {'stopped' if stop else 'resumed'}."]
    if stop:
        return [
            f"{part} of {service} is stopped, in every replica within two seconds; it keeps its"
            f" place. `consumers resume` lets it go on."
        ]
    return [f"{part} of {service} goes on within two seconds."]
