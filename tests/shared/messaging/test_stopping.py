"""A Kafka client that does not stop holds up nobody."""

import asyncio

import pytest

from shared.messaging import stopping
from shared.messaging.stopping import ended


class Client:
    """A Kafka client whose `stop` hangs, or ends as if it had been cancelled."""

    def __init__(self, *, hangs: bool) -> None:
        self.hangs = hangs
        self.asked = False

    async def stop(self) -> None:
        self.asked = True
        if self.hangs:
            await asyncio.Event().wait()
        raise asyncio.CancelledError


@pytest.mark.parametrize("hangs", [True, False])
async def test_a_client_that_does_not_stop_does_not_stop_who_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    monkeypatch.setattr(stopping, "STOP_SECONDS", 0.05)
    client = Client(hangs=hangs)
    await ended(client.stop())
    assert client.asked


async def test_who_is_cancelled_while_a_client_stops_is_cancelled() -> None:
    waiting = asyncio.create_task(ended(Client(hangs=True).stop()))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
