"""Codes of a review as a social worker reads them."""

from types import MappingProxyType

from services.reporting.plain_words import Words

AIMS: Words = MappingProxyType(
    {
        "facts": "the facts",
        "immediate_action": "what has to be done at once",
        "learning": "what can be learnt",
        "next_step": "the next step",
    }
)
NEXT_STEPS: Words = MappingProxyType(
    {
        "lcspr_yes": "a local review",
        "lcspr_no": "no local review",
        "national_recommended": "a national review is recommended",
        "alternative_learning_review": "another way to learn from it",
        "not_met_withdraw": "the criteria are not met after all",
    }
)
PANEL_DECISIONS: Words = MappingProxyType(
    {
        "agree_no_lcspr": "it agrees that no local review is needed",
        "agree_lcspr": "it agrees with a local review",
        "disagree_recommends_lcspr": "it disagrees, and recommends a local review",
        "national_review": "it holds a national review",
        "not_serious_case": "it does not see a serious case",
    }
)
APPROVALS: Words = MappingProxyType({"approved": "approved", "rejected": "rejected"})
EXTENSION_REASONS: Words = MappingProxyType(
    {
        "agency_information_outstanding": "an agency has not answered yet",
        "criminal_proceedings": "criminal proceedings",
        "medical_evidence": "medical evidence is awaited",
        "cross_area": "several areas are involved",
        "other": "another reason",
    }
)
DELAY_REASONS: Words = MappingProxyType(
    {"criminal": "criminal proceedings", "inquest": "an inquest", "other": "another reason"}
)
COPIES_FOR: Words = MappingProxyType(
    {"panel": "the Panel", "secretary_of_state": "the Secretary of State", "ofsted": "Ofsted"}
)
TOLD_OF: Words = MappingProxyType(
    {"decision": "the decision for a local review", "reasons": "the reasons"}
)
PUBLICATIONS: Words = MappingProxyType(
    {"full_report": "the whole report", "improvements_only": "only what should improve"}
)
EARLY_REASONS: Words = MappingProxyType(
    {
        "recipients_agree": "those who had copies agreed",
        "court_order": "a court ordered it",
        "already_public": "it was already public",
        "other": "another reason",
    }
)
WITHHELD_REASONS: Words = MappingProxyType(
    {
        "harm_to_a_child": "it could harm a child",
        "court_order": "a court order",
        "other": "another reason",
    }
)
ACTION_OUTCOMES: Words = MappingProxyType(
    {
        "done": "done",
        "partly_done": "partly done",
        "overtaken": "overtaken by something else",
        "accepted_as_is": "accepted as it is",
    }
)
