"""Says what of the collector was not tried."""

import os

import pytest

BINARY = "VIGIL_COLLECTOR"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not os.environ.get(BINARY):
        terminalreporter.write_line(
            f"The collector's settings were not tried on a collector: {BINARY} names no binary."
        )
