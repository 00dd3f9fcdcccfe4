"""Whether a reader may see what another organisation wrote of a case, and by which decision."""

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from shared.contracts.sharing_codes import SharingAnswer
from shared.contracts.sharing_events import SharingDecided
from shared.messaging.facts import Fact, of_type

_SHARES = (SharingAnswer.SHARE, SharingAnswer.SHARE_PARTIALLY)


class Disclosure(StrEnum):
    """`replaced`: another decision holds instead; `unknown` also while it was not heard of yet."""

    ALLOWED = "allowed"
    UNKNOWN = "unknown"
    REPLACED = "replaced"
    NOT_WITH_READER = "not_with_reader"


def disclosure(facts: Sequence[Fact], named: UUID, reader: str) -> Disclosure:
    """What the named decision says of this organisation, by all that was told of the case."""
    made = {data.decision_id: data for _, data in of_type(facts, SharingDecided)}
    decision = made.get(named)
    if decision is None:
        return Disclosure.UNKNOWN
    if named in {data.replaces for data in made.values()}:
        return Disclosure.REPLACED
    shared = decision.decision in _SHARES and decision.recipient == reader
    return Disclosure.ALLOWED if shared else Disclosure.NOT_WITH_READER
