"""The standing decisions that what a region is told rests on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.reporting import region_batch_store, region_rests_store
from shared.calendar.london import london_date
from shared.contracts.region_topics import subscriber_of
from shared.contracts.sharing_codes import SharedTopic
from shared.contracts.sharing_events import SharingDecided
from shared.contracts.standing_sharing import Rests, Telling, may_be_told
from shared.messaging.store import Tx
from shared.reference.succession import authorities_of

MOST_AT_ONCE = 10_000


class Standing:
    """Those of one region at one instant (aware)."""

    def __init__(self, at: datetime, region: str, decisions: Sequence[SharingDecided]) -> None:
        self._at, self._region, self._decisions = at, region, decisions
        self._known: dict[tuple[str, SharedTopic], Rests] = {}

    def of(self, area: str, topic: SharedTopic) -> Rests:
        """Of an area that was divided every authority has to have decided."""
        if (area, topic) not in self._known:
            recipient = subscriber_of(self._region)
            answers = [
                may_be_told(
                    Telling(authority, self._region, topic, recipient), self._at, self._decisions
                )
                for authority in authorities_of(area, london_date(self._at))
            ]
            refused = [answer for answer in answers if not answer.allowed]
            self._known[area, topic] = (refused or answers)[0]
        return self._known[area, topic]


async def find_decisions_again(tx: Tx, region: str) -> None:
    """Of what a store that was made anew knows only from the region's topics: the decision by
    which it was told, as it held when it went out. Where none did, none is noted."""
    copies = await region_rests_store.without_decision(tx, region, MOST_AT_ONCE)
    months = await region_rests_store.months_without_decision(tx, region)
    if not copies and not months:
        return
    decisions = await region_batch_store.standing_decisions(tx)
    standing: dict[datetime, Standing] = {}

    def rested_on(area: str, topic: SharedTopic, at: datetime) -> UUID | None:
        at_once = standing.setdefault(at, Standing(at, region, decisions))
        rests = at_once.of(area, topic)
        return rests.decision_id if rests.allowed else None

    await region_rests_store.note_decisions(
        tx,
        {
            one.event_id: decision
            for one in copies
            if (decision := rested_on(one.area, SharedTopic(one.topic), one.told_at))
        },
    )
    for month in months:
        found = {
            area: str(decision)
            for area in month.areas
            if (decision := rested_on(area, SharedTopic.METRICS_MONTHLY, month.told_at))
        }
        await region_rests_store.note_decisions_of_month(tx, region, month.name, found)
