"""Who is to receive a copy of a yearly report. Pure; panel notification only fulfils it.

Recipients and force are those that the rule's row names on the day of publication (Working
Together 2018, chapter 3). Of the What Works Centre the body counts that there is today: one that
is no more cannot be sent anything.
"""

from datetime import date
from uuid import UUID, uuid5

from services.rapid_review_timer.limits import YEARLY_REPORT_COPIES
from services.rapid_review_timer.rule_book import RuleBook
from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import Force, RecipientKind
from shared.contracts.intake_events import ObligationOwed
from shared.reference.directory import la_of, what_works_centre_on


def obligations_of_report(
    report_id: UUID, area: str, published_on: date, today: date, book: RuleBook
) -> list[ObligationOwed]:
    """By the rule of the London date of publication. Raises RuleError."""
    rule = book.rule(YEARLY_REPORT_COPIES, published_on)
    recipients = {
        RecipientKind.PANEL: "panel",
        RecipientKind.WHAT_WORKS_CENTRE: what_works_centre_on(today),
    }
    return [
        ObligationOwed(
            obligation_id=uuid5(NAMESPACE, f"{report_id}|copy|{kind}"),
            rows=[],
            recipient_kind=kind,
            recipient=recipient,
            area=area,
            force=Force(rule.force),
            limit_rule=YEARLY_REPORT_COPIES,
            notifier=la_of(area),
        )
        for kind, recipient in recipients.items()
        if kind.value in rule.to_whom
    ]
