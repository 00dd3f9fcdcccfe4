"""Whoever takes spans may be gone, or take none: no service is slowed or held up by it."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from shared.telemetry.tracing import CLOSING_SECONDS, Tracing, otlp_exporter

SPANS = 5_000
QUEUE = 2_048


@contextmanager
def nobody_listens() -> Iterator[int]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        yield probe.getsockname()[1]


@contextmanager
def takes_connections_and_never_answers() -> Iterator[int]:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(50)
        yield listening.getsockname()[1]


@pytest.mark.parametrize("away", [nobody_listens, takes_connections_and_never_answers])
def test_work_goes_on_at_its_pace_and_ends_when_it_is_asked_to(away: object) -> None:
    with away() as port:  # type: ignore[operator]
        alone = Tracing("intake", None)
        bare = seconds_for_spans(alone)
        tracing = Tracing("intake", otlp_exporter(f"http://127.0.0.1:{port}"))
        taken = seconds_for_spans(tracing)
        assert taken < bare * 20 + 1, "opening a span never waits for who takes it"
        waiting = tracing.processor._batch_processor._queue  # type: ignore[union-attr]
        assert len(waiting) <= QUEUE, "what nobody takes is dropped, not kept for ever"
        began = time.monotonic()
        tracing.close()
        assert time.monotonic() - began < CLOSING_SECONDS + 1


def seconds_for_spans(tracing: Tracing) -> float:
    began = time.monotonic()
    for _ in range(SPANS):
        with tracing.span("process incident.reported", parent=None):
            pass
    return time.monotonic() - began
