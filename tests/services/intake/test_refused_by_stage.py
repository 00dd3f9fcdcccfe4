"""Each of the authority's commands in each stage: taken where the flow has a step, else refused."""

from collections.abc import Callable

import pytest

from services.intake.case_changes import reopening, withdrawal
from services.intake.case_flow import Refused, transition
from services.intake.closing import actions_of, closing
from services.intake.stated_facts import StatedFacts
from shared.contracts.event_codes import Stage
from shared.contracts.report_codes import Outcome
from tests.services.intake.sample_children import CASE, WIRRAL
from tests.services.intake.test_case_changes import KNOWN, NOW, corrected, handed_over

COMMANDS: dict[str, Callable[[Stage | None], object]] = {
    "incident.corrected": lambda stage: corrected(stage, outcome=Outcome.DIED),
    "incident.withdrawn": lambda stage: withdrawal(stage, CASE, 1, ()),
    "incident.reopened": lambda stage: reopening(
        stage, 1, KNOWN, StatedFacts(la_criteria_known_at=NOW), NOW
    ),
    "incident.transferred": lambda stage: handed_over(stage, WIRRAL),
    "case.closed": lambda stage: closing(stage, actions_of((), 1)),
}


@pytest.mark.parametrize("fact", COMMANDS)
@pytest.mark.parametrize("stage", [None, *Stage])
def test_in_each_stage_a_command_is_taken_where_the_flow_has_a_step_and_else_refused(
    stage: Stage | None, fact: str
) -> None:
    if transition(stage, fact):
        COMMANDS[fact](stage)
        return
    with pytest.raises(Refused) as refused:
        COMMANDS[fact](stage)
    assert refused.value.code in {"not_in_this_stage", "still_open", "merged"}
    assert (refused.value.code == "merged") == (stage is Stage.MERGED)
