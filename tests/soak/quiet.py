"""When nothing is left to do: outboxes empty, all consumed, nothing parked or on its way."""

import asyncio
import time
from collections.abc import Callable

from aiokafka.errors import KafkaError

from deploy.local.layout import SERVICES
from tests.soak.observer import AWAY
from tests.soak.offsets import ends_of
from tests.soak.scene import Scene
from tests.soak.world import World

LOOK_SECONDS = 1.0
LOOKS_IN_A_ROW = 3


async def until_quiet(scene: Scene, within: float, say: Callable[[str], None]) -> float | None:
    """Seconds until it was quiet three times in a row, or None with the rest said."""
    began = time.monotonic()
    calm, left = 0, ["not looked at"]
    first_calm = began
    while time.monotonic() - began < within:
        left = await _what_is_left(scene)
        if left:
            calm = 0
        else:
            first_calm = first_calm if calm else time.monotonic()
            calm += 1
        if calm == LOOKS_IN_A_ROW:
            return first_calm - began
        await asyncio.sleep(LOOK_SECONDS)
    say(f"not quiet after {within:.0f} s: {'; '.join(left)}")
    return None


async def _what_is_left(scene: Scene) -> list[str]:
    left = [
        f"{count} {what}"
        for what, count in (
            ("senders are waiting", len(scene.load.under_way)),
            ("records unanswered on the bus", scene.load.open_on_the_bus),
            ("receipts to send", scene.mailboxes.to_confirm.qsize()),
        )
        if count
    ]
    try:
        for service in SERVICES:
            left += await _left_in(scene.world, service)
    except (*AWAY, KafkaError) as error:
        left.append(f"a store or the broker is away ({type(error).__name__})")
    return left


async def _left_in(world: World, service: str) -> list[str]:
    ends = await ends_of(world, service)
    connection = await world.connect(service)
    try:
        waiting = await connection.fetchval(
            "select count(*) from outbox where published_at is null"
        )
        parked = await connection.fetchval("select count(*) from parked")
        rows = await connection.fetch(
            "select topic, kafka_partition, next_offset from consumed_offset"
        )
        notices = (
            await connection.fetchval(
                "select count(*) from notice where state in ('pending', 'sending')"
            )
            if service == "panel_notification"
            else 0
        )
    finally:
        await connection.close(timeout=2)
    reached = {(row["topic"], row["kafka_partition"]): row["next_offset"] for row in rows}
    lag = sum(end - reached.get(position, 0) for position, end in ends.items())
    found = {"unpublished": waiting, "parked": parked, "behind": lag, "notices to send": notices}
    return [f"{service}: {count} {what}" for what, count in found.items() if count]
