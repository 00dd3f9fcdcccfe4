"""Codes, instants and dates as a social worker reads them. Codes stay in the JSON beside them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType
from uuid import UUID

from shared.calendar.bank_holidays import Calendar, bundled_calendars
from shared.calendar.errors import CalendarOutOfRange
from shared.calendar.london import LONDON
from shared.calendar.working_days import working_days_between
from shared.reference import directory
from shared.reference.errors import UnknownReference

Words = Mapping[str, str]

SERVICES: Words = MappingProxyType(
    {
        "intake": "Intake",
        "rapid_review_timer": "Rapid-review timer",
        "panel_notification": "Panel notification",
        "reporting": "Reporting",
    }
)
RULES: Words = MappingProxyType(
    {
        "DL01": "Notify the Panel",
        "DL02": "Tell the safeguarding partners of the own area",
        "DL03": "Tell the safeguarding partners of other areas",
        "DL04": "Notify the death of a looked-after child",
        "DL05": "Notify the death of a care leaver",
        "DL06": "Share early findings",
        "DL07": "Complete the rapid review and send it to the Panel",
        "DL09": "The Panel's reply to the rapid review",
        "DL10": "Tell of the decision for a local review",
        "DL11": "Publish the local review",
        "DL12": "Send copies of the local review before it is published",
        "DL16": "Publish the next yearly report",
        "DL17": "Send copies of the yearly report",
        "OFFICE": "Copy the notification to the office of the partnership",
        "TRIAGE": "Settle whether the criteria may be met",
    }
)
ROWS: Words = MappingProxyType(
    {
        "N1": "a child died in the area; abuse or neglect known or suspected",
        "N2": "a child was seriously harmed in the area; abuse or neglect known or suspected",
        "N3": "a child normally resident in the area died or was seriously harmed outside England",
        "N4": "it happened in another area of England, whose authority notifies",
        "N5": "a looked-after child died, without abuse or neglect",
        "N6": "a looked-after child died; abuse or neglect known or suspected",
        "N7": "a looked-after child was seriously harmed, without abuse or neglect",
        "N8": "a care leaver aged 18 to 24 died",
        "N9": "a care leaver under 18 died or was seriously harmed; abuse or neglect suspected",
        "N10": "a child who was not looked after died, without abuse or neglect",
        "N11": "the harm was not serious, or it was a near miss",
        "N12": "a child in a regulated setting died, without abuse or neglect",
        "N13": "the person is an adult and no care leaver",
        "N14": "abuse or neglect is not yet known",
        "N15": "a stillbirth or a lawful planned termination",
        "N16": "an unborn child: a person has to decide",
    }
)
FORCES: Words = MappingProxyType(
    {
        "must": "must: the law says so",
        "should": "should: guidance says so",
        "local": "local practice",
    }
)
STAGES: Words = MappingProxyType(
    {
        "reported": "Reported",
        "triage": "In triage",
        "not_notifiable": "Decided: not notifiable",
        "notifiable": "Decided: notifiable, notification under way",
        "simple_notification": "Decided: simple notification, under way",
        "notified": "Notified",
        "rapid_review": "Rapid review under way",
        "rr_submitted": "Rapid review sent to the Panel",
        "panel_considering": "With the Panel",
        "more_info": "The Panel asked for more",
        "no_further_review": "No further review",
        "lcspr_commissioned": "Local review commissioned",
        "lcspr_drafted": "Local review drafted",
        "lcspr_prepublication": "Copies of the local review are out",
        "lcspr_published": "Local review published",
        "lcspr_not_published": "Local review not published",
        "national_review": "National review",
        "learning_tracking": "Actions are tracked",
        "withdrawn": "Withdrawn",
        "closed": "Closed",
        "merged": "Merged into another case",
    }
)
DECISIONS: Words = MappingProxyType(
    {
        "notifiable": "Notifiable to the Panel",
        "simple": "Simple notification: a death without abuse or neglect",
        "not_notifiable": "Not notifiable",
    }
)
POSITIONS: Words = MappingProxyType({"agree": "agrees", "disagree": "disagrees"})
PARTNER_KINDS: Words = MappingProxyType(
    {"local_authority": "Local authority", "health": "Health", "police": "Police"}
)
RECIPIENT_KINDS: Words = MappingProxyType(
    {
        "panel": "The Panel",
        "dfe": "Department for Education",
        "ofsted": "Ofsted",
        "partner_police": "Police partner",
        "partner_health": "Health partner",
        "partner_la": "Local authority partner",
        "cdop": "Child death overview panel",
        "what_works_centre": "What Works Centre",
        "partnership_office": "Office of the partnership",
    }
)
CHANNELS: Words = {"smtp": "e-mail", "notify": "Notify", "webhook": "API", "manual": "form"}
OUTCOMES: Words = MappingProxyType(
    {
        "died": "a child died",
        "seriously_harmed": "a child was seriously harmed",
        "harmed_not_serious": "a child was harmed, not seriously",
        "near_miss": "a near miss",
    }
)
BASES: Words = MappingProxyType(
    {
        "AWARE": "counted from when the authority became aware",
        "INCIDENT": "counted from when the incident happened",
        "NOTIFIED": "counted from when the notification was sent",
        "ORIGINAL": "before an extension was agreed",
        "RECEIVED": "counted from when the report was received",
    }
)
DUE_KINDS: Words = MappingProxyType(
    {
        "due_soon": "is due soon",
        "due_today": "is due today",
        "overdue": "is overdue",
        "relaxed": "is past its day, which a notice relaxes: no breach",
    }
)
REASONS: Words = MappingProxyType(
    {
        "linked": "the case was merged into another",
        "withdrawn": "the notification was withdrawn: the criteria proved unmet",
        "closed": "the case was closed",
        "not_owed": "the decision no longer asks for it",
        "decided_simple": "decided: a simple notification is enough",
        "decided_not_notifiable": "decided: not notifiable",
        "no_rapid_review": "decided: no rapid review",
        "no_other_area": "no other area is affected",
        "row_ruled_out": "what it stands on was ruled out",
        "start_unknown": "it is no longer known when it starts",
        "publication_withheld": "the review is not published",
        "information_awaited": "the Panel waits for what it asked for",
        "national_review": "the Panel holds a national review",
        "resumed": "it stood still until then",
        "extension_granted": "an extension was granted",
        "start_corrected": "its start was corrected",
        "rule_revised": "the rule was revised",
        "calendar_revised": "the bank holidays were revised",
        "basis_corrected": "what it is counted from was corrected",
        "corrected": "corrected",
    }
)
"""Why a clock was moved, cancelled or stands still."""
SETTLED: Words = {code: f"it was {code}" for code in ("released", "discarded", "dismissed")}


@dataclass(frozen=True)
class Moment:
    """An instant: UTC for machines, London words for people."""

    utc: datetime
    london: str


def words_of(words: Words, code: str) -> str:
    """The words of a code; of one that is newer than this table, the code itself, spaced."""
    return words.get(code) or code.replace("_", " ")


def rule_words(rule: str) -> str:
    name = RULES.get(rule)
    return f"{name} ({rule})" if name else rule


def moment(instant: datetime) -> Moment:
    """Of an aware instant."""
    local = instant.astimezone(LONDON)
    return Moment(instant.astimezone(UTC), f"{day_words(local.date())} at {local:%H:%M}")


def day_words(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def reference_of(case_id: UUID) -> str:
    """What people call the case: the first eight characters of its id."""
    return case_id.hex[:8]


def counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def span_words(seconds: float) -> str:
    """A length of time in its greatest whole unit."""
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return counted(int(seconds // size), unit)
    return counted(int(seconds), "second")


def organisation_name(code: str) -> str:
    try:
        return directory.organisation(code).name
    except UnknownReference:
        return code


def area_name(code: str, on: date) -> str:
    try:
        return directory.area(code, directory.last_day_of(code) or on).name
    except UnknownReference:
        return code


def working_days(version: str, start: date, end: date) -> int | None:
    """Working days after `start` up to `end`, by the calendar the clock was set by.

    None where that calendar is not held here or does not reach so far: no number is better than
    another one than the timer's.
    """
    calendar = _calendars().get(version)
    try:
        return None if calendar is None else working_days_between(calendar, start, end)
    except CalendarOutOfRange:
        return None


@cache
def _calendars() -> dict[str, Calendar]:
    return {calendar.version: calendar for calendar in bundled_calendars()}
