"""Who must or should hear of a step of a review. Pure; panel notification only fulfils it.

The Secretary of State is reached at the department.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import Force, RecipientKind
from shared.contracts.intake_events import ObligationOwed
from shared.reference.directory import la_of


@dataclass(frozen=True)
class Owed:
    kind: RecipientKind
    recipient: str
    force: Force


PANEL = Owed(RecipientKind.PANEL, "panel", Force.SHOULD)
DFE = Owed(RecipientKind.DFE, "dfe", Force.SHOULD)
OFSTED = Owed(RecipientKind.OFSTED, "ofsted", Force.SHOULD)
COPIES = (
    Owed(RecipientKind.PANEL, "panel", Force.MUST),
    Owed(RecipientKind.DFE, "dfe", Force.MUST),
    OFSTED,
)
"""Children Act 2004 s.16F with the Child Safeguarding Practice Review and Relevant Agency (England)
Regulations 2018: the Panel and the Secretary of State must have a local review before it is
published; Working Together 2018, chapter 4: Ofsted should."""


def owed_to(
    owed: Sequence[Owed], what: str, limit_rule: str, case_id: UUID, cycle: int, area: str
) -> list[ObligationOwed]:
    """`what` tells apart the obligations of one cycle to one recipient."""
    return [
        ObligationOwed(
            obligation_id=uuid5(NAMESPACE, f"{case_id}|{cycle}|{what}|{one.kind}|{one.recipient}"),
            rows=[],
            recipient_kind=one.kind,
            recipient=one.recipient,
            area=area,
            force=one.force,
            limit_rule=limit_rule,
            notifier=la_of(area),
        )
        for one in owed
    ]
