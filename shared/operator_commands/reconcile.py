"""`reconcile`: brings a restored store up to what its service has said and taken in."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import typer
from rich.console import RenderableType

from shared.messaging.node import Node
from shared.messaging.reconciling import Found, look, reconcile
from shared.messaging.restoring import CannotReconcile
from shared.operator_commands.plain_words import counted, plain_table, service_words
from shared.operator_commands.running import (
    Answer,
    AsJson,
    DryRun,
    Name,
    NotDone,
    OpenNode,
    Reason,
    person,
    run_command,
)

SHOWN = 50
WHY = {
    "not_in_store": "sent, and not in the store",
    "other_number": "sent under another number than in the store",
    "applied_further": "applied further than the store says",
    "reconcile_unfinished": "an earlier reconcile was stopped half way",
}
TO_DO = {
    "report_content_lost": "its content is in no topic; its sender was asked for it again",
    "decision_reasons_lost": "the reasons are in no topic: ask the authority for them",
    "statement_lost": "facts that the authority stated are in no topic: ask it to state them again",
    "outcome_unknown": "may have been sent: settle it with `notices list`",
    "receipt_may_be_lost": "a receipt may have come since: ask the recipient",
    "notice_not_rebuilt": "was sent, and nothing else is known of it: tell the developers",
    "deadline_not_rebuilt": "was told, and its facts are not here: see its quarantine",
    "case_is_held": "its clocks follow when nothing of it waits any more: see `quarantine list`",
    "in_quarantine": "waits for a person, perhaps again: see `quarantine list`",
    "records_no_longer_kept": "were applied once and are kept no longer: ask their senders",
    "two_events_under_one_number": "was sent twice: its readers stopped one, see their quarantine",
}
REFUSED = {
    "still_running": (
        "Nothing was changed: this service still runs and uses the store. Stop it (`make stop`),"
        " then run this again."
    ),
    "reconcile_is_running": "Nothing was changed: another reconcile of this store runs now.",
    "breaker_open": (
        "Stopped half way: many events failed in the same way, which is a defect and not the"
        " restore. See `quarantine list`; when that is repaired run this again, it goes on from"
        " here. The service stays shut until then."
    ),
}


def add_to(app: typer.Typer, open_node: OpenNode) -> None:
    @app.command("reconcile")
    def reconcile_(
        name: Name = "", reason: Reason = "", dry_run: DryRun = False, as_json: AsJson = False
    ) -> None:
        """After a restore: takes back what the store lacks, then the service opens by itself."""
        run_command(open_node, partial(_reconcile, name, reason, dry_run), words, as_json=as_json)


async def _reconcile(name: str, reason: str, dry_run: bool, node: Node) -> Answer:
    who = person(name, reason, dry_run=dry_run)
    try:
        found = (
            await look(node.restorable())
            if dry_run
            else await reconcile(node.restorable(), name=who.name, reason=who.reason)
        )
    except CannotReconcile as refusal:
        raise NotDone(REFUSED[refusal.code]) from None
    return _answer(found, dry_run)


def _answer(found: Found, dry_run: bool) -> Answer:
    return {
        "dry_run": dry_run,
        "conflicts": [conflict.codes() for conflict in found.conflicts],
        "taken_back": found.taken_back,
        "applied": found.applied,
        "for_a_person": [asdict(each) for each in found.for_a_person],
    }


def words(answer: Answer) -> Sequence[RenderableType]:
    service = service_words(answer["service"])
    conflicts: list[dict[str, Any]] = answer["conflicts"]
    if not conflicts:
        return [f"{service}: store and topics agree. Nothing to do."]
    parts: list[RenderableType] = [
        f"{service}: the store is behind the bus ({counted(len(conflicts), 'conflict')}).",
        _conflict_table(conflicts[:SHOWN]),
    ]
    if len(conflicts) > SHOWN:
        parts.append(f"… and {len(conflicts) - SHOWN} more; --json shows all.")
    if answer["dry_run"]:
        parts.append("Nothing was changed. Run it with --name and --reason to do it.")
        return parts
    parts.append(
        f"Taken back: {counted(answer['taken_back'], 'event')}. Applied again:"
        f" {counted(answer['applied'], 'record')}. The service may start; one that waits opens"
        " within seconds."
    )
    left: list[dict[str, Any]] = answer["for_a_person"]
    if left:
        parts += ["For a person:", *_left(left)]
    return parts


def _conflict_table(conflicts: Sequence[dict[str, Any]]) -> RenderableType:
    table = plain_table("what", "where", "event", "stream", "number")
    for row in conflicts:
        where = f"{row['topic']} {row['partition']}@{row['offset']}" if "topic" in row else ""
        what = WHY[row["code"]]
        if "stored" in row:
            what += f" ({row['group']}: {row['stored']})"
        table.add_row(
            what, where, row.get("event_id", ""), row.get("stream", ""), str(row.get("number", ""))
        )
    return table


def _left(left: Sequence[dict[str, Any]]) -> list[str]:
    return [
        f"  {row['about']}: {TO_DO[row['code']]}"
        + "".join(f", {name} {value}" for name, value in row["codes"].items())
        for row in left
    ]
