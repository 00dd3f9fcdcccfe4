"""`trace`: what one service's inbox, outbox, parked and quarantine hold about a case."""

from collections.abc import Sequence
from functools import partial

import typer
from rich.console import RenderableType

from shared.messaging.case_rows import linked_cases, rows_about
from shared.messaging.node import Node
from shared.operator_commands.plain_words import counted, plain_table, service_words
from shared.operator_commands.running import (
    Answer,
    AsJson,
    OpenNode,
    case_text,
    run_command,
    subject_of,
)


def add_to(app: typer.Typer, open_node: OpenNode) -> None:
    @app.command()
    def trace(case_id: str, as_json: AsJson = False) -> None:
        """The rows about a case and those linked with it, or about an area's record, in time order;
        ids and codes only."""
        run_command(open_node, partial(_trace, case_id), words, as_json=as_json)


async def _trace(case: str, node: Node) -> Answer:
    case_id = subject_of(case)
    async with node.store.reading() as connection:
        cases = await linked_cases(connection, node.store.service, case_id)
        rows = await rows_about(connection, node.store.service, cases)
    return {"cases": cases, "rows": [dict(row) for row in rows]}


def words(answer: Answer) -> Sequence[RenderableType]:
    service = service_words(answer["service"])
    if not answer["rows"]:
        return [f"{service}: nothing about it."]
    table = plain_table("At (UTC)", "In", "From", "No.", "What", "Became")
    several = len(answer["cases"]) > 1
    for row in answer["rows"]:
        what = str(row["type"] or "unreadable").removeprefix("uk.vigil.")
        where = f"\n{case_text(row['stream'])[:8]}…" if several else ""
        table.add_row(
            str(row["at"])[:19],
            row["kept_in"],
            service_words(str(row["source"]).removeprefix("/vigil/")),
            str(row["sequence"] or "–"),
            what + where,
            row["outcome"],
        )
    return [f"{service}: {counted(len(answer['rows']), 'row')}", table]
