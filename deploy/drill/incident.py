"""An invented incident, and a thing that somebody does about it. Instants are UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

AREAS = ("E08000012", "E08000015", "E09000003", "E08000011", "E08000013")
"""Liverpool, Wirral, Barnet, Knowsley, St Helens."""
FIRST_DAY = date(2018, 6, 29)
"""The duty to notify begins."""


@dataclass(frozen=True, order=True)
class Planned:
    """One thing that somebody does to one incident; `number` keeps the order within an instant."""

    at: datetime
    number: int
    incident: int = field(compare=False)
    act: str = field(compare=False)
    says: Mapping[str, Any] = field(compare=False, default_factory=dict)


@dataclass(frozen=True)
class Incident:
    """`kind` is what becomes of it; `died`: else seriously harmed. `why`: of a special day."""

    number: int
    kind: str
    area: str
    residence: str
    aware_at: datetime
    died: bool
    born: date
    why: str = ""
