"""A Kafka client that does not stop holds up nobody."""

import asyncio

import pytest

from shared.messaging import node as node_module
from shared.messaging import stopping
from shared.messaging.stopping import ended
from tests.conftest import OpenStore
from tests.shared.messaging.recording import recording_registry
from tests.support.bus import running_node
from tests.support.local_stack import Infrastructure


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


async def test_a_node_whose_broker_never_lets_go_stops_all_the_same(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    reporting = await bare_store("reporting")
    registry, _ = recording_registry()
    with pytest.MonkeyPatch.context() as patched:
        async with running_node(infrastructure, reporting, registry, publishes=False) as node:
            patched.setattr(node_module, "LEAVING_SECONDS", 0.2)
            patched.setattr(node.broker, "stop", never)
            await asyncio.wait_for(node.stop(), 10)
            assert all(task.done() for task in node._running)
            patched.undo()
