"""What libraries say: their line and error, never their text, and not a flood of it."""

import json
import logging

import pytest

from shared.telemetry.logging import LINES_IN_WINDOW, WINDOW_SECONDS, start_logging

TYPED = "what somebody typed"


def said_by(handler: logging.Handler, at: float) -> None:
    record = logging.LogRecord("aiokafka", logging.ERROR, "client.py", 7, TYPED, None, None)
    record.created = at
    handler.emit(record)


def test_a_client_that_says_the_same_a_thousand_times_is_heard_a_few(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = logging.getLogger().handlers[:]
    try:
        start_logging("test")
        (handler,) = logging.getLogger().handlers
        for number in range(1000):
            said_by(handler, 1_000_000.0 + number / 1000)
        said_by(handler, 1_000_000.0 + WINDOW_SECONDS + 2)
    finally:
        logging.getLogger().handlers[:] = before
    text = capsys.readouterr().err
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["left_out"] for line in lines] == [0] * LINES_IN_WINDOW + [1000 - LINES_IN_WINDOW]
    assert TYPED not in text
