"""An end for Kafka clients whose broker may be gone."""

import asyncio

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

STOP_SECONDS = 5.0


async def stopped(client: AIOKafkaProducer | AIOKafkaConsumer) -> None:
    """Stops it and waits for that a bounded time; what goes wrong meanwhile is of no interest.

    The client is stopped in a task of its own: aiokafka may end its `stop` as if it had been
    cancelled, and whoever waits for it by `wait_for` would then end too, or miss that it was
    cancelled itself.
    """
    stopping = asyncio.ensure_future(client.stop())
    try:
        await asyncio.wait([stopping], timeout=STOP_SECONDS)
    finally:
        stopping.cancel()
        stopping.add_done_callback(_seen)


def _seen(stopping: "asyncio.Future[None]") -> None:
    if not stopping.cancelled():
        stopping.exception()
