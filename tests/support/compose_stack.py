"""A whole Vigil in containers, as `make up` starts it, under a project name of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from deploy.compose.engine import Compose
from deploy.compose.places import ComposeLayout
from tests.support.containers import REPOSITORY
from tests.support.service_images import docker

UP_SECONDS, COMMAND_SECONDS = 1_800, 300
SPANS = "tests/support/compose_spans.yml"


@dataclass
class ComposeStack:
    """`shown`: what `make up` printed."""

    layout: ComposeLayout
    brokers: int = 1
    project: str = field(default_factory=lambda: f"vigil-tested-{uuid4().hex[:8]}")
    shown: str = ""

    @property
    def compose(self) -> Compose:
        profiles = ("mail", "samples", "checks")
        return Compose(self.layout, self.brokers, profiles, self.project, [SPANS])

    def command(self, name: str, *options: str) -> str:
        told = {
            "FILES": str(self.layout.directory),
            "PORT_BASE": str(self.layout.port_base),
            "PROJECT": self.project,
            "BROKERS": str(self.brokers),
            "MORE": SPANS,
            "VIGIL_OTLP_ENDPOINT": "http://spans:8080",
        }
        done = subprocess.run(
            [sys.executable, "-m", "deploy.compose", name, *options],
            cwd=REPOSITORY,
            env={**os.environ, **told},
            capture_output=True,
            text=True,
            timeout=UP_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout

    def up(self) -> None:
        self.shown = self.command("up")

    def down(self) -> None:
        self.command("down")

    def asked(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """A command of `docker compose` over this stack."""
        return subprocess.run(
            self.compose.command(*arguments),
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    def container(self, service: str) -> str:
        return docker(
            *("ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.service={service}"),
            *("--filter", f"label=com.docker.compose.project={self.project}"),
        )

    def spans(self) -> list[dict[str, Any]]:
        """Every span that came until now."""
        code = (
            "import pathlib; print(''.join(p.read_text() for p in "
            "sorted(pathlib.Path('/state').glob('spans-*.jsonl'))))"
        )
        read = self.asked("exec", "-T", "spans", "python", "-c", code)
        assert read.returncode == 0, read.stderr
        return [json.loads(line) for line in read.stdout.splitlines() if line.endswith("}")]

    def left(self) -> list[str]:
        """Containers, networks, volumes and files that are still there."""
        label = f"label=com.docker.compose.project={self.project}"
        found = [
            *docker("ps", "--all", "--quiet", "--filter", label).split(),
            *docker("network", "ls", "--quiet", "--filter", label).split(),
            *docker("volume", "ls", "--quiet", "--filter", label).split(),
        ]
        return found + ([str(self.layout.directory)] if self.layout.directory.exists() else [])


def key_file(layout: ComposeLayout, system: str) -> Path:
    return layout.secrets("systems") / f"{system}.jwk"
