"""Everything that must hold, by its id."""

from deploy.operate.invariants.areas import AREAS
from deploy.operate.invariants.clocks import CLOCKS
from deploy.operate.invariants.delivery import DELIVERY
from deploy.operate.invariants.disclosures import DISCLOSURES
from deploy.operate.invariants.erasure import ERASURE
from deploy.operate.invariants.invariant import Finding, Invariant
from deploy.operate.invariants.notices import NOTICES
from deploy.operate.invariants.order import ORDER
from deploy.operate.invariants.reports import REPORTS
from deploy.operate.invariants.totals import TOTALS
from deploy.operate.invariants.whole import WHOLE

__all__ = ["INVARIANTS", "Finding", "Invariant"]

INVARIANTS = tuple(
    sorted(
        (
            *REPORTS,
            *DELIVERY,
            *ORDER,
            *CLOCKS,
            *NOTICES,
            *DISCLOSURES,
            *TOTALS,
            *WHOLE,
            *ERASURE,
            *AREAS,
        ),
        key=lambda invariant: invariant.id,
    )
)
