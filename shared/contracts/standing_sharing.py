"""Which standing decision a shared topic rests on. How `sharing.decided` is to be read.

Only what is told of a case without being owed asks here: a statutory notice never does, and no
missing or expired decision may keep one back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.calendar.london import london_date
from shared.contracts.sharing_codes import SharedTopic, SharingAnswer
from shared.contracts.sharing_events import SharingDecided

_SHARES = (SharingAnswer.SHARE, SharingAnswer.SHARE_PARTIALLY)


class Because(StrEnum):
    """`decided`: the topic may be told; every other says why it may not."""

    DECIDED = "decided"
    MISSING = "missing"
    EXPIRED = "expired"
    WITHHELD = "withheld"
    DEFERRED = "deferred"


@dataclass(frozen=True, slots=True)
class Telling:
    """May `organisation`, which owns the cases, tell this recipient by this topic of a region?"""

    organisation: str
    region: str
    topic: SharedTopic
    recipient: str


@dataclass(frozen=True, slots=True)
class Rests:
    """`decision_id` is the decision that says so; None where there is none."""

    allowed: bool
    because: Because
    decision_id: UUID | None = None


def may_be_told(asked: Telling, at: datetime, decisions: Iterable[SharingDecided]) -> Rests:
    """The answer at an aware instant, whatever the order in which the decisions are given.

    A decision counts from `decided_at`, and to the end of the London date `expires_on`. One that
    another replaces counts until that was decided. Of several the latest counts.
    """
    made = [one for one in decisions if _is_about(one, asked) and one.decided_at <= at]
    replaced = {one.replaces for one in made}
    held = [one for one in made if one.decision_id not in replaced]
    if not held:
        return Rests(False, Because.MISSING)
    last = max(held, key=lambda one: (one.decided_at, one.decision_id))
    because = _because(last, at)
    return Rests(because is Because.DECIDED, because, last.decision_id)


def _is_about(one: SharingDecided, asked: Telling) -> bool:
    return one.standing is not None and asked == Telling(
        one.organisation, one.standing.region, one.standing.topic, one.recipient
    )


def _because(last: SharingDecided, at: datetime) -> Because:
    if last.decision is SharingAnswer.WITHHOLD:
        return Because.WITHHELD
    if last.decision is SharingAnswer.DEFER:
        return Because.DEFERRED
    if last.standing is None or last.standing.expires_on < london_date(at):
        return Because.EXPIRED
    return Because.DECIDED
