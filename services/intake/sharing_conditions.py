"""What the members of a decision to share ask of each other. Pure; every fault has its place.

Sources: HM Government, Information sharing: advice for practitioners (the seven golden rules);
UK GDPR, Articles 6, 9 and 10; Data Protection Act 2018, Schedule 1; Children Act 2004, s.16LA(3)
(no disclosure that harms the child more than it helps).
"""

from collections.abc import Iterator
from datetime import date, datetime

from services.intake.sharing_guidance import guidance_on
from services.intake.stated_sharing import Consent, DecideSharing, RuleFollowed, SevenRules
from shared.calendar.london import london_date
from shared.contracts.sharing_codes import (
    SPECIAL,
    DataCategory,
    FollowUp,
    LawfulBasis,
    SharingAnswer,
    SharingRule,
    WithholdGround,
)
from shared.contracts.strict_json import FieldFault

FOLLOWS: dict[SharingRule, FollowUp] = {
    SharingRule.LAW_IS_NO_BARRIER: FollowUp.TAKE_LEGAL_ADVICE,
    SharingRule.OPEN_AND_HONEST: FollowUp.INFORM_WHEN_SAFE,
    SharingRule.ADVICE_SOUGHT: FollowUp.TAKE_ADVICE,
    SharingRule.CONSENT_OR_BASIS: FollowUp.ESTABLISH_BASIS,
    SharingRule.SAFETY_CONSIDERED: FollowUp.ASSESS_SAFETY,
    SharingRule.NECESSARY_AND_PROPORTIONATE: FollowUp.SHARE_LESS,
    SharingRule.DECISION_RECORDED: FollowUp.RECORD_IN_THE_CASE_FILE,
}
"""What is left to do for each rule that was not followed."""
_SHARES = frozenset({SharingAnswer.SHARE, SharingAnswer.SHARE_PARTIALLY})


def shares(said: DecideSharing) -> bool:
    """Whether anything is told."""
    return said.decision in _SHARES


def not_followed(rules: SevenRules) -> list[SharingRule]:
    return [rule for rule in SharingRule if not _answer(rules, rule).followed]


def follow_ups(rules: SevenRules) -> list[FollowUp]:
    return [FOLLOWS[rule] for rule in not_followed(rules)]


def faults(said: DecideSharing, now: datetime) -> list[FieldFault]:
    """Each fault as a JSON pointer and a code, in the order of the members; none where it may
    stand. `now` is an aware instant."""
    return [FieldFault(pointer, code) for pointer, code in _faults(said, now)]


def _faults(said: DecideSharing, now: datetime) -> Iterator[tuple[str, str]]:
    if said.case_id is None and said.standing is None:
        yield "/case_id", "case_or_standing_required"
    if said.case_id is not None and said.standing is not None:
        yield "/standing", "case_and_standing_exclude_each_other"
    if said.decided_at > now:
        yield "/decided_at", "in_the_future"
    elif guidance_on(london_date(said.decided_at)) is None:
        yield "/decided_at", "before_the_guidance"
    yield from _what_is_kept_back(said)
    yield from _basis(said)
    yield from _consent(said.consent, shares(said), said.lawful_basis)
    if not said.subject_informed.informed and said.subject_informed.reason is None:
        yield "/subject_informed/reason", "not_informed_reason_required"
    for rule in not_followed(said.rules) if shares(said) else ():
        if _answer(said.rules, rule).reason is None:
            yield f"/rules/{rule}/reason", "rule_reason_required"
    yield from _after_it(said)
    yield from _dates(said, london_date(said.decided_at))


def _what_is_kept_back(said: DecideSharing) -> Iterator[tuple[str, str]]:
    withholds = said.decision is SharingAnswer.WITHHOLD
    partially = said.decision is SharingAnswer.SHARE_PARTIALLY
    if withholds and said.withhold_ground is None:
        yield "/withhold_ground", "withhold_ground_required"
    if not withholds and said.withhold_ground is not None:
        yield "/withhold_ground", "nothing_is_withheld"
    if partially and said.information_withheld is None:
        yield "/information_withheld", "information_withheld_required"
    if not partially and said.information_withheld is not None:
        yield "/information_withheld", "nothing_is_shared_partially"
    detrimental = said.withhold_ground is WithholdGround.MORE_DETRIMENTAL_TO_CHILD
    if detrimental and said.detriment_assessment is None:
        yield "/detriment_assessment", "detriment_assessment_required"


def _basis(said: DecideSharing) -> Iterator[tuple[str, str]]:
    if not shares(said):
        return
    if said.lawful_basis is None:
        yield "/lawful_basis", "lawful_basis_required"
    special = not SPECIAL.isdisjoint(said.data_categories)
    if special and said.special_category_condition is None:
        yield "/special_category_condition", "special_category_condition_required"
    if not special and said.special_category_condition is not None:
        yield "/special_category_condition", "no_such_category"
    criminal = DataCategory.CRIMINAL_OFFENCE in said.data_categories
    if criminal and said.criminal_data_condition is None:
        yield "/criminal_data_condition", "criminal_data_condition_required"
    if not criminal and said.criminal_data_condition is not None:
        yield "/criminal_data_condition", "no_such_category"


def _consent(consent: Consent, told: bool, basis: LawfulBasis | None) -> Iterator[tuple[str, str]]:
    if consent.sought:
        if consent.given is None:
            yield "/consent/given", "consent_answer_required"
        if consent.not_sought_reason is not None:
            yield "/consent/not_sought_reason", "consent_was_sought"
    else:
        if consent.given is not None:
            yield "/consent/given", "consent_not_sought"
        if consent.not_sought_reason is None:
            yield "/consent/not_sought_reason", "not_sought_reason_required"
    if told and basis is LawfulBasis.CONSENT and consent.given is not True:
        yield "/lawful_basis", "consent_not_given"


def _after_it(said: DecideSharing) -> Iterator[tuple[str, str]]:
    if shares(said) and said.security_method is None:
        yield "/security_method", "security_method_required"
    if shares(said) and said.retention_until is None:
        yield "/retention_until", "retention_until_required"


def _dates(said: DecideSharing, decided_on: date) -> Iterator[tuple[str, str]]:
    if said.retention_until is not None and said.retention_until < decided_on:
        yield "/retention_until", "before_the_decision"
    if said.review_on < decided_on:
        yield "/review_on", "before_the_decision"
    if said.standing is not None:
        if said.standing.expires_on < decided_on:
            yield "/standing/expires_on", "before_the_decision"
        if said.standing.expires_on < said.review_on:
            yield "/review_on", "after_the_expiry"


def _answer(rules: SevenRules, rule: SharingRule) -> RuleFollowed:
    found: RuleFollowed = getattr(rules, rule)
    return found
