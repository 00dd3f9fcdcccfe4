"""What a restored store may have forgotten: that it has sent a notice."""

from collections.abc import Sequence
from datetime import datetime

from services.panel_notification.review_tellings import review_tellings
from services.panel_notification.wanted import Wanted, tellings
from services.panel_notification.yearly_tellings import yearly_reports
from shared.messaging.facts import Fact


def may_have_been_sent(wanted: Wanted, facts: Sequence[Fact], reconciled: datetime | None) -> bool:
    """Whether a notice that comes to be wanted now may have gone out before the store was restored.

    `reconciled` is when that was last ended. The decision or change that last asked for the notice,
    if it was recorded before then, may have been applied by the store that was lost, without its
    offset: so it is taken in again as new. The recipient has to be told all the same, and to know
    that it may be for the second time.
    """
    cycle = (wanted.case_id, wanted.cycle)
    asking = [
        fact
        for fact, told in (
            *tellings(facts).get(cycle, ()),
            *review_tellings(facts).get(cycle, ()),
            *yearly_reports(facts).get(cycle, ()),
        )
        if any(owed.obligation_id == wanted.obligation_id for owed in told.obligations)
    ]
    return reconciled is not None and bool(asking) and asking[-1].recorded_at <= reconciled
