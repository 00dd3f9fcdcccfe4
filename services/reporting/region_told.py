"""Which facts of a case become events of a region, and the little that is left of each."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.reporting.known import Known
from services.reporting.region_clocks import clocks_said
from services.reporting.region_notified import notified
from services.reporting.region_said import Said
from services.reporting.region_stage import ENDED, stages_told
from shared.contracts.intake_events import IncidentDecided, IncidentWithdrawn
from shared.contracts.lcspr_events import (
    LcsprPublished,
    LearningActionClosed,
    LearningActionOpened,
)
from shared.contracts.region_events import (
    ActionState,
    OwnerKind,
)
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.facts import Fact
from shared.reference import directory
from shared.reference.errors import UnknownReference
from shared.reference.rows import OrganisationKind

_OWNERS: Mapping[OrganisationKind, OwnerKind] = {
    "LOCAL_AUTHORITY": OwnerKind.LOCAL_AUTHORITY,
    "POLICE": OwnerKind.POLICE,
    "HEALTH_COMMISSIONER": OwnerKind.HEALTH,
    "HEALTH_PROVIDER": OwnerKind.HEALTH,
    "SCHOOL": OwnerKind.EDUCATION,
}


def said_of(case: Known, cycles: Mapping[int, IncidentDecided]) -> Iterator[Said]:
    """Of the cycles that are shared, in no order. Of one that was withdrawn only that."""
    withdrawn = {data.cycle for _, data in case.own(IncidentWithdrawn)}
    told_on = {cycle: one for cycle, one in cycles.items() if cycle not in withdrawn}
    for stage in _stages(case):
        if stage.cycle in told_on or stage.values["reference_open"] is False:
            yield stage
    yield from notified(case, cycles)
    for one in (*clocks_said(case), *_published(case), *_actions(case)):
        if one.cycle in told_on:
            yield one


def _stages(case: Known) -> Iterator[Said]:
    for told in stages_told(case):
        values = {"stage": told.stage.value, "reference_open": told.stage not in ENDED}
        topic = SharedTopic.CASE_STAGE
        yield Said(told.fact, topic, told.cycle, values, rank=told.rank)


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
