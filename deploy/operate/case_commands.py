"""`replay` into one consumer, and `trace` of one case over all services."""

from typing import Annotated
from uuid import UUID

import typer

from deploy.local.layout import Layout
from deploy.local.links import fresh_links
from deploy.operate.asking import answer_of, answers_of, ask, ask_all, running_layout
from deploy.operate.consumers_command import known
from deploy.operate.told import person_arguments, telling
from shared.contracts.area_record import area_of_record
from shared.operator_commands import replay as replaying
from shared.operator_commands import trace_rows
from shared.operator_commands.running import (
    Answer,
    AsJson,
    DryRun,
    Name,
    NotDone,
    Reason,
    Words,
    show,
    subject_of,
)

Into = Annotated[str, typer.Argument(metavar="SERVICE", help="the one that takes them in")]
CaseId = Annotated[str, typer.Argument(help="the id of a case, or area/CODE", metavar="CASE")]


def add_to(app: typer.Typer) -> None:
    app.command()(replay)
    app.command()(trace)


def replay(
    service: Into,
    source: replaying.Source,
    topic: replaying.Topic = "",
    case: replaying.Case = "",
    since: replaying.Since = "",
    until: replaying.Until = "",
    everything: replaying.All = False,
    name: Name = "",
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Hands records of topics to one consumer again; safe beside the running service."""
    chosen = {"--topic": topic, "--case": case, "--since": since, "--until": until}
    arguments = [f"{option}={text}" for option, text in chosen.items() if text]
    with telling():
        answer = ask(
            running_layout(),
            known(service),
            "replay",
            f"--source={known(source)}",
            *arguments,
            *(["--all"] if everything else []),
            *person_arguments(name, reason, dry_run),
        )
        show(answer_of(answer), replaying.words, as_json=as_json)


def trace(case: CaseId, as_json: AsJson = False) -> None:
    """The links to the trace and the journey, and the rows of every service about it."""
    with telling():
        case_id = subject_of(case)
        layout = running_layout()
        answers = answers_of(ask_all(layout, "trace", str(case_id)))
        if not any(answer["rows"] for answer in answers):
            raise NotDone(
                "No service knows a case of that id: is it the id of a case, not of a report?"
            )
        everything = {"links": _links(layout, case_id), "services": answers}
        show(everything, _words(), as_json=as_json)


def _links(layout: Layout, case_id: UUID) -> dict[str, str]:
    """The journey's link opens its page once."""
    return {
        "trace": f"{layout.url('traces')}/zipkin/traces/{case_id.hex}",
        "journey": f"{fresh_links(layout)['Cases and clocks']}&to={page_of(case_id)}",
    }


def page_of(case_id: UUID) -> str:
    """The journey's page, of a case or of an area's record."""
    area = area_of_record(case_id)
    return f"/areas/{area}" if area else f"/cases/{case_id}"


def _words() -> Words:
    def words(answer: Answer) -> list[object]:
        links = [f"{what.capitalize()}: {link}" for what, link in answer["links"].items()]
        return [*links, *(part for one in answer["services"] for part in trace_rows.words(one))]

    return words  # type: ignore[return-value]
