"""What the store or the broker ends is tried again: later each time, and not in step."""

import asyncio
from contextlib import AbstractAsyncContextManager
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import asyncpg
import pytest

from shared.contracts.wire import Record
from shared.messaging import receiving
from shared.messaging.pausing import BEFORE_OTHERS, others_first, spread
from shared.messaging.receiving import ConsumerPaused, Receiver
from shared.messaging.registry import Registry
from shared.messaging.store import Store, Tx
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.shared.messaging.recording import TOPIC, stage
from tests.support.bus import inside_record

TRIES = 40
ENDED = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


class Contended:
    """A store that ends every transaction."""

    service = "reporting"

    def __init__(self, error: type[asyncpg.PostgresError]) -> None:
        self.error = error

    def transaction(self, *_: object, **__: object) -> AbstractAsyncContextManager[Tx]:
        raise self.error("ended by a test")


async def test_many_small_things_in_a_row_let_others_in_between() -> None:
    done = 0
    others_saw: list[int] = []

    async def another() -> None:
        while done < 4 * BEFORE_OTHERS:
            others_saw.append(done)
            await asyncio.sleep(0)

    beside = asyncio.create_task(another())
    for done in range(1, 4 * BEFORE_OTHERS + 1):
        await others_first(done)
    await beside
    assert others_saw == [n * BEFORE_OTHERS for n in (1, 2, 3)]


@pytest.mark.parametrize("error", ENDED)
async def test_a_transaction_that_was_ended_is_tried_again_after_pauses_that_grow_and_are_spread(
    error: type[asyncpg.PostgresError], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(receiving, "asyncio", SimpleNamespace(sleep=sleep))
    store = cast(Any, Contended(error))
    receiver = Receiver("intake", cast(Store, store), Registry("reporting"), _tracing(), Metrics())
    topic, key, headers, value = inside_record(TOPIC, "intake", UUID(int=1), 1, stage(1))
    record = Record(topic, 0, 0, key, tuple(headers), value)
    for _ in range(TRIES):
        with pytest.raises(ConsumerPaused):
            await receiver.consume(record)
    longest = [min(0.2 * 2**number, 30.0) for number in range(TRIES)]
    assert all(most / 2 <= one <= most for one, most in zip(slept, longest, strict=True))
    assert len(set(slept)) == TRIES, "no two tries wait equally long"


def test_two_whom_one_failure_stopped_do_not_come_back_at_one_moment() -> None:
    waits = {spread(8.0) for _ in range(100)}
    assert len(waits) == 100
    assert min(waits) >= 4.0
    assert max(waits) <= 8.0


def _tracing() -> Tracing:
    return Tracing("reporting", None)
