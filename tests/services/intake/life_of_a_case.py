"""One case told step by step as four services tell it, so that each step of the flow can be taken
from each stage, with real events. Each step is a day after the last."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from services.rapid_review_timer import local_review_steps as local
from services.rapid_review_timer import review_said as said
from services.rapid_review_timer import review_steps as steps
from services.rapid_review_timer.extension import decide_extension, request_extension
from services.rapid_review_timer.opening_review import to_open
from services.rapid_review_timer.panel_answer import SupplyInformation, supply_information
from shared.contracts.event_codes import Decision, NotificationKind, PanelDecision, RecipientKind
from shared.contracts.review_codes import (
    EarlyReason,
    ExtensionAnswer,
    ExtensionReason,
    Publication,
    Theme,
    WithheldReason,
)
from tests.services.rapid_review_timer.case_changed import CaseChanged
from tests.services.rapid_review_timer.case_told import ALL_OWED, DFE, WIRRAL, at, obligation
from tests.services.rapid_review_timer.review_told import ALL_AIMS, LA, POLICE
from tests.services.rapid_review_timer.test_panel_reply_clocks import PanelTold

AWARE = at("2024-03-04")
HEALTH = "icb-QYG"
TO_WIRRAL = obligation("DL03", RecipientKind.PARTNER_LA, f"la-{WIRRAL}")
OF_A_CARE_LEAVER = obligation("DL05", RecipientKind.OFSTED, "ofsted")
TEXT = "Invented."


class Life(PanelTold):
    """Wirral is the other area of it."""

    def __init__(self) -> None:
        self.case: CaseChanged = CaseChanged()
        self.now = AWARE

    def takes(self, *facts: str) -> "Life":
        """Steps by the names of the table of the flow."""
        for fact in facts:
            STEPS[fact](self)
            self.now += timedelta(days=1)
        return self

    @property
    def day(self) -> str:
        return self.now.date().isoformat()

    def decides(self, decision: Decision) -> None:
        owed = {
            Decision.NOTIFIABLE: (*ALL_OWED, TO_WIRRAL),
            Decision.SIMPLE: (DFE, OF_A_CARE_LEAVER),
            Decision.NOT_NOTIFIABLE: (),
        }
        areas = (WIRRAL,) if decision is Decision.NOTIFIABLE else ()
        self.case.decided(self.now, decision, owed[decision], clock_start=AWARE, other_areas=areas)

    def opens_the_review(self) -> None:
        for opened in to_open(self.case.case_id, self.case.facts):
            self.case._add(opened, opened.opened_at)

    def submits(self) -> None:
        self.does(steps.record_aims, ALL_AIMS)
        self.approved_by(LA, POLICE, HEALTH)
        self.does(steps.submit, said.Submit())

    def publishes(self) -> None:
        whole = said.PublishLocalReview(
            published_on=self.now.date(),
            publication=Publication.FULL_REPORT,
            early_because=EarlyReason.RECIPIENTS_AGREE,
            explanation=TEXT,
        )
        self.does(local.publish, whole)

    def is_corrected(self) -> None:
        """The authority had known a day earlier."""
        fact = self.case.corrected(self.now, AWARE - timedelta(days=1))
        corrected = fact.data.model_copy(update={"other_areas": [WIRRAL]})
        self.case.facts[-1] = replace(fact, data=corrected)

    def is_opened_again(self) -> None:
        self.case.reopened(self.now, self.now)
        self.case.assessed(self.now, self.now, other_areas=(WIRRAL,), cycle=2)

    def asks_for_longer(self) -> None:
        asked = said.RequestExtension(
            proposed_date=self.now.date() + timedelta(days=60),
            reason=ExtensionReason.OTHER,
            explanation=TEXT,
        )
        self.does(request_extension, asked)

    def is_given_longer(self) -> None:
        self.asks_for_longer()
        agreed = self.now.date() + timedelta(days=60)
        granted = said.DecideExtension(answer=ExtensionAnswer.GRANTED, agreed_date=agreed)
        self.does(decide_extension, granted)

    def opens_an_action(self) -> None:
        due = self.now.date() + timedelta(days=90)
        action = said.OpenAction(owner=LA, due_date=due, theme=Theme.NEGLECT, what=TEXT)
        self.does(local.open_action, action)

    def withholds(self) -> None:
        reason = said.WithholdLocalReview(reason=WithheldReason.OTHER, justification=TEXT)
        self.does(local.withhold, reason)


def _panel(decision: PanelDecision) -> Callable[[Life], object]:
    return lambda life: life.decided(life.day, decision)


STEPS: Mapping[str, Callable[[Life], object]] = {
    "incident.reported": lambda life: life.case.reported(life.now),
    "incident.assessed": lambda life: life.case.assessed(life.now, AWARE, other_areas=(WIRRAL,)),
    "incident.linked": lambda life: life.case.linked(life.now, UUID(int=7)),
    **{
        f"incident.decided:{one}": lambda life, one=one: life.decides(one)  # type: ignore[misc]
        for one in Decision
    },
    "incident.notified:panel": lambda life: life.case.notified(life.now),
    "incident.notified:simple": lambda life: life.case.notified(life.now, NotificationKind.SIMPLE),
    "review.opened": Life.opens_the_review,
    "review.submitted": Life.submits,
    "review.extension.requested": Life.asks_for_longer,
    "review.extension.decided": Life.is_given_longer,
    "panel.received": lambda life: life.received(life.day),
    "panel.information.requested": lambda life: life.asked(life.day),
    "panel.information.supplied": lambda life: life.does(
        supply_information, SupplyInformation(information=TEXT)
    ),
    **{f"panel.decided:{one}": _panel(one) for one in PanelDecision},
    "lcspr.commissioned": lambda life: life.commissioned(life.now.date()),
    "lcspr.drafted": lambda life: life.drafted(life.now.date() + timedelta(days=60)),
    "lcspr.sent": lambda life: life.copies_sent(life.now.date()),
    "lcspr.published": Life.publishes,
    "lcspr.withheld": Life.withholds,
    "learning.action.opened": Life.opens_an_action,
    "case.closed": lambda life: life.case.closed(life.now),
    "incident.withdrawn": lambda life: life.case.withdrawn(life.now),
    "incident.reopened": Life.is_opened_again,
    "incident.corrected": Life.is_corrected,
    "incident.transferred": lambda life: life.case.transferred(life.now),
}
