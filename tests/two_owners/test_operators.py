"""Two operators settle one stopped event at the same moment."""

from uuid import UUID

import pytest

from shared.contracts.intake_events import IncidentReported
from shared.contracts.payload import Payload
from shared.messaging.order import CannotBeApplied
from shared.messaging.quarantine import CannotBeSettled, release, settle_without_effect
from shared.messaging.registry import Event, Registry
from shared.messaging.store import Tx
from tests.two_owners.callers import INTAKE, TIMER
from tests.two_owners.estate import REGISTRIES, Estate
from tests.two_owners.reading import one_after_the_other, said, types_of

ORDERS = pytest.mark.parametrize("order", ["first", "second", "at once"])


def with_a_defect() -> Registry:
    """The timer's handlers in a version that cannot take in a report."""
    registry = Registry(TIMER)

    @registry.on(IncidentReported)
    async def refuse(event: Event[Payload], tx: Tx) -> None:
        raise CannotBeApplied("refused_by_a_rule")

    return registry


async def settled(estate: Estate, quarantine_id: UUID, how: str) -> str:
    """What this operator's command answers."""
    receiver = estate.receivers[TIMER, INTAKE]
    name, reason = f"Operator who would {how} (invented)", "Invented reason."
    try:
        if how == "release":
            await release(receiver, quarantine_id, name=name, reason=reason)
        else:
            await settle_without_effect(receiver, quarantine_id, name=name, reason=reason)
    except CannotBeSettled as refused:
        return refused.code
    return "done"


@ORDERS
@pytest.mark.parametrize("other", ["discard", "release"])
async def test_of_two_operators_who_settle_one_event_the_first_does_it(
    estate: Estate, order: str, other: str
) -> None:
    receiver = estate.receivers[TIMER, INTAKE]
    receiver.registry = with_a_defect()
    case_id = await estate.report()
    await estate.hears(TIMER, INTAKE)
    receiver.registry = REGISTRIES[TIMER]
    (row,) = await estate.rows(TIMER, "select quarantine_id from quarantine where status = 'open'")
    first, second = await one_after_the_other(
        order,
        settled(estate, row["quarantine_id"], "release"),
        settled(estate, row["quarantine_id"], other),
    )
    assert sorted((first, second)) == ["done", "not_open"], "one does it, the other is told"
    journey = await estate.journey(case_id)
    held = [name for name in types_of(journey) if name.startswith("rapid_review_timer.case")]
    assert held == ["rapid_review_timer.case.held", "rapid_review_timer.case.released"]
    outcome = "discarded" if second == "done" and other == "discard" else "released"
    (audited,) = await estate.rows(
        TIMER, "select actor from audit where action = $1", f"quarantine.{outcome}"
    )
    assert (
        audited["actor"]
        == f"Operator who would {'release' if first == 'done' else other} (invented)"
    )
    assert "An operator settled the event" in said(journey)
    assert "held" not in {each.kind for each in journey.attention}
