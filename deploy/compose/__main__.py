"""The stack in containers: `python -m deploy.compose prepare | up | down | links`.

`make up` and `make down` are these commands.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from deploy.compose.engine import (
    EVERY_PROFILE,
    STARTED_PROFILES,
    Compose,
    refuse_without_an_engine,
)
from deploy.compose.places import ComposeLayout, compose_layout
from deploy.compose.preparing import TELEMETRY
from deploy.compose.preparing import prepare as prepare_files
from deploy.local.children import StackFailure
from deploy.local.layout import LOOPBACK
from deploy.local.links import fresh_links
from deploy.local.progress import Progress

DEFAULT_PROFILES = "mail samples"
READY_SECONDS = "300"

Brokers = Annotated[int, typer.Option(envvar="BROKERS", help="1, or 3 with three copies")]
Profiles = Annotated[str, typer.Option(envvar="PROFILES", help="mail samples telemetry")]
Project = Annotated[str, typer.Option(envvar="PROJECT", help="keeps two stacks apart")]
Bind = Annotated[str, typer.Option(envvar="BIND", help="the host's address to listen on")]

More = Annotated[str, typer.Option(envvar="MORE", help="further compose files of one's own")]

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def prepare(
    brokers: Brokers = 1, profiles: Profiles = DEFAULT_PROFILES, bind: Bind = LOOPBACK
) -> None:
    """Makes the keys, passwords and settings that are missing; starts nothing."""
    layout = compose_layout()
    prepare_files(layout, brokers, _named(profiles), bind)
    typer.echo(f"`docker compose --env-file {layout.environment_file} …` is told all it needs.")


@app.command()
def up(
    brokers: Brokers = 1,
    profiles: Profiles = DEFAULT_PROFILES,
    project: Project = "vigil",
    bind: Bind = LOOPBACK,
    more: More = "",
) -> None:
    """Builds, starts, waits until everything is ready, sends the samples, shows what happened."""
    refuse_without_an_engine()
    layout, wanted, progress = compose_layout(), _named(profiles), Progress()
    with progress.step("Keys, passwords and settings"):
        prepare_files(layout, brokers, wanted, bind)
    compose = Compose(layout, brokers, wanted, project, more.split())
    with progress.step("Images"):
        compose.build("intake")  # its packages are then there for the others
        compose.build()
    with progress.step("Containers"):
        compose.run(
            *("up", "--detach", "--no-build", "--wait", "--wait-timeout", READY_SECONDS),
            *(("--scale", "samples=0") if "samples" in wanted else ()),
        )
    if "samples" in wanted:
        compose.run("run", "--rm", "--no-deps", "-T", "samples")
    _show_links(layout, wanted, progress)
    progress.say("Vigil goes on running. `make down` takes all of it away.")


@app.command()
def down(
    project: Project = "vigil",
    more: More = "",
    keep: Annotated[bool, typer.Option(help="keys and records stay for the next `up`")] = False,
) -> None:
    """Stops and removes every container, network and volume, and the keys that belong to them."""
    refuse_without_an_engine()
    layout = compose_layout()
    volumes = () if keep else ("--volumes",)
    compose = Compose(layout, _brokers_of(layout), EVERY_PROFILE, project, more.split())
    compose.run("down", "--remove-orphans", *volumes)
    if not keep:
        shutil.rmtree(layout.directory, ignore_errors=True)


@app.command()
def links(profiles: Profiles = DEFAULT_PROFILES) -> None:
    """Fresh links to the pages: each opens them once."""
    _show_links(compose_layout(), _named(profiles), Progress())


def _show_links(layout: ComposeLayout, profiles: Sequence[str], progress: Progress) -> None:
    fresh = fresh_links(layout)
    progress.say(f"Cases and clocks: {fresh['Cases and clocks']}")
    if "mail" in profiles:
        progress.say(f"E-mail that was sent: {fresh['E-mail that was sent']}")
    if TELEMETRY in profiles:
        for what, name in (("Traces", "traces"), ("Dashboards", "grafana")):
            progress.say(f"{what}: {layout.url(name)}")


def _brokers_of(layout: ComposeLayout) -> int:
    """Those it was made with."""
    file = layout.environment_file
    return 3 if file.exists() and "\nVIGIL_BROKERS=3\n" in file.read_text() else 1


def _named(profiles: str) -> list[str]:
    wanted = profiles.replace(",", " ").split()
    unknown = sorted(set(wanted) - set(STARTED_PROFILES))
    if unknown:
        known = ", ".join(STARTED_PROFILES)
        raise StackFailure(f"There is no profile {', '.join(unknown)} to start: {known}.")
    return wanted


def main() -> None:
    try:
        app()
    except StackFailure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. `make up` goes on, `make down` takes away what was started.")


if __name__ == "__main__":
    os.environ.setdefault("COMPOSE_IGNORE_ORPHANS", "true")
    main()
