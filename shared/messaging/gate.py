"""Keeps a service shut until its store is seen to be in step with the bus."""

import asyncio
from collections.abc import Sequence

from aiokafka.errors import KafkaError

from shared.messaging.behind import Conflict, Followed, conflicts
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.security import KafkaAccess
from shared.messaging.store import Store
from shared.messaging.topic_reader import topic_reader
from shared.telemetry.logging import logger

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.2, 3.0
NOT_COMPARED, STORE_BEHIND = "store_not_compared", "store_behind"
NAMED_IN_LOG = 50


class Gate:
    """`shut` is a code while nothing of the service may run, None once it may.

    Without a broker it stays shut: what the store lacks cannot be known then.
    """

    def __init__(self, store: Store, access: KafkaAccess) -> None:
        self.store = store
        self.access = access
        self.own_topics: list[str] = []
        self.followed: list[Followed] = []
        self.shut: str | None = NOT_COMPARED

    async def conflicts(self) -> list[Conflict]:
        """Compares now. Raises OSError, KafkaError, or an error of the store."""
        async with topic_reader(self.access) as reader:
            return await conflicts(reader, self.store, self.own_topics, self.followed)

    async def pass_(self) -> None:
        """Returns when the store is in step, looking again until it is. Cancel it to give up."""
        pause = FIRST_PAUSE_SECONDS
        named: list[Conflict] = []
        while self.shut is not None:
            try:
                found = await self.conflicts()
            except (*INFRASTRUCTURE, KafkaError) as error:
                logger().warning("gate.cannot_compare", error=error, seconds=pause)
            else:
                if not found:
                    self._open(named)
                    return
                self.shut = STORE_BEHIND
                if found != named:
                    self._name(found)
                named, pause = found, LONGEST_PAUSE_SECONDS
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def open_at_once(self) -> None:
        """For a node whose topics hold what other stores wrote too."""
        self.shut = None

    def _open(self, named: Sequence[Conflict]) -> None:
        self.shut = None
        if named:
            logger().info("gate.opened")

    def _name(self, found: Sequence[Conflict]) -> None:
        """Once for each set of them."""
        logger().critical("gate.store_behind", conflicts=len(found), do="run `reconcile`")
        for conflict in found[:NAMED_IN_LOG]:
            logger().error("gate.conflict", **conflict.codes())
