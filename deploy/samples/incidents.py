"""The sample incidents and the authority that decides each. Everybody in them is invented."""

from dataclasses import dataclass
from typing import Any, Literal

LIVERPOOL, WIRRAL, BARNET = "E08000012", "E08000015", "E09000003"

Content = dict[str, Any]
Door = Literal["bus", "http"]


@dataclass(frozen=True)
class Incident:
    """`area` is that of the authority that decides."""

    title: str
    area: str


@dataclass(frozen=True)
class SampleReport:
    """`incident` is a key of INCIDENTS, or MALFORMED for what is no report."""

    name: str
    incident: str
    system: str
    organisation: str
    door: Door
    content: Content


INCIDENTS = {
    "toddler": Incident("Toddler seriously harmed", LIVERPOOL),
    "collision": Incident("Child died in a road collision", BARNET),
    "looked_after": Incident("Looked-after child died of an illness", WIRRAL),
    "away_from_home": Incident("Wirral child seriously harmed in Liverpool", LIVERPOOL),
    "late": Incident("Child died, neglect known, told late", BARNET),
}
MALFORMED = "malformed"
