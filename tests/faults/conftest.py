"""An infrastructure of its own for each module: its topics and stores hold nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SYSTEMS, run_migration
from tests.support.local_stack import provision, start_infrastructure
from tests.support.service_processes import ServiceProcesses


@pytest.fixture(scope="module")
def processes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcesses]:
    directory: Path = tmp_path_factory.mktemp("faults")
    infrastructure = start_infrastructure(directory / "infrastructure")
    try:
        provision(infrastructure, SYSTEMS)
        for service in ("intake", "rapid_review_timer"):
            run_migration(infrastructure, service)
        started = ServiceProcesses(infrastructure, directory)
        yield started
        started.stop_all()
    finally:
        infrastructure.stop()
