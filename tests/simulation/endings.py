"""The authority and its partners end a case, or open it again."""

from collections import Counter

from shared.contracts.event_codes import Stage
from shared.contracts.intake_events import CaseClosed, IncidentReopened
from shared.messaging.facts import of_type
from tests.simulation import ending_rules, intake_rules
from tests.simulation.commands import known_by_now
from tests.simulation.world import Chance, World


def withdraw(world: World, chance: Chance) -> None:
    """The authority withdraws what it finds in a stage that allows it."""
    intake = world.service("intake")
    case_id = chance.of(intake_rules.cases_of(intake.written)) if intake else None
    if intake is not None and case_id is not None:
        ending_rules.withdraw(intake.work(chance.identity("withdraw")), case_id)


def close(world: World, chance: Chance) -> None:
    """The partners close what they find done."""
    intake = world.service("intake")
    case_id = chance.of(intake_rules.cases_of(intake.written)) if intake else None
    if intake is not None and case_id is not None:
        ending_rules.close(intake.work(chance.identity("close")), case_id)


def reopen(world: World, chance: Chance) -> None:
    """The authority opens a case again that it finds ended."""
    intake = world.service("intake")
    case_id = chance.of(intake_rules.cases_of(intake.written)) if intake else None
    if intake is not None and case_id is not None:
        work = intake.work(chance.identity("reopen"))
        ending_rules.reopen(work, case_id, known_by_now(world, chance))


def reached(world: World) -> Counter[str]:
    """How many closings there were, how many of the cases were opened again, and how many events
    of other services were heard of a closed case."""
    written = world.processes["intake"].written
    own = [fact for facts in written.own.values() for fact in facts]
    again = [said for _, said in of_type(own, IncidentReopened)]
    return Counter(
        {
            "closed": len(of_type(own, CaseClosed)),
            "opened again": sum(said.from_stage is Stage.CLOSED for said in again),
            "heard after a closing": len(written.tables.heard_after_closing),
        }
    )
