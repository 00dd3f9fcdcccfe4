"""What intake answers of decisions to share, as its document says it."""

from datetime import datetime
from uuid import UUID

from services.intake.answers import Answer
from services.intake.stated_sharing import DecideSharing
from shared.contracts.sharing_events import SharingDecided
from shared.contracts.standing_sharing import Because


class SharingListed(Answer, SharingDecided):
    """Without its texts. `replaced_by`: the decision that holds instead; `review_is_due`: its
    review date has come and nothing replaces it."""

    recorded_at: datetime
    replaced_by: UUID | None
    review_is_due: bool


class SharingShown(SharingListed):
    """`record`: as it was sent, with its texts; none where a restored store has lost it."""

    record: DecideSharing | None


class SharingList(Answer):
    sharing_decisions: list[SharingListed]


class StandingAnswer(Answer):
    """`decision_id`: the decision that says so; none where there is none."""

    allowed: bool
    because: Because
    decision_id: UUID | None
