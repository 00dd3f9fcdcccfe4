"""What a region hears: minimised, pseudonymous, and still to be treated as personal data.

Only what is listed here leaves. There is no name, no day, no exact age, no placement, no area but
the owner's, and nothing that says whether a child was looked after. `case_ref` is a reference that
only the owning authority can have resolved; it changes when a case is closed or passed on.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared.contracts.event_codes import AgeBand
from shared.contracts.intake_events import Code, Month
from shared.contracts.payload import Payload
from shared.contracts.review_codes import ActionOutcome, Publication, Theme
from shared.contracts.sharing_codes import SharedTopic


class SharedNature(StrEnum):
    DIED = "died"
    SERIOUSLY_HARMED = "seriously_harmed"


class SharedStage(StrEnum):
    """Where a case is, as coarsely as a region needs it. A case in triage, one that is not to be
    notified and one of which only a death in care is notified have none: nothing is shared."""

    TO_BE_NOTIFIED = "to_be_notified"
    NOTIFIED = "notified"
    RAPID_REVIEW = "rapid_review"
    WITH_PANEL = "with_panel"
    NO_FURTHER_REVIEW = "no_further_review"
    LOCAL_REVIEW = "local_review"
    LOCAL_REVIEW_PUBLISHED = "local_review_published"
    LOCAL_REVIEW_NOT_PUBLISHED = "local_review_not_published"
    NATIONAL_REVIEW = "national_review"
    LEARNING = "learning"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Status(StrEnum):
    """Red: late. Amber: due soon, or late and relaxed by a notice. Green: neither any more, because
    it was met, stopped or moved; told only to who had heard of it as red or amber."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Remaining(StrEnum):
    """Working days that remain, in bands: an exact number would give away when a clock began."""

    NONE = "none"
    FROM_1_TO_5 = "1_to_5"
    OVER_5 = "over_5"


class ActionState(StrEnum):
    OPENED = "opened"
    CLOSED = "closed"


class OwnerKind(StrEnum):
    """What sort of agency acts; its name could be another area's."""

    LOCAL_AUTHORITY = "local_authority"
    POLICE = "police"
    HEALTH = "health"
    EDUCATION = "education"
    OTHER = "other"


class Measure(StrEnum):
    """Each counts what was so, or happened, within one calendar month in London."""

    NOTIFIED = "notified"
    DIED = "died"
    SERIOUSLY_HARMED = "seriously_harmed"
    DIED_LOOKED_AFTER = "died_looked_after"
    REVIEWS_SUBMITTED = "reviews_submitted"
    LOCAL_REVIEWS_PUBLISHED = "local_reviews_published"
    ACTIONS_CLOSED = "actions_closed"


class SharedPayload(Payload):
    region: Code


class SharedOfCase(SharedPayload):
    """`area`: the authority that owns the case, and no other."""

    case_ref: UUID
    area: Code


Revision = Annotated[int, Field(ge=1)]
"""Counted from 1. Of several that a reader has the highest holds, and one may be missing."""


class SharedIncidentNotified(SharedOfCase):
    """Said again, whole, under the next `revision` of its `case_ref` when it was corrected.
    `withdrawn`: it counts no more; the rest is as it was last known."""

    nature: SharedNature
    age_band: AgeBand
    incident_month: Month | None
    revision: Revision = 1
    withdrawn: bool = False


class SharedReviewDue(SharedOfCase):
    """`deadline`: the id of its rule."""

    deadline: Code
    status: Status
    remaining: Remaining


class SharedCaseStage(SharedOfCase):
    """Where `reference_open` is false nothing more comes under this reference: the case was closed,
    withdrawn, or goes on elsewhere under another."""

    stage: SharedStage
    reference_open: bool


class SharedLcsprPublished(SharedOfCase):
    publication: Publication
    published_month: Month


class SharedLearningAction(SharedPayload):
    """Without a case and without an area. `action_ref` is made as a case reference is, and cannot
    be brought together with one. `theme` only where at least three cases of the region have it."""

    action_ref: UUID
    state: ActionState
    owner_kind: OwnerKind
    due_month: Month
    theme: Theme | None = None
    outcome: ActionOutcome | None = None


class Figure(Payload):
    """`value`: a count, or `c` where it is suppressed; a true zero is 0. Without an area it is that
    of the whole region."""

    measure: Measure
    area: Code | None
    value: Annotated[str, Field(pattern=r"^(c|0|[1-9][0-9]{0,5})$")]


class SharedMetricsMonthly(SharedPayload):
    """Said again, whole, under the next `revision` when figures that are shown were corrected. In
    a later revision a `c` stays one whatever its count has become, also none."""

    month: Month
    figures: list[Figure]
    revision: Revision = 1


SHARED_MODELS: Mapping[SharedTopic, type[SharedPayload]] = MappingProxyType(
    {
        SharedTopic.INCIDENT_NOTIFIED: SharedIncidentNotified,
        SharedTopic.REVIEW_DUE: SharedReviewDue,
        SharedTopic.CASE_STAGE: SharedCaseStage,
        SharedTopic.LCSPR_PUBLISHED: SharedLcsprPublished,
        SharedTopic.LEARNING_ACTION: SharedLearningAction,
        SharedTopic.METRICS_MONTHLY: SharedMetricsMonthly,
    }
)
