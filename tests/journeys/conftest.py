"""One whole stack for all journeys."""

from collections.abc import Iterator

import pytest

from tests.support.whole_stack import WholeStack, new_stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeStack]:
    """Started as by `make run DETACH=1`, samples published and decided, stopped at the end."""
    started = new_stack(tmp_path_factory.mktemp("stack") / "data")
    try:
        started.shown = started.start()
        yield started
    finally:
        started.stop()
        left = [process.cmdline() for process in started.processes()]
        assert left == [], "`make stop` leaves no process behind"
