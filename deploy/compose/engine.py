"""Speaks to Docker Compose: one project, its file, its environment, its profiles."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.compose.places import ComposeLayout
from deploy.local.children import ROOT, StackFailure

LAST_LINES = 25
THREE_BROKERS = "deploy/compose/three-brokers.yml"
STARTED_PROFILES = ("mail", "samples", "telemetry")
EVERY_PROFILE = (*STARTED_PROFILES, "checks")
"""`checks` is what one runs: it is not started with the rest."""


@dataclass(frozen=True)
class Compose:
    """`docker compose` over one stack. `project` keeps two on one host apart."""

    layout: ComposeLayout
    brokers: int = 1
    profiles: Sequence[str] = ()
    project: str = "vigil"
    more: Sequence[str] = ()
    """Further compose files, read after the project's own."""

    def command(self, *arguments: str) -> list[str]:
        files = ["docker-compose.yml", *([THREE_BROKERS] if self.brokers > 1 else []), *self.more]
        told = self.layout.environment_file
        return [
            *("docker", "compose", "--project-name", self.project),
            *(["--env-file", str(told)] if told.exists() else []),
            *(part for file in files for part in ("--file", file)),
            *(part for profile in self.profiles for part in ("--profile", profile)),
            *arguments,
        ]

    def run(self, *arguments: str) -> None:
        """What it says is shown. Raises StackFailure when it does not come to a good end."""
        done = subprocess.run(  # noqa: S603 (the project's own command)
            self.command(*arguments), cwd=ROOT, stdin=subprocess.DEVNULL, check=False
        )
        if done.returncode != 0:
            raise StackFailure(
                f"`docker compose {' '.join(arguments[:2])}` ended with {done.returncode}: see"
                f" above, and `docker compose --project-name {self.project} logs SERVICE`."
            )

    def build(self, *services: str) -> None:
        """Quietly, unless it fails: then its last lines are shown. Raises StackFailure."""
        done = subprocess.run(  # noqa: S603 (the project's own command)
            self.command("build", *services),
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            last = "\n".join(done.stdout.splitlines()[-LAST_LINES:])
            raise StackFailure(f"{last}\nThe images could not be built: see above.")


def refuse_without_an_engine() -> None:
    """Raises StackFailure, saying what is missing."""
    if shutil.which("docker") is None:
        raise StackFailure(
            "Containers need Docker Engine with Compose, and there is no `docker` on PATH."
            " `make run` does without."
        )
    asked = subprocess.run(
        ["docker", "compose", "version"],  # noqa: S607 (whichever its user has)
        env=os.environ,
        capture_output=True,
        check=False,
    )
    if asked.returncode != 0:
        raise StackFailure("Docker is here without Compose (version 2): install its plugin.")
    reached = subprocess.run(
        ["docker", "version"],  # noqa: S607
        capture_output=True,
        check=False,
    )
    if reached.returncode != 0:
        raise StackFailure("The Docker Engine does not answer: start it, or set DOCKER_HOST.")
