"""The answers of the quarantine commands, in words."""

from collections.abc import Sequence

from rich.console import RenderableType

from shared.operator_commands.plain_words import (
    VERDICTS,
    age_words,
    counted,
    plain_table,
    reason_words,
    service_words,
)
from shared.operator_commands.running import Answer, case_text

_IDS = ("Id, and case", "Age")
MAY = {
    "in_place": "release it, repair it, or discard it (its number is then used up as nothing)",
    "conflict": "discard it: a conflict is dismissed, and its producer issues the event again",
    "unplaced": "repair its cause and release it if it says where it belongs, or discard it",
}
LEFT_TO_DO = {
    "not_open": "Nothing was changed: no consumer of this service knows that record. Look again"
    " with `quarantine list`.",
    "conflicts_are_dismissed": "Nothing was changed: another event has this number already, so it"
    " can only be discarded; its producer issues it again.",
    "has_no_place": "Nothing was changed: it does not say in which stream and at which number it"
    " belongs, so it can only be discarded.",
    "sent_by_http_send_it_again": "Nothing was changed: it came by HTTP and was answered there, so"
    " its sender sends it again; discard it here.",
}


def list_words(answer: Answer) -> Sequence[RenderableType]:
    rows = answer["rows"]
    if not rows:
        return ["Nothing is in quarantine."]
    table = plain_table("Id, and case", "Age", "Where", "What is wrong", "Behind", whole=_IDS)
    for row in rows:
        into = service_words(row.get("service", answer.get("service", "")))
        table.add_row(
            f"{row['quarantine_id']}\n{case_text(row['stream'])}",
            age_words(row["age_seconds"]),
            f"{into}\nfrom {row['source']}",
            row["reason_in_words"],
            str(row["waiting"]),
        )
    return [table, f"{counted(len(rows), 'record')} in quarantine; `quarantine show <id>`."]


def show_words(answer: Answer) -> Sequence[RenderableType]:
    row, record = answer["row"], answer["record"]
    table = plain_table("What", "")
    lines = {
        "Service": service_words(answer["service"]),
        "Status": row["status"] if row["status"] == "open" else _closed(row),
        "In quarantine for": age_words(row["age_seconds"]),
        "What is wrong": f"{row['reason_in_words']} ({row['reason']})",
        "Stopped": counted(row["attempts"], "time"),
        "Case or stream": case_text(row["stream"]),
        "Number": "none" if row["sequence"] is None else str(row["sequence"]),
        "Stands on": f"{row['topic']} partition {row['kafka_partition']}"
        f" offset {row['kafka_offset']}",
        "Content": _size(record["value_bytes"]),
        "SHA-256": row["payload_sha256"],
        "Waiting behind it": str(row["waiting"]),
    }
    for name, text in lines.items():
        table.add_row(name, text)
    for name, text, size in record["headers"]:
        table.add_row(name, text if text is not None else f"not readable ({size} bytes)")
    if record["other_headers"]:
        size = record["other_header_bytes"]
        table.add_row("other headers", f"{record['other_headers']} ({size} bytes), not shown")
    for fault in record["faults"]:
        table.add_row("field that fails", f"{fault['pointer'] or 'the whole'}: {fault['code']}")
    return [table, f"You may {MAY[row['kind']]}."] if row["status"] == "open" else [table]


def settled_words(answer: Answer) -> Sequence[RenderableType]:
    outcome = answer["outcome"]
    if answer["kind"] == "conflict" and outcome == "discarded":
        outcome = "dismissed"
    verb = "It would be" if answer["dry_run"] else "It is"
    followed = max(0, answer["waited"] - answer["still_waiting"])
    lines = [f"{verb} {VERDICTS.get(outcome, outcome)}."]
    if answer["reason"]:
        lines.append(f"It was stopped because {reason_words(answer['reason'])}.")
    if answer["waited"] or answer["still_waiting"]:
        lines.append(
            f"Of {answer['waited']} that waited behind it {followed}"
            f" {'would follow' if answer['dry_run'] else 'followed'};"
            f" {answer['still_waiting']} {'would wait' if answer['dry_run'] else 'wait'} still."
        )
    if answer["dry_run"]:
        lines.append("Nothing was changed.")
    return [" ".join(lines)]


def _closed(row: Answer) -> str:
    return f"{row['status']} by {row['closed_by']} at {str(row['closed_at'])[:16]}"


def _size(value_bytes: int | None) -> str:
    return "none" if value_bytes is None else f"{value_bytes} bytes, sealed"
