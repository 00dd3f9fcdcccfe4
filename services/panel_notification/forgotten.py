"""What a restored store may have forgotten: that it has sent a notice."""

from collections.abc import Sequence
from datetime import datetime

from services.panel_notification.notice import Wanted
from shared.contracts.intake_events import IncidentDecided
from shared.messaging.facts import Fact, of_type


def may_have_been_sent(wanted: Wanted, facts: Sequence[Fact], reconciled: datetime | None) -> bool:
    """Whether a notice that comes to be wanted now may have gone out before the store was restored.

    `reconciled` is when that was last ended. A decision recorded before then may have been applied
    by the store that was lost, without its offset: so it is taken in again as new. The recipient
    has to be told all the same, and to know that it may be for the second time.
    """
    asking = [
        fact
        for fact, decided in of_type(facts, IncidentDecided)
        if (fact.case_id, decided.cycle) == (wanted.case_id, wanted.cycle)
    ]
    standing = max(asking, key=lambda fact: fact.sequence, default=None)
    return reconciled is not None and standing is not None and standing.recorded_at <= reconciled
