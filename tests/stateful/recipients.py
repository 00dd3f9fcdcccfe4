"""Who must be told of an invented incident, and what a cycle owes so far."""

from collections.abc import Iterable, Sequence
from uuid import UUID, uuid5

from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import Force, RecipientKind
from shared.contracts.intake_events import IncidentCorrected, IncidentDecided, ObligationOwed
from shared.messaging.facts import Fact, of_type
from tests.simulation.intake_rules import LIVERPOOL, WIRRAL
from tests.simulation.service_store import Written

RECIPIENTS: dict[str, tuple[tuple[RecipientKind, str], ...]] = {
    "DL01": ((RecipientKind.PANEL, "panel"),),
    "DL02": ((RecipientKind.PARTNER_POLICE, "police-merseyside"),),
    "DL03": ((RecipientKind.PARTNER_LA, f"la-{WIRRAL}"),),
    "DL04": ((RecipientKind.DFE, "dfe"), (RecipientKind.OFSTED, "ofsted")),
    "DL20": ((RecipientKind.CDOP, "cdop-merseyside"),),
}


def owed(case_id: UUID, cycle: int, rules: Iterable[str]) -> list[ObligationOwed]:
    return [
        ObligationOwed(
            obligation_id=uuid5(NAMESPACE, f"{case_id}|{cycle}|{kind}|{recipient}|{rule}"),
            rows=["N1"],
            recipient_kind=kind,
            recipient=recipient,
            area=LIVERPOOL,
            force=Force.MUST,
            limit_rule=rule,
        )
        for rule in rules
        for kind, recipient in RECIPIENTS[rule]
    ]


def owed_so_far(written: Written, case_id: UUID, cycle: int) -> list[ObligationOwed] | None:
    own: Sequence[Fact] = written.own_facts_of([case_id])
    decided = [said for _, said in of_type(own, IncidentDecided) if said.cycle == cycle]
    added = [said for _, said in of_type(own, IncidentCorrected) if said.cycle == cycle]
    owed_by_decision = [one for said in decided for one in said.obligations]
    return (
        [*owed_by_decision, *(o for said in added for o in said.obligations)] if decided else None
    )
