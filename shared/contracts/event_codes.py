"""Coded values of inside events. Codes of a report stand in `report_codes`."""

from enum import StrEnum


class Decision(StrEnum):
    """What the authority decided about its duty to notify."""

    NOTIFIABLE = "notifiable"
    SIMPLE = "simple"
    NOT_NOTIFIABLE = "not_notifiable"


class Position(StrEnum):
    AGREE = "agree"
    DISAGREE = "disagree"


class PartnerKind(StrEnum):
    """The three safeguarding partners are kinds; a kind may be several bodies."""

    LOCAL_AUTHORITY = "local_authority"
    HEALTH = "health"
    POLICE = "police"


class RecipientKind(StrEnum):
    PANEL = "panel"
    DFE = "dfe"
    OFSTED = "ofsted"
    PARTNER_POLICE = "partner_police"
    PARTNER_HEALTH = "partner_health"
    PARTNER_LA = "partner_la"
    CDOP = "cdop"
    WHAT_WORKS_CENTRE = "what_works_centre"
    PARTNERSHIP_OFFICE = "partnership_office"


class Force(StrEnum):
    MUST = "must"
    SHOULD = "should"
    LOCAL = "local"


class NotificationKind(StrEnum):
    """`panel`: a serious incident notification; `simple`: a death without abuse or neglect."""

    PANEL = "panel"
    SIMPLE = "simple"


class Channel(StrEnum):
    """`notify`: GOV.UK Notify; `manual`: a person submits the form of the other side."""

    SMTP = "smtp"
    NOTIFY = "notify"
    WEBHOOK = "webhook"
    MANUAL = "manual"


class Stage(StrEnum):
    """Where a case is. `rr`: the rapid review; `lcspr`: the local review that may follow it."""

    REPORTED = "reported"
    TRIAGE = "triage"
    NOT_NOTIFIABLE = "not_notifiable"
    NOTIFIABLE = "notifiable"
    SIMPLE_NOTIFICATION = "simple_notification"
    NOTIFIED = "notified"
    RAPID_REVIEW = "rapid_review"
    RR_SUBMITTED = "rr_submitted"
    PANEL_CONSIDERING = "panel_considering"
    MORE_INFO = "more_info"
    NO_FURTHER_REVIEW = "no_further_review"
    LCSPR_COMMISSIONED = "lcspr_commissioned"
    LCSPR_DRAFTED = "lcspr_drafted"
    LCSPR_PREPUBLICATION = "lcspr_prepublication"
    LCSPR_PUBLISHED = "lcspr_published"
    LCSPR_NOT_PUBLISHED = "lcspr_not_published"
    NATIONAL_REVIEW = "national_review"
    LEARNING_TRACKING = "learning_tracking"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class PanelDecision(StrEnum):
    """What the Panel makes of a rapid review. It advises; the partners decide on a local review
    (`lcspr`)."""

    AGREE_NO_LCSPR = "agree_no_lcspr"
    AGREE_LCSPR = "agree_lcspr"
    DISAGREE_RECOMMENDS_LCSPR = "disagree_recommends_lcspr"
    NATIONAL_REVIEW = "national_review"
    NOT_SERIOUS_CASE = "not_serious_case"


class DueKind(StrEnum):
    """`relaxed` in place of `overdue` where a notice relaxes the limit: tracked, and no breach."""

    DUE_SOON = "due_soon"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"
    RELAXED = "relaxed"


class AwarenessBasis(StrEnum):
    STATED = "stated"
    PRESUMED = "presumed"


class AgeBand(StrEnum):
    """Bands as the department publishes them; `unborn` and `unknown` where no age is known."""

    UNDER_1 = "under_1"
    FROM_1_TO_5 = "1_to_5"
    FROM_6_TO_10 = "6_to_10"
    FROM_11_TO_15 = "11_to_15"
    FROM_16_TO_17 = "16_to_17"
    FROM_18_TO_24 = "18_to_24"
    OVER_24 = "over_24"
    UNBORN = "unborn"
    UNKNOWN = "unknown"


class Submission(StrEnum):
    """What sending systems may submit on the bus beside reports."""

    PANEL_REPLY = "panel_reply"
    SUMMARY = "summary"
