"""An invented case of Liverpool that a region hears of, from its decision to its closing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.contracts.deadline_events import DeadlineSet, ReviewDue
from shared.contracts.event_codes import (
    AgeBand,
    Channel,
    DueKind,
    Force,
    NotificationKind,
    Position,
    Stage,
)
from shared.contracts.intake_events import (
    CaseClosed,
    FactChanged,
    IncidentCorrected,
    IncidentTransferred,
    IncidentWithdrawn,
)
from shared.contracts.lcspr_events import (
    LcsprPublished,
    LearningActionClosed,
    LearningActionOpened,
)
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.review_codes import ActionOutcome, Publication, Theme
from shared.messaging.facts import Fact
from tests.services.reporting.sample_events import (
    LIVERPOOL,
    WIRRAL,
    Story,
    an_id,
    assessed,
    at,
    clock,
    decided,
    stage,
)

TIMER, PANEL = "rapid_review_timer", "panel_notification"
REVIEW = {"review_id": an_id("review"), "cycle": 1}


def told_to_a_region(**decision: Any) -> Story:
    """Decided, notified, a review that is nearly due, published, an action done."""
    story = Story()
    story.tell("intake", assessed(at(5)), at(5))
    stage(story, Stage.TRIAGE, at(5))
    changes: dict[str, Any] = {"nature": "died", "age_band": AgeBand.FROM_1_TO_5} | decision
    story.tell("intake", decided(at(10, 10), **changes), at(10, 10))
    stage(story, Stage.NOTIFIABLE, at(10, 10))
    story.tell(PANEL, notified(at(10, 12)), at(10, 12))
    stage(story, Stage.RAPID_REVIEW, at(10, 12))
    review_clock(story)
    story.tell(TIMER, published(), at(1, month=12))
    story.tell(TIMER, action_opened(), at(2, month=12))
    story.tell(TIMER, action_closed(), at(3, month=12))
    return story


def of_case(fact: Fact, case_id: UUID) -> Fact:
    """The same of another case."""
    return replace(fact, case_id=case_id, event_id=an_id(case_id, fact.event_id))


def notified(when: datetime, **changes: object) -> IncidentNotified:
    values = {
        "cycle": 1,
        "kind": NotificationKind.PANEL,
        "notification_number": 1,
        "obligation_ids": [an_id("obligation")],
        "sent_at": when,
        "receipt_at": when,
        "channel": Channel.SMTP,
        "possible_duplicate": False,
    }
    return IncidentNotified.model_validate(values | changes)


def review_clock(story: Story) -> None:
    limit = clock("DL07", at(10, 12), date(2019, 7, 1))
    story.tell(TIMER, DeadlineSet(**limit), at(10, 12))
    story.tell(TIMER, due(DueKind.DUE_SOON, at(27)), at(27))


def due(kind: DueKind, when: datetime, rule: str = "DL07") -> ReviewDue:
    return ReviewDue(
        deadline_id=clock(rule, when, date(2019, 7, 1))["deadline_id"],
        rule=rule,
        cycle=1,
        force=Force.MUST,
        revision=1,
        kind=kind,
        due_date=date(2019, 7, 1),
        due_at=when,
        fired_at=when,
        fired_late_by=0,
    )


def published() -> LcsprPublished:
    return LcsprPublished(
        **REVIEW,
        local_review_id=an_id("local review"),
        publication=Publication.FULL_REPORT,
        published_on=date(2019, 12, 1),
        available_until=date(2020, 11, 30),
        recorded_at=at(1, month=12),
    )


def action_opened(name: str = "action") -> LearningActionOpened:
    return LearningActionOpened(
        **REVIEW,
        action_id=an_id(name),
        owner="icb-QYG",
        due_date=date(2020, 3, 14),
        theme=Theme.NEGLECT,
        together=True,
        opened_at=at(2, month=12),
    )


def action_closed(name: str = "action") -> LearningActionClosed:
    return LearningActionClosed(
        **REVIEW,
        action_id=an_id(name),
        outcome=ActionOutcome.DONE,
        closed_on=date(2019, 12, 3),
        recorded_at=at(3, month=12),
    )


def passed_on(when: datetime, to_area: str = WIRRAL) -> IncidentTransferred:
    return IncidentTransferred(
        cycle=1,
        reason="moved",
        from_area=LIVERPOOL,
        to_area=to_area,
        proposed_at=when,
        accepted_at=when,
        other_areas=[LIVERPOOL],
        obligations=[],
    )


def closed(when: datetime) -> CaseClosed:
    return CaseClosed(
        cycle=1,
        reason="all_done",
        closed_at=when,
        from_stage=Stage.LEARNING_TRACKING,
        positions=[],
        scrutineer=Position.AGREE,
        actions=1,
    )


def corrected(when: datetime, rows: Sequence[str] = ("N1",), **facts: str) -> IncidentCorrected:
    """`facts`: what the authority states now, by name."""
    changed = [FactChanged(fact=fact, before=None, after=after) for fact, after in facts.items()]
    return IncidentCorrected(
        cycle=1,
        number=1,
        reason="learnt_later",
        corrected_at=when,
        changed=changed,
        details_changed=[],
        clock_changed=False,
        la_incident_aware_at=at(5),
        la_criteria_known_at=at(5),
        clock_start=at(5),
        owner_area=LIVERPOOL,
        other_areas=[WIRRAL],
        rule_set="WT2018.1",
        rows=list(rows),
        suggestion=None,
        obligations=[],
    )


def withdrawn(when: datetime) -> IncidentWithdrawn:
    return IncidentWithdrawn(
        cycle=1,
        reason="criteria_not_met",
        withdrawn_at=when,
        from_stage=Stage.RAPID_REVIEW,
        positions=[],
        panel_acknowledges=True,
        obligations=[],
    )
