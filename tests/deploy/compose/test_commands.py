"""What `make up` and `make down` say where they cannot, and what they ask Compose for."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.compose.engine import THREE_BROKERS, Compose
from deploy.compose.places import ComposeLayout
from tests.support.compose_file import REPOSITORY


def given(*arguments: str, **told: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "deploy.compose", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", ["up", "down"])
def test_without_docker_a_sentence_says_what_is_missing(command: str, tmp_path: Path) -> None:
    told = given(command, PATH=str(tmp_path), FILES=str(tmp_path / "files"))
    assert told.returncode == 1
    assert told.stderr.strip() == (
        "Containers need Docker Engine with Compose, and there is no `docker` on PATH."
        " `make run` does without."
    )
    assert not (tmp_path / "files").exists(), "nothing was made"


@pytest.mark.parametrize("profiles", ["grafana", "checks"])
def test_a_profile_that_cannot_be_started_is_refused(profiles: str, tmp_path: Path) -> None:
    told = given("prepare", "--profiles", profiles, FILES=str(tmp_path / "files"))
    assert told.returncode == 1
    assert "mail, samples, telemetry" in told.stderr
    assert "Traceback" not in told.stderr


def test_each_stack_is_a_project_of_its_own_with_its_own_files(tmp_path: Path) -> None:
    layout = ComposeLayout(tmp_path, 9100)
    layout.environment_file.write_text("VIGIL_BROKERS=3\n")
    asked = Compose(layout, 3, ["mail"], "second", ["mine.yml"]).command("up", "--detach")
    assert asked[asked.index("--project-name") + 1] == "second"
    assert asked[asked.index("--env-file") + 1] == str(layout.environment_file)
    files = [asked[place + 1] for place, part in enumerate(asked) if part == "--file"]
    assert files == ["docker-compose.yml", THREE_BROKERS, "mine.yml"]
    assert asked[-2:] == ["up", "--detach"]
