"""Coded values of a decision to share information or not."""

from enum import StrEnum


class SharingAnswer(StrEnum):
    """A decision not to share is recorded like one to share."""

    SHARE = "share"
    SHARE_PARTIALLY = "share_partially"
    WITHHOLD = "withhold"
    DEFER = "defer"


class WithholdGround(StrEnum):
    """`more_detrimental_to_child`: it would harm the child more to tell than not to tell."""

    MORE_DETRIMENTAL_TO_CHILD = "more_detrimental_to_child"
    NO_LAWFUL_BASIS = "no_lawful_basis"
    NOT_NECESSARY = "not_necessary"
    PREJUDICES_INVESTIGATION = "prejudices_investigation"
    NO_LONGER_NEEDED = "no_longer_needed"
    OTHER = "other"


class RecipientRole(StrEnum):
    LOCAL_AUTHORITY = "local_authority"
    POLICE = "police"
    HEALTH = "health"
    EDUCATION = "education"
    RELEVANT_AGENCY = "relevant_agency"
    PANEL = "panel"
    DEPARTMENT = "department"
    INSPECTORATE = "inspectorate"
    CHILD_DEATH_OVERVIEW_PANEL = "child_death_overview_panel"
    INDEPENDENT_REVIEWER = "independent_reviewer"
    FAMILY = "family"
    OTHER = "other"


class DataCategory(StrEnum):
    """What kinds of information a decision is about; never the information."""

    IDENTITY = "identity"
    CONTACT = "contact"
    FAMILY = "family"
    INCIDENT = "incident"
    SERVICE_HISTORY = "service_history"
    EDUCATION = "education"
    CASE_STATUS = "case_status"
    HEALTH = "health"
    ETHNIC_ORIGIN = "ethnic_origin"
    RELIGION_OR_BELIEF = "religion_or_belief"
    SEX_LIFE_OR_ORIENTATION = "sex_life_or_orientation"
    GENETIC_OR_BIOMETRIC = "genetic_or_biometric"
    CRIMINAL_OFFENCE = "criminal_offence"


SPECIAL = frozenset(
    {
        DataCategory.HEALTH,
        DataCategory.ETHNIC_ORIGIN,
        DataCategory.RELIGION_OR_BELIEF,
        DataCategory.SEX_LIFE_OR_ORIENTATION,
        DataCategory.GENETIC_OR_BIOMETRIC,
    }
)
"""UK GDPR, Article 9(1)."""


class LawfulBasis(StrEnum):
    """UK GDPR, Article 6(1)."""

    LEGAL_OBLIGATION = "legal_obligation"
    PUBLIC_TASK = "public_task"
    VITAL_INTERESTS = "vital_interests"
    CONSENT = "consent"
    LEGITIMATE_INTERESTS = "legitimate_interests"


class SpecialCondition(StrEnum):
    """UK GDPR, Article 9(2), and Data Protection Act 2018, Schedule 1 (safeguarding of children:
    paragraph 18)."""

    SUBSTANTIAL_PUBLIC_INTEREST_SAFEGUARDING = "substantial_public_interest_safeguarding"
    VITAL_INTERESTS = "vital_interests"
    HEALTH_SOCIAL_CARE = "health_social_care"
    LEGAL_CLAIMS = "legal_claims"


class CriminalCondition(StrEnum):
    """UK GDPR, Article 10, and Data Protection Act 2018, Schedule 1."""

    OFFICIAL_AUTHORITY = "official_authority"
    SAFEGUARDING_OF_CHILDREN = "safeguarding_of_children"
    PREVENTING_UNLAWFUL_ACTS = "preventing_unlawful_acts"
    VITAL_INTERESTS = "vital_interests"
    LEGAL_CLAIMS = "legal_claims"


class NotSoughtReason(StrEnum):
    """Why nobody was asked for consent."""

    INCREASES_RISK = "increases_risk"
    PREJUDICES_INVESTIGATION = "prejudices_investigation"
    UNREASONABLE_DELAY = "unreasonable_delay"
    NOT_THE_BASIS = "not_the_basis"


class SharingRule(StrEnum):
    """The seven golden rules of the advice for practitioners, in our own words and their order."""

    LAW_IS_NO_BARRIER = "law_is_no_barrier"
    OPEN_AND_HONEST = "open_and_honest"
    ADVICE_SOUGHT = "advice_sought"
    CONSENT_OR_BASIS = "consent_or_basis"
    SAFETY_CONSIDERED = "safety_considered"
    NECESSARY_AND_PROPORTIONATE = "necessary_and_proportionate"
    DECISION_RECORDED = "decision_recorded"


class FollowUp(StrEnum):
    """What somebody still has to do where a rule was not followed."""

    TAKE_LEGAL_ADVICE = "take_legal_advice"
    INFORM_WHEN_SAFE = "inform_when_safe"
    TAKE_ADVICE = "take_advice"
    ESTABLISH_BASIS = "establish_basis"
    ASSESS_SAFETY = "assess_safety"
    SHARE_LESS = "share_less"
    RECORD_IN_THE_CASE_FILE = "record_in_the_case_file"


class SecurityMethod(StrEnum):
    SECURE_EMAIL = "secure_email"
    ENCRYPTED_TRANSFER = "encrypted_transfer"
    SHARED_SYSTEM = "shared_system"
    TRACKED_POST = "tracked_post"
    IN_PERSON = "in_person"
    VERIFIED_CALL = "verified_call"


class SharedTopic(StrEnum):
    """What a region hears of, by topic."""

    INCIDENT_NOTIFIED = "incident.notified"
    REVIEW_DUE = "review.due"
    CASE_STAGE = "case.stage"
    LCSPR_PUBLISHED = "lcspr.published"
    LEARNING_ACTION = "learning.action"
    METRICS_MONTHLY = "metrics.monthly"
