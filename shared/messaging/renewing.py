"""A consumer that does not get on, though broker and store are there, is made anew.

Seen after five kills of a broker in a row, on a machine without a free moment: one client of
aiokafka 0.14 got no answer any more to whatever it asked, while others of the same process did.
Nothing in the client ends that.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from shared.ending import end_as_failed
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.measuring import Measures
from shared.telemetry.logging import logger
from shared.telemetry.metrics import Metrics

LOOK_SECONDS = 5.0
STUCK_SECONDS = 45.0
DEAF_LOOKS = 2
LEAVING_SECONDS, JOINING_SECONDS = 15.0, 60.0


class Renewable(Protocol):  # pragma: no cover - a shape
    """A node, as far as this concerns it."""

    metrics: Metrics
    measures: Measures
    receivers: list[Any]
    subscribers: list[Any]
    doors: dict[str, Any]


class Renewing:
    """The task of one process. A consumer that cannot leave its group in time may hold partitions
    for ever: then the process ends, and a supervisor starts it again."""

    def __init__(self, node: Renewable) -> None:
        self.node = node
        self._seen: set[str] = set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            found, before = dict(self.to_renew()), self._seen
            self._seen = set(found)
            # Twice in a row: a process that was frozen has a long time behind it and no fault.
            for source in found.keys() & before:
                subscriber = found[source]
                logger().error("consumer.renewed", source_service=source)
                if not await renewed(subscriber):
                    end_as_failed()
                    return
                self._forget(source)

    def to_renew(self) -> Sequence[tuple[str, Any]]:
        """Those that got nowhere for a while; none while the broker or the store is away."""
        node, measures = self.node, self.node.measures
        if measures.away():
            return []
        receivers = zip(node.receivers, node.subscribers, strict=True)
        consumers = {r.source_service: each for r, each in receivers if not r.breaker_open}
        return [
            (source, subscriber)
            for source, subscriber in (consumers | node.doors).items()
            if subscriber.consumer is not None
            and (
                measures.stuck.get(source, 0.0) > STUCK_SECONDS
                or measures.deaf.get(source, 0) >= DEAF_LOOKS
            )
        ]

    def _forget(self, source: str) -> None:
        """What was seen of the one before says nothing of the new one."""
        measures = self.node.measures
        measures.deaf.pop(source, None)
        measures.look_anew(source)


async def renewed(subscriber: Any) -> bool:
    """Whether it left its group and joined again; what it had in hand is delivered again."""
    leaving = asyncio.ensure_future(subscriber.stop())
    done, _ = await asyncio.wait([leaving], timeout=LEAVING_SECONDS)
    if not done or leaving.cancelled() or leaving.exception():
        leaving.cancel()
        return False
    try:
        async with asyncio.timeout(JOINING_SECONDS):
            await subscriber.start()
    except INFRASTRUCTURE as error:
        logger().error("consumer.not_renewed", error=error)
        return False
    return True
