"""The way of a canary case, hop by hop: when each was reached, or what to do where it was not."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")
LOOK_AGAIN_SECONDS = 0.2


@dataclass(frozen=True)
class Hop:
    """`name` says what is so once it is reached; `do` what to look at where it is not."""

    name: str
    do: str


ACKNOWLEDGED = Hop(
    "intake acknowledged the report",
    "See whether the broker and intake answer (`make status`), and intake's consumer `ingress`"
    " (`make consumers`).",
)
OPENED = Hop("intake opened the case", "See intake's log, and `make quarantine`.")
DECIDED = Hop("its desk decided that it is notifiable", "See what intake refused, above.")
CLOCK_SET = Hop(
    "the timer set a clock, and reporting shows it",
    "See where the timer's and reporting's consumers stand: `make consumers`, `make parked`.",
)
TOLD = Hop(
    "panel notification sent every notice, to the canary's own mailbox",
    "See `make consumers`, and whether the mail server takes mail: the page about notices.",
)
NOTIFIED = Hop(
    "the Panel's receipt is in, and intake entered the next stage",
    "See where intake's and reporting's consumers stand: `make consumers`, `make parked`.",
)
SHARED = Hop(
    "the region heard of it, on its own topic and as its own user",
    "Ask reporting what is held and why (GET /v1/region-copies/held): a standing decision to share"
    " may be missing or expired. Else see the region's release time, and `make consumers`.",
)
CONFIRMED = Hop(
    "the region's confirmation is on record at reporting",
    "See intake's consumer `ingress` and reporting's consumer of intake: `make consumers`; a"
    " refused confirmation is in `make quarantine`.",
)


class Missing(Exception):
    """A hop that was not reached in time."""

    def __init__(self, hop: Hop, why: str = "") -> None:
        super().__init__(hop.name)
        self.hop = hop
        self.why = why


@dataclass
class Way:
    """One run. `within` seconds are for all hops together; `say` is told of each as it is
    reached."""

    within: float
    say: Callable[[str], None]
    began: float = field(default_factory=time.monotonic)
    reached: list[tuple[Hop, float]] = field(default_factory=list)

    @property
    def left(self) -> float:
        return self.began + self.within - time.monotonic()

    async def reach(self, hop: Hop, work: Awaitable[T]) -> T:
        """The result of `work`, whose end is the hop. Raises Missing when the time is over."""
        try:
            async with asyncio.timeout(max(self.left, 0.0)):
                result = await work
        except TimeoutError:
            raise Missing(hop) from None
        self._note(hop)
        return result

    async def until(self, hop: Hop, look: Callable[[], Awaitable[T | None]]) -> T:
        """What `look` gives once it gives anything. Raises Missing when the time is over."""

        async def found() -> T:
            while True:
                seen = await look()
                if seen is not None:
                    return seen
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

        return await self.reach(hop, found())

    def _note(self, hop: Hop) -> None:
        before = self.reached[-1][1] if self.reached else 0.0
        after = time.monotonic() - self.began
        self.reached.append((hop, after))
        self.say(f"{after:7.2f} s  (+{after - before:6.2f})  {hop.name}")
