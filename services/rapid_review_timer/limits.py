"""How each time limit is called for and what meets it; its numbers and sources are rule data.

A limit that stands in no row here runs when a decision's obligations name it and is met by the
last delivery they need, so that a new limit is a new rule file.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

from shared.contracts.event_codes import Decision, NotificationKind

TRIAGE = "TRIAGE"
EARLY_FINDINGS = "DL06"
RAPID_REVIEW = "DL07"
PANEL_REPLY = "DL09"
INFORM_OF_LOCAL_REVIEW = "DL10"
PUBLISH_LOCAL_REVIEW = "DL11"
COPIES = "DL12"
KEPT_AVAILABLE = "DL13"
NEXT_YEARLY_REPORT = "DL16"
YEARLY_REPORT_COPIES = "DL17"
OFFICE = "OFFICE"
"""A local page asks for a copy on the day of the notification, which starts it."""
OF_THE_REVIEW = frozenset(
    {
        EARLY_FINDINGS,
        RAPID_REVIEW,
        PANEL_REPLY,
        INFORM_OF_LOCAL_REVIEW,
        PUBLISH_LOCAL_REVIEW,
        COPIES,
    }
)
"""Started by a notification sent to the Panel and by the steps of the review that follows it."""

STARTED_OTHERWISE = frozenset({TRIAGE, OFFICE}) | OF_THE_REVIEW
"""By a report, by the notification or by the review: not by what is decided."""


class InTriage(Enum):
    """What calls for a limit while nothing is decided."""

    CLOCK_START = auto()
    OTHER_AREAS = auto()
    ROWS = auto()
    NOTHING = auto()


class Begins(Enum):
    """Whose knowledge starts the clock."""

    CRITERIA_KNOWN = auto()
    INCIDENT_KNOWN = auto()
    DEATH_KNOWN = auto()


class Reason(StrEnum):
    """Why a clock was cancelled, or stands still (see SUSPENDS)."""

    LINKED = "linked"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    NOT_OWED = "not_owed"
    DECIDED_SIMPLE = "decided_simple"
    DECIDED_NOT_NOTIFIABLE = "decided_not_notifiable"
    NO_RAPID_REVIEW = "no_rapid_review"
    NO_OTHER_AREA = "no_other_area"
    ROW_RULED_OUT = "row_ruled_out"
    START_UNKNOWN = "start_unknown"
    PUBLICATION_WITHHELD = "publication_withheld"
    INFORMATION_AWAITED = "information_awaited"
    NATIONAL_REVIEW = "national_review"


SUSPENDS = frozenset({Reason.INFORMATION_AWAITED, Reason.NATIONAL_REVIEW})
"""Reasons for which a clock stands still and may go on; the others end it."""


@dataclass(frozen=True)
class Limit:
    """`kept_when_notifiable`: a decision to notify keeps it, whatever the obligations name.
    `notified_by`: the notification that meets it; none: the last delivery it covers."""

    in_triage: InTriage = InTriage.NOTHING
    rows: frozenset[str] = frozenset()
    kept_when_notifiable: bool = False
    notified_by: frozenset[NotificationKind] = frozenset()


# The department and Ofsted receive what is sent to the Panel (GOV.UK, Report a serious child
# safeguarding incident), so that the Panel's notification meets their limits as well.
_EITHER = frozenset(NotificationKind)

LIMITS: dict[str, Limit] = {
    "DL01": Limit(
        InTriage.CLOCK_START,
        kept_when_notifiable=True,
        notified_by=frozenset({NotificationKind.PANEL}),
    ),
    "DL02": Limit(InTriage.CLOCK_START, kept_when_notifiable=True),
    "DL03": Limit(InTriage.OTHER_AREAS),
    "DL04": Limit(InTriage.ROWS, rows=frozenset({"N5"}), notified_by=_EITHER),
    "DL05": Limit(InTriage.ROWS, rows=frozenset({"N8"}), notified_by=_EITHER),
}

BEGINS: dict[str, Begins] = {
    "clock_start": Begins.CRITERIA_KNOWN,
    "la_aware_of_looked_after_death": Begins.INCIDENT_KNOWN,
    "la_aware_of_care_leaver_death": Begins.INCIDENT_KNOWN,
    "death_known": Begins.DEATH_KNOWN,
}
"""By the trigger that the rule data names."""

NOT_CALLED_FOR: dict[Decision, Reason] = {
    Decision.NOTIFIABLE: Reason.NOT_OWED,
    Decision.SIMPLE: Reason.DECIDED_SIMPLE,
    Decision.NOT_NOTIFIABLE: Reason.DECIDED_NOT_NOTIFIABLE,
}


def limit_of(rule: str) -> Limit:
    """The limit's row, or that of a limit which only obligations call for."""
    return LIMITS.get(rule, Limit())
