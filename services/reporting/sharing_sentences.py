"""One sentence for a decision to share information or not. What was typed is not in the event."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.reporting.plain_words import organisation_name, words_of
from shared.contracts.payload import Payload
from shared.contracts.sharing_events import SharingDecided
from shared.messaging.facts import Fact

ANSWERS = MappingProxyType(
    {
        "share": "to share information with",
        "share_partially": "to share a part of the information with",
        "withhold": "not to share information with",
        "defer": "later whether to share information with",
    }
)
GROUNDS = MappingProxyType(
    {
        "more_detrimental_to_child": "it would harm the child more to tell",
        "no_lawful_basis": "there is no lawful basis",
        "not_necessary": "it is not necessary",
        "prejudices_investigation": "it would prejudice an investigation",
        "no_longer_needed": "it is no longer needed",
        "other": "for another reason, which is on record",
    }
)


def _decided(data: SharingDecided, fact: Fact, case_id: UUID) -> str:
    because = f": {words_of(GROUNDS, data.withhold_ground)}" if data.withhold_ground else ""
    again = " (in place of an earlier decision)" if data.replaces else ""
    who, whom = organisation_name(data.organisation), organisation_name(data.recipient)
    return f"{who} decided {words_of(ANSWERS, data.decision)} {whom}{because}{again}"


SHARING_SENTENCES: Mapping[type[Payload], Callable[[Any, Fact, UUID], str]] = MappingProxyType(
    {SharingDecided: _decided}
)
