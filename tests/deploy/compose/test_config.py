"""Docker Compose's own reading of the files, for every profile; no engine is asked."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.compose.engine import EVERY_PROFILE, Compose
from deploy.compose.places import ComposeLayout
from deploy.compose.preparing import prepare
from deploy.local.layout import LOOPBACK
from tests.support.compose_file import REPOSITORY


def compose_is_here() -> bool:
    """The command alone: it reads files without an engine."""
    if shutil.which("docker") is None:
        return False
    asked = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    return asked.returncode == 0


pytestmark = pytest.mark.skipif(not compose_is_here(), reason="Docker Compose is not here")


def config(compose: Compose, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        compose.command("config", *options),
        cwd=REPOSITORY,
        env={**os.environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("brokers", [1, 3])
@pytest.mark.parametrize("profiles", [(), *((each,) for each in EVERY_PROFILE), EVERY_PROFILE])
def test_the_files_are_read_without_a_word_of_warning(
    profiles: tuple[str, ...], brokers: int, tmp_path: Path
) -> None:
    layout = ComposeLayout(tmp_path / "files", 8100)
    prepare(layout, brokers, list(profiles), LOOPBACK)
    read = config(Compose(layout, brokers, profiles), "--quiet")
    assert (read.returncode, read.stderr) == (0, "")


def test_without_anything_told_the_files_stand_by_their_defaults(tmp_path: Path) -> None:
    read = config(Compose(ComposeLayout(tmp_path / "nothing", 8100), 1, EVERY_PROFILE), "--quiet")
    assert (read.returncode, read.stderr) == (0, "")


def test_three_brokers_are_waited_for_before_topics_are_made(tmp_path: Path) -> None:
    layout = ComposeLayout(tmp_path / "files", 8100)
    prepare(layout, 3, [], LOOPBACK)
    read = config(Compose(layout, 3), "--services")
    assert {"kafka-1", "kafka-2", "kafka-3"} <= set(read.stdout.split())
    whole = config(Compose(layout, 3)).stdout
    assert "kafka-1:9092,kafka-2:9092,kafka-3:9092" in whole
