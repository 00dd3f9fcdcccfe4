"""The sample incidents and the authority that decides each. Everybody in them is invented."""

from dataclasses import dataclass
from typing import Any, Literal

KNOWSLEY, LIVERPOOL, ST_HELENS = "E08000011", "E08000012", "E08000013"
SEFTON, WIRRAL, BARNET = "E08000014", "E08000015", "E09000003"

Content = dict[str, Any]
Door = Literal["bus", "http"]


@dataclass(frozen=True)
class Incident:
    """`area` is that of the authority that decides, `reported_in` that of the reports, where the
    case was handed over. `rests_in`: a stage on the way in which this one stays; `passes`: one in
    which others stay and this one does not; `ends_in`: the last of its stages, where it has one
    that others do not reach."""

    title: str
    area: str
    reported_in: str = ""
    rests_in: str = ""
    passes: str = ""
    ends_in: str = ""

    @property
    def areas(self) -> frozenset[str]:
        """Of the authorities that see its cases, one after the other."""
        return frozenset({self.area, self.reported_in or self.area})


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
    "pupil": Incident("Pupil hurt, cause not known", KNOWSLEY, rests_in="triage"),
    "dissent": Incident("Baby seriously harmed, police disagree", ST_HELENS),
    "two_reporters": Incident(
        "Child of a court case seriously harmed", SEFTON, passes="rapid_review"
    ),
    "died_later": Incident(
        "Child notified as harmed, died later", KNOWSLEY, passes="rapid_review", ends_in="closed"
    ),
    "withdrawn": Incident("Injury explained, withdrawn", SEFTON, passes="rapid_review"),
    "corrected": Incident("Child died, date corrected", WIRRAL),
    "reopened": Incident("Not notified, then opened again", WIRRAL, passes="not_notifiable"),
    "transferred": Incident(
        "Child harmed in Knowsley, told to St Helens", KNOWSLEY, reported_in=ST_HELENS
    ),
    "care_leaver": Incident("Care leaver died", ST_HELENS),
    "placed_away": Incident("Wirral’s looked-after child harmed in Sefton", SEFTON),
    "abroad": Incident("Liverpool child harmed in France", LIVERPOOL),
}
MALFORMED = "malformed"
