"""One thing that a fact of a case makes a region be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.contracts.region_events import Status
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.facts import Fact


@dataclass(frozen=True)
class Said:
    """`values`: the members of the event, coded. `about`: what it replaces an earlier one of, with
    `rank`; empty for the case as a whole. `corrects`: the fact of which a region was told first
    what this one says otherwise; it goes under the same reference or nowhere."""

    fact: Fact
    topic: SharedTopic
    cycle: int
    values: Mapping[str, Any]
    about: str = ""
    rank: int = 0
    action_id: UUID | None = None
    corrects: Fact | None = None

    @property
    def ends(self) -> bool:
        """It only ends what a region was told: no news for one that never heard of it."""
        said = self.values
        over = said.get("status") is Status.GREEN
        return over or said.get("reference_open") is False or said.get("withdrawn") is True
