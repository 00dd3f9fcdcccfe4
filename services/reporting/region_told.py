"""Which facts of a case become events of a region, and the little that is left of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.reporting.deadlines import deadlines
from services.reporting.known import Known
from services.reporting.plain_words import working_days
from services.reporting.region_stage import ENDED, stages_told
from shared.calendar.london import london_date
from shared.contracts.deadline_events import DeadlineState, ReviewDue
from shared.contracts.event_codes import DueKind, NotificationKind
from shared.contracts.intake_events import IncidentDecided, IncidentWithdrawn
from shared.contracts.lcspr_events import (
    LcsprPublished,
    LearningActionClosed,
    LearningActionOpened,
)
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.region_events import (
    ActionState,
    OwnerKind,
    Remaining,
    SharedNature,
    Status,
)
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.facts import Fact
from shared.reference import directory
from shared.reference.errors import UnknownReference
from shared.reference.rows import OrganisationKind

RULES_TOLD = frozenset({"DL01", "DL06", "DL07", "DL09", "DL10", "DL11", "DL12"})
"""Of the others each says something of the child or of another area: that there was care before,
that the child died, that a second area has to be told."""

_FEW_DAYS = 5
_DUE_ORDER = (DueKind.DUE_SOON, DueKind.DUE_TODAY, DueKind.RELAXED, DueKind.OVERDUE)
_OWNERS: Mapping[OrganisationKind, OwnerKind] = {
    "LOCAL_AUTHORITY": OwnerKind.LOCAL_AUTHORITY,
    "POLICE": OwnerKind.POLICE,
    "HEALTH_COMMISSIONER": OwnerKind.HEALTH,
    "HEALTH_PROVIDER": OwnerKind.HEALTH,
    "SCHOOL": OwnerKind.EDUCATION,
}


@dataclass(frozen=True)
class Said:
    """`values`: the members of the event, coded. `about`: what it replaces an earlier one of, with
    `rank`; empty for the case as a whole."""

    fact: Fact
    topic: SharedTopic
    cycle: int
    values: Mapping[str, Any]
    about: str = ""
    rank: int = 0
    action_id: UUID | None = None


def said_of(case: Known, cycles: Mapping[int, IncidentDecided]) -> Iterator[Said]:
    """Of the cycles that are shared, in no order. Of one that was withdrawn only that."""
    withdrawn = {data.cycle for _, data in case.own(IncidentWithdrawn)}
    told_on = {cycle: one for cycle, one in cycles.items() if cycle not in withdrawn}
    for stage in _stages(case):
        if stage.cycle in told_on or stage.values["reference_open"] is False:
            yield stage
    yield from _notified(case, told_on)
    for one in (*_due(case), *_published(case), *_actions(case)):
        if one.cycle in told_on:
            yield one


def _stages(case: Known) -> Iterator[Said]:
    for told in stages_told(case):
        values = {"stage": told.stage.value, "reference_open": told.stage not in ENDED}
        topic = SharedTopic.CASE_STAGE
        yield Said(told.fact, topic, told.cycle, values, rank=told.rank)


def _notified(case: Known, cycles: Mapping[int, IncidentDecided]) -> Iterator[Said]:
    """The first notification of a cycle; what was added to it later is nobody else's."""
    for fact, data in case.of(IncidentNotified):
        decided = cycles.get(data.cycle)
        if decided is None or data.kind is not NotificationKind.PANEL:
            continue
        if data.notification_number > 1:
            continue
        died = decided.nature == SharedNature.DIED
        values = {
            "nature": SharedNature.DIED if died else SharedNature.SERIOUSLY_HARMED,
            "age_band": decided.age_band,
            "incident_month": decided.incident_month,
        }
        about = f"notified.{data.cycle}"
        yield Said(fact, SharedTopic.INCIDENT_NOTIFIED, data.cycle, values, about)


def _due(case: Known) -> Iterator[Said]:
    """Of clocks that run as they ran when somebody had to act: what is done needs nobody's eye."""
    last = {one.deadline_id: one for one in deadlines(case)}
    for fact, data in case.of(ReviewDue):
        clock = last.get(data.deadline_id)
        if data.rule not in RULES_TOLD or clock is None or not clock.runs:
            continue
        if clock.last.revision != data.revision:
            continue
        values = {
            "deadline": data.rule,
            "status": Status.RED if data.kind is DueKind.OVERDUE else Status.AMBER,
            "remaining": _remaining(clock.last, london_date(data.fired_at)),
        }
        rank = data.revision * len(_DUE_ORDER) + _DUE_ORDER.index(data.kind)
        about = str(data.deadline_id)
        yield Said(fact, SharedTopic.REVIEW_DUE, data.cycle, values, about, rank)


def _remaining(clock: DeadlineState, on: date) -> Remaining:
    if on >= clock.due_date:
        return Remaining.NONE
    left = working_days(clock.calendar_version, on, clock.due_date)
    if left is None:
        left = (clock.due_date - on).days
    return Remaining.FROM_1_TO_5 if left <= _FEW_DAYS else Remaining.OVER_5


def _published(case: Known) -> Iterator[Said]:
    for fact, data in case.of(LcsprPublished):
        values = {"publication": data.publication, "published_month": _month(data.published_on)}
        about = str(data.local_review_id)
        yield Said(fact, SharedTopic.LCSPR_PUBLISHED, data.cycle, values, about)


def _actions(case: Known) -> Iterator[Said]:
    opened = {data.action_id: data for _, data in case.of(LearningActionOpened)}
    for fact, data in case.of(LearningActionOpened):
        values = _action(data) | {"state": ActionState.OPENED}
        yield _of_action(fact, data, values, 0)
    for fact, closed in case.of(LearningActionClosed):
        if (first := opened.get(closed.action_id)) is not None:
            values = _action(first) | {"state": ActionState.CLOSED, "outcome": closed.outcome}
            yield _of_action(fact, closed, values, 1)


def _action(data: LearningActionOpened) -> dict[str, Any]:
    return {
        "owner_kind": _owner_kind(data.owner),
        "due_month": _month(data.due_date),
        "theme": data.theme,
    }


def _of_action(
    fact: Fact,
    data: LearningActionOpened | LearningActionClosed,
    values: Mapping[str, Any],
    rank: int,
) -> Said:
    action = data.action_id
    topic = SharedTopic.LEARNING_ACTION
    return Said(fact, topic, data.cycle, values, str(action), rank, action)


def _owner_kind(organisation: str) -> OwnerKind:
    try:
        kind = directory.organisation(organisation).kind
    except UnknownReference:
        return OwnerKind.OTHER
    return _OWNERS.get(kind, OwnerKind.OTHER)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
