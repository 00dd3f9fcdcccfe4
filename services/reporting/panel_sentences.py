"""One sentence for each reply of the Panel to a rapid review, and for the partners' answer."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.reporting.plain_words import day_words, words_of
from services.reporting.review_words import PANEL_DECISIONS
from shared.contracts.panel_events import (
    PanelDecided,
    PanelInformationRequested,
    PanelReceived,
)
from shared.contracts.payload import Payload
from shared.contracts.review_events import InformationSupplied
from shared.messaging.facts import Fact

Sentence = Callable[[Any, Fact, UUID], str]


def _received(data: PanelReceived, fact: Fact, case_id: UUID) -> str:
    return "The Panel has received the rapid review"


def _asked(data: PanelInformationRequested, fact: Fact, case_id: UUID) -> str:
    by = f", by {day_words(data.wanted_by)}" if data.wanted_by else ""
    return f"The Panel asked for more information{by}"


def _supplied(data: InformationSupplied, fact: Fact, case_id: UUID) -> str:
    return "The information that the Panel asked for was supplied"


def _decided(data: PanelDecided, fact: Fact, case_id: UUID) -> str:
    met = f" at its meeting on {day_words(data.met_on)}" if data.met_on else ""
    return f"The Panel decided{met}: {words_of(PANEL_DECISIONS, data.decision)}"


PANEL_SENTENCES: Mapping[type[Payload], Sentence] = MappingProxyType(
    {
        PanelReceived: _received,
        PanelInformationRequested: _asked,
        InformationSupplied: _supplied,
        PanelDecided: _decided,
    }
)
