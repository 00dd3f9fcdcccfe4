"""A source of an obligation in words, and the facts by which an invented case brings it about.

What the words mean in the invented cases stands in `BODIES` and `OF_AREA`; nothing of it is looked
up where the services look.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from services.panel_notification.about import About
from shared.contracts.intake_events import ObligationOwed
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact
from tests.services.intake.sample_children import CASE
from tests.services.intake.stated_incidents import BARNET, LIVERPOOL, WIRRAL, rows
from tests.services.intake.stated_incidents import decided as decided_on
from tests.services.panel_notification.sample_facts import decided, fact

LINCOLNSHIRE = "E06000012"
OF_AREA = {
    (LIVERPOOL, 2019): (f"la-{LIVERPOOL}", "ccg-99A", "police-merseyside"),
    (BARNET, 2019): (f"la-{BARNET}", "ccg-07M", "police-metropolitan"),
    (LIVERPOOL, 2024): (f"la-{LIVERPOOL}", "icb-QYG", "police-merseyside"),
    (LINCOLNSHIRE, 2024): (f"la-{LINCOLNSHIRE}", "icb-QOQ", "police-humberside"),
    (LIVERPOOL, 2026): (f"la-{LIVERPOOL}", "icb-QYG", "police-merseyside"),
    (WIRRAL, 2026): (f"la-{WIRRAL}", "icb-QYG", "police-merseyside"),
}
"""The authority first."""
BODIES = {
    "the Panel": "panel",
    "the department": "dfe",
    "Ofsted": "ofsted",
    "the child death overview panel": "cdop-merseyside",
    "the office of the partnership": "office-north-east-lincolnshire",
    "the What Works Centre": "what-works-centre",
}
OWN, OTHER = "the partners of the own area", "the partners of the other area"
LEFT, TAKEN = "the partners of the area left", "the other partners of the area that takes it"
NOBODY, NO_LIMIT = "nobody", "no limit"
_TELLS = re.compile(r"(?P<who>[^;()]+) \((?P<limit>[A-Z0-9]+|no limit), (?P<force>\w+)\)(; |$)")
Told = set[tuple[str, str, str, str]]
"""Recipient, area, limit, force."""


@dataclass(frozen=True)
class Source:
    """`tells` in words; `makes` the facts, of which the last one is the source. `own` is the area
    that tells, `other` one that it concerns too, in `year`."""

    name: str
    what: str
    tells: str
    makes: Callable[[], list[Fact]]
    about: About = About.INCIDENT
    own: str = LIVERPOOL
    other: str = BARNET
    year: int = 2019

    @property
    def expected(self) -> Told:
        """What the words mean in this case. Raises ValueError for words that are not understood."""
        if self.tells == NOBODY:
            return set()
        if _TELLS.sub("", self.tells):
            raise ValueError(f"not understood: {self.tells}")
        return {
            (body, area, "NONE" if said["limit"] == NO_LIMIT else said["limit"], said["force"])
            for said in _TELLS.finditer(self.tells)
            for body, area in self._bodies(said["who"])
        }

    def _bodies(self, who: str) -> Iterable[tuple[str, str]]:
        if who in BODIES:
            return [(BODIES[who], self.own)]
        area = self.own if who in (OWN, LEFT) else self.other
        bodies = OF_AREA[area, self.year]
        return [(body, area) for body in bodies[who in (OWN, TAKEN) :]]


def decision(row: str, stated: dict[str, Any]) -> list[Fact]:
    """What intake publishes of a decision on these facts; nothing of one that is held."""
    answer = decided_on(stated | {"case_id": str(CASE), "cycle": 1})
    assert row in rows(answer), f"{row} does not apply: {rows(answer)}"
    if answer["held"]:
        assert answer["waiting_for"] or row == "N16"
        return []
    copies = [one for policy in answer["local_policies"] for one in policy["obligations"]]
    owed = [_obligation(one) for one in [*answer["obligations"], *copies]]
    return [fact(CASE, 1, decided(owed, answer["decision"]))]


def _obligation(shown: dict[str, Any]) -> ObligationOwed:
    named = {name: shown[name] for name in ObligationOwed.model_fields if name in shown}
    named["sources"] = [one["id"] for one in shown["sources"]]
    return ObligationOwed.model_validate_json(json.dumps(named))


def in_order(*said: Payload) -> list[Fact]:
    return [fact(CASE, at, data) for at, data in enumerate(said, start=1)]


def obligations_of(data: Payload) -> list[ObligationOwed]:
    return list(getattr(data, "obligations", ()))
