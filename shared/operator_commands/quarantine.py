"""`quarantine list | show | release | repair | discard`: records that wait for a person."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import typer

from shared.contracts.strict_json import MAX_BYTES
from shared.messaging.node import Node
from shared.messaging.order import Verdict
from shared.messaging.quarantine import CannotBeSettled, Settler
from shared.messaging.rehearsing import rehearsal
from shared.messaging.stopped_records import (
    is_applied,
    open_rows,
    parked_behind,
    quarantine_row,
    sealed_row,
    waiting_in,
)
from shared.messaging.store import Row, Store
from shared.operator_commands.plain_words import reason_words
from shared.operator_commands.quarantine_words import (
    LEFT_TO_DO,
    list_words,
    settled_words,
    show_words,
)
from shared.operator_commands.record_shown import kept_record, shown_record
from shared.operator_commands.running import (
    Answer,
    AsJson,
    DryRun,
    Name,
    NotDone,
    OpenNode,
    Person,
    Reason,
    in_step,
    person,
    run_command,
)

Settle = Callable[[Settler, Person], Awaitable[str]]


def add_to(app: typer.Typer, open_node: OpenNode) -> None:
    family = typer.Typer(no_args_is_help=True, help="Records that wait for a person.")
    app.add_typer(family, name="quarantine")

    @family.command("list")
    def list_(as_json: AsJson = False) -> None:
        """Open rows, the longest first; what is in the records stays sealed."""
        run_command(open_node, _list, list_words, as_json=as_json)

    @family.command()
    def show(quarantine_id: UUID, as_json: AsJson = False) -> None:
        """Headers, position, sizes, and which fields fail; never a value that somebody sent."""
        run_command(open_node, partial(_show, quarantine_id), show_words, as_json=as_json)

    @family.command()
    def release(
        quarantine_id: UUID,
        name: Name = "",
        reason: Reason = "",
        repaired: Path | None = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Delivers a record again in its place; with --repaired, this file as its value."""
        work = partial(_release, quarantine_id, name, reason, repaired, dry_run)
        run_command(open_node, work, settled_words, as_json=as_json)

    @family.command()
    def repair(
        quarantine_id: UUID,
        file: Path,
        name: Name = "",
        reason: Reason = "",
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Delivers a record again with the content of FILE as its value."""
        work = partial(_release, quarantine_id, name, reason, file, dry_run)
        run_command(open_node, work, settled_words, as_json=as_json)

    @family.command()
    def discard(
        quarantine_id: UUID,
        name: Name = "",
        reason: Reason = "",
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Uses up the record's number as nothing, or dismisses a conflict."""
        work = partial(_discard, quarantine_id, name, reason, dry_run)
        run_command(open_node, work, settled_words, as_json=as_json)


async def _list(node: Node) -> Answer:
    async with node.store.reading() as connection:
        rows = await open_rows(connection)
    return {"rows": [_named(row) for row in rows]}


async def _show(quarantine_id: UUID, node: Node) -> Answer:
    row = await _row_of(node.store, quarantine_id)
    async with node.store.reading() as connection:
        behind = await parked_behind(connection, row["source"], row["stream"])
        sealed = await sealed_row(connection, quarantine_id)
    record = kept_record(node.store, sealed or row)
    return {
        "row": _named(row),
        "record": asdict(shown_record(record, row["type"], inside=_is_inside(row))),
        "behind": [dict(waiting) for waiting in behind],
    }


async def _release(
    quarantine_id: UUID, name: str, reason: str, file: Path | None, dry_run: bool, node: Node
) -> Answer:
    value = _content_of(file)

    async def settle(settler: Settler, who: Person) -> str:
        return await settler.release(
            quarantine_id, name=who.name, reason=who.reason, repaired=value
        )

    who = person(name, reason, dry_run=dry_run)
    return await _settle(node, quarantine_id, settle, who, dry_run)


async def _discard(
    quarantine_id: UUID, name: str, reason: str, dry_run: bool, node: Node
) -> Answer:
    async def settle(settler: Settler, who: Person) -> str:
        return await settler.discard(quarantine_id, name=who.name, reason=who.reason)

    who = person(name, reason, dry_run=dry_run)
    return await _settle(node, quarantine_id, settle, who, dry_run)


async def _settle(
    node: Node, quarantine_id: UUID, settle: Settle, who: Person, dry_run: bool
) -> Answer:
    row = await _row_of(node.store, quarantine_id)
    await in_step(node)
    try:
        if not dry_run:
            outcome = await _by_whoever_knows_it(node.settlers, settle, who)
            return await _told(node.store, row, outcome)
        async with rehearsal(node.store) as store:
            settlers = [settler.over(store) for settler in node.settlers]
            outcome = await _by_whoever_knows_it(settlers, settle, who)
            return await _told(store, row, outcome) | {"dry_run": True}
    except CannotBeSettled as refusal:
        raise await _not_settled(node.store, quarantine_id, refusal.code) from None


async def _by_whoever_knows_it(settlers: list[Any], settle: Settle, who: Person) -> str:
    """Asks each settler of the service; the one that knows the row settles it."""
    refusal = CannotBeSettled("not_open")
    for settler in settlers:
        try:
            return await settle(settler, who)
        except CannotBeSettled as refused:
            refusal = refused if refused.code != "not_open" else refusal
    raise refusal


async def _told(store: Store, row: Row, outcome: str) -> Answer:
    """What became of the record, and of what waited behind it."""
    async with store.reading() as connection:
        left = await waiting_in(connection, row["source"], row["stream"])
        after = await quarantine_row(connection, row["quarantine_id"])
        followed = await is_applied(connection, row["event_id"])
    if outcome == Verdict.PARKED and followed:
        outcome = Verdict.APPLIED  # what was missing before it was waiting as well
    return {
        "quarantine_id": row["quarantine_id"],
        "outcome": str(outcome),
        "kind": row["kind"],
        "reason": after["reason"] if after and after["status"] == "open" else None,
        "waited": row["waiting"],
        "still_waiting": left,
        "dry_run": False,
    }


async def _row_of(store: Store, quarantine_id: UUID) -> Row:
    async with store.reading() as connection:
        row = await quarantine_row(connection, quarantine_id)
    if row is None:
        raise NotDone(
            "No record has that id in the quarantine of this service: `quarantine list` shows"
            " the ids."
        )
    return row


async def _not_settled(store: Store, quarantine_id: UUID, code: str) -> NotDone:
    row = await _row_of(store, quarantine_id)
    if row["status"] != "open":
        when = f"{row['closed_at']:%d %B %Y %H:%M} UTC"
        return NotDone(
            f"Nothing was changed: it was {row['status']} by {row['closed_by']} on {when} already."
        )
    if code.startswith("still."):
        why = reason_words(code.removeprefix("still."))
        return NotDone(
            f"Nothing was changed: with this content it would be stopped again, because {why}."
            " Correct the file, and try it with --dry-run first."
        )
    return NotDone(LEFT_TO_DO.get(code) or _refused_again(code))


def _refused_again(code: str) -> str:
    return (
        f"Nothing was changed: it would be refused again, because {reason_words(code)}."
        " Repair it (`quarantine repair`), ask its sender for a new one, or discard it."
    )


def _content_of(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        content = file.read_bytes()
    except OSError as error:
        raise NotDone(
            f"The file with the repaired content cannot be read ({error.strerror}): name one that"
            " you may read.",
            exit_code=2,
        ) from None
    if len(content) > MAX_BYTES:
        raise NotDone(f"The file is over {MAX_BYTES} bytes, more than any event may have.")
    return content


def _is_inside(row: Row) -> bool:
    return str(row["source"]).startswith("/vigil/")


def _named(row: Row) -> dict[str, Any]:
    """A row for a program: the reason in words beside its code."""
    return dict(row) | {"reason_in_words": reason_words(row["reason"])}
