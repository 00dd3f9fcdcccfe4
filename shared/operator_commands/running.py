"""How an operator's command runs: a node that is not started, one answer, one sentence if not.

Exit codes: 0 done, 1 not done, 2 asked in a wrong way. What is printed are ids, codes, counts and
positions, never what a person wrote.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, TypeAlias
from uuid import UUID, uuid4

import asyncpg
import typer
from pydantic import ValidationError
from rich.console import Console, RenderableType

from shared.contracts.area_record import KIND
from shared.contracts.envelope import case_of
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.node import Node
from shared.messaging.operator_action import record_action
from shared.messaging.receiving import Receiver
from shared.telemetry.logging import error_code, start_logging

OpenNode: TypeAlias = Callable[[], Awaitable[Node]]
Answer: TypeAlias = dict[str, Any]
Words: TypeAlias = Callable[[Answer], Sequence[RenderableType]]

Name = Annotated[str, typer.Option(help="who does this; kept with what it changed")]
Reason = Annotated[str, typer.Option(help="why; kept sealed")]
DryRun = Annotated[bool, typer.Option(help="only say what would happen")]
AsJson = Annotated[bool, typer.Option("--json", help="for programs")]

WIDTH = 100
LONGEST_NAME, LONGEST_REASON = 200, 2000


class NotDone(Exception):
    """The sentence says what happened and what to do."""

    def __init__(self, sentence: str, *, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.exit_code = exit_code


@dataclass(frozen=True)
class Person:
    """Who uses a command, and why."""

    name: str
    reason: str


def person(name: str, reason: str, *, dry_run: bool) -> Person:
    """A dry run changes nothing and needs neither. Raises NotDone."""
    name, reason = name.strip(), reason.strip()
    if dry_run:
        return Person(name or "dry run", reason or "dry run")
    if not name or not reason:
        raise NotDone(
            "This changes something, so it needs --name and --reason; or add --dry-run to see"
            " what would happen.",
            exit_code=2,
        )
    if len(name) > LONGEST_NAME or len(reason) > LONGEST_REASON:
        raise NotDone(
            f"--name has at most {LONGEST_NAME} characters and --reason {LONGEST_REASON}: say it"
            " more shortly.",
            exit_code=2,
        )
    return Person(name, reason)


def run_command(
    open_node: OpenNode,
    work: Callable[[Node], Awaitable[Answer]],
    words: Words,
    *,
    as_json: bool,
) -> None:
    """Prints what `work` answers, as JSON or in words; or a sentence on standard error."""
    start_logging("operator", logging.CRITICAL)
    try:
        answer = asyncio.run(_with_node(open_node, work))
    except NotDone as refusal:
        refuse(refusal.sentence, refusal.exit_code)
    except ValidationError:
        refuse(
            "This command does not know which store and bus to use: run it as"
            " `python -m deploy.operate …`, or with the service's own environment.",
            2,
        )
    except (*INFRASTRUCTURE, asyncpg.PostgresError) as error:
        refuse(
            f"The store or the bus did not answer as it should ({error_code(error)}). See"
            " `make status`, then try again: what was done before is kept and is not done twice.",
            1,
        )
    show(answer, words, as_json=as_json)


def show(answer: Answer, words: Words, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, default=str))
        return
    console = Console(highlight=False, width=WIDTH, markup=False)
    for part in words(answer):
        console.print(part, soft_wrap=isinstance(part, str))


def refuse(sentence: str, exit_code: int = 1) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(exit_code)


async def _with_node(open_node: OpenNode, work: Callable[[Node], Awaitable[Answer]]) -> Answer:
    node = await open_node()
    try:
        return {"service": node.store.service} | await work(node)
    finally:
        await node.store.pool.close()
        await asyncio.to_thread(node.tracing.close)


async def in_step(node: Node) -> None:
    """Raises NotDone while the store may be behind the bus, as the service itself then works not
    at all: what is changed in such a store is numbered like what was there before."""
    if node.compares and (found := await node.gate.conflicts()):
        raise NotDone(
            f"This store is behind the bus ({len(found)} conflicts), as after a restore: run"
            " `reconcile` first, then this again."
        )


async def note_action(node: Node, action: str, object_: str, who: Person, **codes: int) -> None:
    """In a transaction of its own, before work that takes many."""
    async with node.store.transaction(uuid4(), who.name) as tx:
        await record_action(tx, action, object_, name=who.name, reason=who.reason, **codes)


def receiver_of(node: Node, source: str) -> Receiver:
    """Raises NotDone for a source that the service does not follow."""
    for receiver in node.receivers:
        if receiver.source_service == source:
            return receiver
    known = ", ".join(receiver.source_service for receiver in node.receivers)
    raise NotDone(f"This service follows no source of that name: it follows {known}.", exit_code=2)


def case_text(stream: str | None) -> str:
    """The case of a stream as its id alone, any other stream as it is."""
    return (stream or "no case known").removeprefix("case/")


def subject_of(text: str) -> UUID:
    """The id of a case, or of an area's record, which is asked for as `area/E06000016`. Raises
    NotDone."""
    if not text.startswith(f"{KIND}/"):
        return uuid_of(text)
    record = case_of(text)
    if record is None:
        raise NotDone(
            "That is no area: an area has its code, for example area/E06000016.", exit_code=2
        )
    return record


def uuid_of(text: str) -> UUID:
    """Raises NotDone."""
    try:
        return UUID(text)
    except ValueError:
        raise NotDone(
            "That is no id: an id has 36 characters, for example"
            " 19dba115-c6ff-4fd5-a3fe-800f5d010f96.",
            exit_code=2,
        ) from None
