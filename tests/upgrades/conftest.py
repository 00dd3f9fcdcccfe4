"""The tree of the version before, and four services on an infrastructure of their own."""

import subprocess
import tarfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tests.faults.crash.conftest import own_infrastructure, world

__all__ = ["own_infrastructure", "tree_of", "world"]
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def tree_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The services as they stood at a commit; skips where the clone does not hold it."""

    def unpack(commit: str) -> Path:
        directory = tmp_path_factory.mktemp("before")
        archive = subprocess.run(
            ["git", "archive", commit, "shared", "services", "deploy"],
            cwd=REPOSITORY,
            capture_output=True,
            check=False,
        )
        if archive.returncode:
            pytest.skip(f"this clone does not hold the released version {commit[:7]}")
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as packed:
            packed.extractall(directory, filter="data")
        return directory

    return unpack
