"""A notice about a linked case counts for the survivor: its obligation has an id of its own."""

from uuid import UUID

import pytest

from shared.contracts.event_codes import RecipientKind
from shared.contracts.intake_events import ObligationOwed
from tests.services.rapid_review_timer.case_told import HEALTH, POLICE, CaseTold, at
from tests.services.rapid_review_timer.sample_cases import clocks, how_met, notifiable, of


def of_another_case(owed: ObligationOwed, **changes: object) -> ObligationOwed:
    return owed.model_copy(update={"obligation_id": UUID(int=7), **changes})


def linked() -> tuple[CaseTold, CaseTold]:
    """Health has been told about the survivor, the police not yet."""
    loser, survivor = CaseTold(), CaseTold()
    notifiable(loser)
    notifiable(survivor)
    loser.linked(at("2019-06-11"), survivor.case_id)
    survivor.delivered(at("2019-06-11"), HEALTH)
    return loser, survivor


def test_the_same_recipient_was_told_of_it_under_the_same_limit() -> None:
    loser, survivor = linked()
    loser.delivered(at("2019-06-12"), of_another_case(POLICE))
    found = clocks(survivor.case_id, [*loser.facts, *survivor.facts])
    assert how_met(found["DL02"]).at == at("2019-06-12")


@pytest.mark.parametrize(
    "other",
    [
        of_another_case(POLICE, recipient="police-metropolitan"),
        of_another_case(POLICE, limit_rule="DL03"),
        of_another_case(POLICE, recipient_kind=RecipientKind.PARTNER_HEALTH),
    ],
    ids=["another recipient", "another limit", "another seat"],
)
def test_a_notice_to_somebody_else_or_of_something_else_does_not_count(
    other: ObligationOwed,
) -> None:
    loser, survivor = linked()
    loser.delivered(at("2019-06-12"), other)
    found = clocks(survivor.case_id, [*loser.facts, *survivor.facts])
    assert found["DL02"].state == "running"


@pytest.mark.parametrize("linked_elsewhere", [True, False])
def test_a_notice_about_a_case_that_is_not_linked_here_does_not_count(
    linked_elsewhere: bool,
) -> None:
    loser, survivor = linked()
    third = CaseTold()
    notifiable(third)
    if linked_elsewhere:
        third.linked(at("2019-06-11"), UUID(int=9))
    third.delivered(at("2019-06-12"), of_another_case(POLICE))
    third.notified(at("2019-06-11"))
    found = clocks(survivor.case_id, [*loser.facts, *survivor.facts, *third.facts])
    assert found["DL02"].state == "running"
    assert found["DL01"].state == "running"


def test_within_one_case_only_the_obligation_itself_counts() -> None:
    case = CaseTold()
    notifiable(case)
    case.delivered(at("2019-06-11"), HEALTH)
    case.delivered(at("2019-06-12"), of_another_case(POLICE))
    assert of(case)["DL02"].state == "running"
