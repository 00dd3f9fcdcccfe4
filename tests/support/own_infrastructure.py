"""A Kafka and a Postgres of one's own, with rights, topics and stores as services find them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.contracts.catalogue import SERVICES
from tests.conftest import SYSTEMS, run_migration
from tests.support.local_stack import Infrastructure, provision, start_infrastructure


@contextmanager
def own_infrastructure_in(directory: Path, *, durable: bool = False) -> Iterator[Infrastructure]:
    """Stopped at the end, whatever happens. `durable`: as `start_infrastructure` has it."""
    started = start_infrastructure(directory, durable=durable)
    try:
        provision(started, SYSTEMS)
        for service in SERVICES:
            run_migration(started, service)
        yield started
    finally:
        started.stop()
