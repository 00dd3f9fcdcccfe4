"""Coded values of what happens in a rapid review and in the local review that may follow it."""

from enum import StrEnum


class Aim(StrEnum):
    """The four aims of a rapid review (Working Together 2018, chapter 4, rapid review): gather
    the facts, act at once where children are at risk, see what can be learnt, decide what next."""

    FACTS = "facts"
    IMMEDIATE_ACTION = "immediate_action"
    LEARNING = "learning"
    NEXT_STEP = "next_step"


class NextStep(StrEnum):
    """`lcspr`: a local child safeguarding practice review."""

    LCSPR_YES = "lcspr_yes"
    LCSPR_NO = "lcspr_no"
    NATIONAL_RECOMMENDED = "national_recommended"
    ALTERNATIVE_LEARNING_REVIEW = "alternative_learning_review"
    NOT_MET_WITHDRAW = "not_met_withdraw"


class LocalCriterion(StrEnum):
    """What partners have to look at when they decide on a local review (Child Safeguarding
    Practice Review and Relevant Agency (England) Regulations 2018, regulation 11)."""

    IMPROVEMENTS = "improvements"
    RECURRENT_THEMES = "recurrent_themes"
    AGENCIES_NOT_WORKING_TOGETHER = "agencies_not_working_together"
    PANEL_PREFERS_LOCAL = "panel_prefers_local"


class NationalCriterion(StrEnum):
    """What may call for a national review (the same regulations, regulation 3)."""

    IMPROVEMENTS = "improvements"
    LEGISLATION_OR_GUIDANCE = "legislation_or_guidance"
    RECURRENT_THEMES = "recurrent_themes"


class Theme(StrEnum):
    NEGLECT = "neglect"
    EXPLOITATION = "exploitation"
    DOMESTIC_ABUSE = "domestic_abuse"
    CONTEXTUAL = "contextual"
    EDGE_OF_CARE = "edge_of_care"
    EARLY_HELP = "early_help"
    INFORMATION_SHARING = "information_sharing"
    RISK_ASSESSMENT = "risk_assessment"
    OTHER = "other"


class Approval(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"


class ExtensionReason(StrEnum):
    AGENCY_INFORMATION_OUTSTANDING = "agency_information_outstanding"
    CRIMINAL_PROCEEDINGS = "criminal_proceedings"
    MEDICAL_EVIDENCE = "medical_evidence"
    CROSS_AREA = "cross_area"
    OTHER = "other"


class ExtensionAnswer(StrEnum):
    GRANTED = "granted"
    REFUSED = "refused"


class DelayReason(StrEnum):
    CRIMINAL = "criminal"
    INQUEST = "inquest"
    OTHER = "other"


class ToldOf(StrEnum):
    """What the Panel and others were told of a local review."""

    DECISION = "decision"
    REASONS = "reasons"


class CopyFor(StrEnum):
    """Who has a copy before a local review is published: the first two must, Ofsted should."""

    PANEL = "panel"
    SECRETARY_OF_STATE = "secretary_of_state"
    OFSTED = "ofsted"


class Publication(StrEnum):
    """A report that is not to be published whole gives at least what should improve."""

    FULL_REPORT = "full_report"
    IMPROVEMENTS_ONLY = "improvements_only"


class EarlyReason(StrEnum):
    """Why a local review is published sooner after its copies than the limit allows."""

    RECIPIENTS_AGREE = "recipients_agree"
    COURT_ORDER = "court_order"
    ALREADY_PUBLIC = "already_public"
    OTHER = "other"


class WithheldReason(StrEnum):
    HARM_TO_A_CHILD = "harm_to_a_child"
    COURT_ORDER = "court_order"
    OTHER = "other"


class ActionOutcome(StrEnum):
    DONE = "done"
    PARTLY_DONE = "partly_done"
    OVERTAKEN = "overtaken"
    ACCEPTED_AS_IS = "accepted_as_is"
