"""Where the other side has no interface: a person submits, from a pack that is ready for them.

The national form for a serious incident is one: the local authority fills it in. What counts as
proof is the reference that the form gives back, recorded by whoever submitted it.
"""

from dataclasses import dataclass

from services.panel_notification.channels.channel import Answer, Letter
from services.panel_notification.notice import Outcome


@dataclass(frozen=True)
class ManualChannel:
    """Nothing leaves the service: the notice becomes a task, and stays one until it is recorded."""

    name: str = "manual"
    looks_up: bool = False

    async def send(self, letter: Letter) -> Answer:
        return Answer(Outcome.HANDED, "pack_ready" if letter.content else "pack_empty")

    async def look_up(self, letter: Letter) -> Answer:
        """Whoever submitted records it; until then nothing is known."""
        return Answer(Outcome.UNKNOWN, "cannot_be_asked")
