"""The operators' commands that compare: notices with obligations, and with the Panel's own list."""

import csv
import io
import json
import sys
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID, uuid4

import typer
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from services.panel_notification import check_store
from services.panel_notification.pack_pdf import pack_as_pdf
from services.panel_notification.stores_opened import REFERENCE, with_store
from services.panel_notification.submission_store import (
    SubmissionRefused,
    Submitted,
    pack_of,
    record_submission,
)
from services.panel_notification.unended import Compared, Listed, compare
from shared.messaging.store import Store

ACTOR = "notices_check"
Month = Annotated[str, typer.Option(help="the month that the list is of, as 2026-11")]


class _Line(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    reference: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    receipt: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._-]{0,64}$")


def add_to(notices: typer.Typer) -> None:
    notices.command("check")(check)
    notices.command("compare")(compare_)
    notices.command("pack")(pack)
    notices.command("submitted")(submitted)


def check() -> None:
    """Obligations without a notice and notices without an end, one JSON object a line; exit code 1
    if there are any."""
    found: list[dict[str, Any]] = []

    async def look(store: Store) -> None:
        async with store.transaction(uuid4(), ACTOR) as tx:
            for group in await check_store.groups(tx):
                for wanted in await check_store.without_notice(tx, group):
                    found.append(
                        {
                            "why": "no_notice",
                            "case_id": wanted.case_id,
                            "about": wanted.about,
                            "recipient": wanted.recipient,
                            "limit_rule": wanted.limit_rule,
                        }
                    )
                found.extend(map(asdict, await check_store.without_end(tx, group, tx.now)))

    with_store(look)
    for line in found:
        sys.stdout.write(json.dumps(line, default=str) + "\n")
    typer.echo(f"{len(found)} to look at", err=True)
    if found:
        raise typer.Exit(1)


def compare_(
    list_file: Path,
    month: Month,
    recipient: Annotated[str, typer.Option(help="whose list it is")] = "panel",
) -> None:
    """Compares a month's list from a recipient (CSV or JSON: reference, receipt) with what was sent
    to it; prints what either side lacks; exit code 1 if they differ."""
    since = _first_of(month)
    until = (since + timedelta(days=31)).replace(day=1)
    theirs = _listed(list_file)
    results: list[Compared] = []

    async def look(store: Store) -> None:
        async with store.reading() as connection:
            ours = await check_store.sent_to(connection, recipient, since, until)
        results.append(compare(theirs, ours))

    with_store(look)
    typer.echo(json.dumps(asdict(results[0]), indent=1))
    if not results[0].agree:
        raise typer.Exit(1)


def pack(notice_id: UUID, to: Annotated[Path, typer.Option(help="the PDF to write")]) -> None:
    """Writes the submission pack of a notice that a person submits."""

    async def write(store: Store) -> None:
        async with store.transaction(uuid4(), ACTOR) as tx:
            to.write_bytes(pack_as_pdf(await pack_of(tx, notice_id, None)))

    _refusing(lambda: with_store(write))


def submitted(
    notice_id: UUID,
    reference: Annotated[str, typer.Option(help="what the form gave back")],
    name: Annotated[str, typer.Option(help="who submitted it, for the audit table")],
) -> None:
    """Records that a notice was submitted by hand, which makes it notified."""
    if not REFERENCE.fullmatch(reference):
        raise typer.BadParameter("letters, digits, dot, dash and underscore, at most 64")

    async def record(store: Store) -> None:
        async with store.transaction(uuid4(), name) as tx:
            await record_submission(tx, notice_id, None, Submitted(reference, None, "by-hand"))

    _refusing(lambda: with_store(record))


def _refusing(work: Any) -> None:
    try:
        work()
    except SubmissionRefused as refusal:
        typer.echo(f"Not done: {refusal.code}. See `notices list`.", err=True)
        raise typer.Exit(1) from None
    typer.echo("done")


def _first_of(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise typer.BadParameter("a month as 2026-11") from None


def _listed(file: Path) -> list[Listed]:
    text = file.read_text(encoding="utf-8-sig")
    try:
        rows = json.loads(text) if text.lstrip().startswith("[") else _rows_of_csv(text)
        lines = TypeAdapter(list[_Line]).validate_python(rows)
    except (ValueError, ValidationError):
        raise typer.BadParameter(
            "not a list: give JSON objects or CSV columns named reference and receipt"
        ) from None
    return [Listed(line.reference, line.receipt or None) for line in lines]


def _rows_of_csv(text: str) -> list[dict[str, str]]:
    read = csv.DictReader(io.StringIO(text))
    if "reference" not in (read.fieldnames or ()):
        raise ValueError("no column of that name")
    return list(read)
