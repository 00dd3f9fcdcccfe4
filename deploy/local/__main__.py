"""The local stack: `python -m deploy.local run | stop | status | links` (see `make help`)."""

import json
import signal
import subprocess
import sys
from datetime import datetime
from typing import Annotated, NoReturn

import typer

from deploy.local.children import ROOT, StackFailure, child_environment
from deploy.local.detached import run_detached
from deploy.local.layout import SERVICES, Layout, layout_from_environment
from deploy.local.links import show_links
from deploy.local.processes import service_environment
from deploy.local.progress import Progress
from deploy.local.stack_file import (
    Stack,
    read_end,
    read_stack,
    stop_processes,
    take_lock,
    write_end,
)
from deploy.local.status import component_states, nothing_runs
from deploy.local.supervisor import Stopped, Supervisor

STOP_SECONDS = 90.0

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


@app.command()
def run(
    detach: Annotated[bool, typer.Option(help="return once everything is ready")] = False,
    tests_only_infrastructure: Annotated[
        bool, typer.Option(help="Kafka and Postgres alone, provisioned")
    ] = False,
    quiet_links: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Starts everything, shows what happened, and keeps running until Ctrl-C."""
    layout, progress = layout_from_environment(), Progress()
    if layout.stack == "drill":
        _refuse(f"{layout.directory} is a drill's, whose time is set: name another with DATA=.")
    lock = take_lock(layout.lock_file)
    if lock is None:
        progress.say(f"Vigil already runs on {layout.directory}; `make stop` stops it.")
        stack = read_stack(layout.stack_file)
        if stack is not None and stack.phase == "ready":
            show_links(_started_as(layout, stack), progress)
        raise typer.Exit(1)
    with lock:
        _clear_away(layout, progress)
        if not detach:
            with_links = not (quiet_links or tests_only_infrastructure)
            _run_here(layout, progress, tests_only_infrastructure, with_links)
            return
    run_detached(layout, progress, only_infrastructure=tests_only_infrastructure)
    if not tests_only_infrastructure:
        show_links(layout, progress)
        progress.say("Vigil goes on running. `make status` looks after it, `make stop` stops it.")


def _clear_away(layout: Layout, progress: Progress) -> None:
    """What the last run left, when it did not end in order."""
    left_behind = read_stack(layout.stack_file)
    if left_behind is not None:
        stop_processes(left_behind.components, STOP_SECONDS)
    why = read_end(layout.end_file)
    if why:
        progress.say(f"The last run {why}")
        layout.end_file.unlink()


def _started_as(layout: Layout, stack: Stack) -> Layout:
    """The ports are those that it was started on, whatever PORT_BASE says now."""
    return Layout(layout.directory, stack.port_base)


def _run_here(
    layout: Layout, progress: Progress, only_infrastructure: bool, with_links: bool
) -> None:
    supervisor = Supervisor(layout, progress)
    supervisor.listen_for_signals()
    started = False
    try:
        supervisor.start(only_infrastructure=only_infrastructure)
        started = True
        if with_links:
            show_links(layout, progress)
            progress.say("Vigil runs. Ctrl-C stops it; its data stay for the next run.")
        supervisor.watch()
    except Stopped:
        return
    except StackFailure as failure:
        if started:  # otherwise somebody is there and reads it
            write_end(layout.end_file, str(failure), datetime.now().astimezone())
        _refuse(str(failure))
    finally:
        supervisor.stop()


@app.command()
def stop() -> None:
    """Stops what runs on DATA and leaves no process behind."""
    layout = layout_from_environment()
    stack = read_stack(layout.stack_file)
    stopped = 0
    if stack is not None:
        stopped = stop_processes([stack.supervisor], STOP_SECONDS)
        stopped += stop_processes(stack.components, STOP_SECONDS)
        layout.stack_file.unlink(missing_ok=True)
    typer.echo("Stopped." if stopped else f"Nothing runs on {layout.directory}.")


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="for programs")] = False,
) -> None:
    """Which components run, where, and whether they are ready. Exit code 0 if all are."""
    layout = layout_from_environment()
    states = component_states(layout)
    if as_json:
        typer.echo(json.dumps([state.as_json() for state in states], indent=2))
    elif not states:
        typer.echo(nothing_runs(layout))
    for state in states if not as_json else []:
        typer.echo(state.as_line())
    if not states or not all(state.ready for state in states):
        raise typer.Exit(1)


@app.command()
def links() -> None:
    """Fresh links: each opens its pages once."""
    layout = layout_from_environment()
    stack = read_stack(layout.stack_file)
    if stack is None or not stack.runs:
        _refuse(nothing_runs(layout))
    show_links(_started_as(layout, stack), Progress())


def main() -> None:
    try:
        app()
    except OSError as error:
        why = error.strerror or type(error).__name__
        if error.filename is None:
            sys.exit(f"Vigil cannot go on: {why}. See {layout_from_environment().directory}/logs.")
        sys.exit(
            f"Vigil cannot go on: {error.filename}: {why}. Name a directory that you may write "
            "in, for example `make run DATA=$HOME/vigil-data`."
        )


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def service(name: str, context: typer.Context) -> None:
    """A command of one service of this stack, for example `service intake quarantine list`."""
    if name not in SERVICES:
        _refuse(f"There is no service of that name: it is one of {', '.join(SERVICES)}.")
    layout = layout_from_environment()
    stack = read_stack(layout.stack_file)
    if stack is None:
        _refuse(nothing_runs(layout))
    result = subprocess.run(  # noqa: S603 (a module of ours, with what its operator typed)
        [sys.executable, "-m", f"services.{name}", *context.args],
        env=child_environment(service_environment(_started_as(layout, stack), name)),
        cwd=ROOT,
        check=False,
    )
    raise typer.Exit(result.returncode)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    main()
