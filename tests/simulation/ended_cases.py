"""What must be true of closings and of cases opened again, without asking the rules that made
them."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from shared.contracts.event_codes import Stage
from shared.contracts.intake_events import CaseClosed, CaseStageEntered, IncidentReopened
from shared.messaging.facts import of_type
from tests.simulation.service_store import Written
from tests.simulation.world import World

MAY_BE_CLOSED = {
    Stage.NO_FURTHER_REVIEW,
    Stage.LCSPR_PUBLISHED,
    Stage.LCSPR_NOT_PUBLISHED,
    Stage.LEARNING_TRACKING,
}


def endings_broken(world: World) -> Iterator[str]:
    written = world.processes["intake"].written
    for case_id in written.own:
        yield from _of_case(written, case_id)


def _of_case(written: Written, case_id: UUID) -> Iterator[str]:
    own = written.own_facts_of([case_id])
    closed = [said for _, said in of_type(own, CaseClosed)]
    cycles = [1, *(said.cycle for _, said in of_type(own, IncidentReopened))]
    if cycles != list(range(1, len(cycles) + 1)):
        yield "intake: a case was opened again in a cycle that it had had"
    if any(times > 1 for times in Counter(said.cycle for said in closed).values()):
        yield "intake: a cycle was closed twice"
    if any(said.from_stage not in MAY_BE_CLOSED for said in closed):
        yield "intake: a case was closed while something of it was under way"
    ended = any(said.cycle == cycles[-1] for said in closed)
    stages = [said for _, said in of_type(own, CaseStageEntered)]
    if ended and case_id not in written.survivor and stages[-1].stage is not Stage.CLOSED:
        yield "intake: a closed case is shown in another stage"
