"""Who hears that an incident was withdrawn: who may have heard of the incident, and nobody else."""

import pytest

from services.panel_notification.about import About
from services.panel_notification.notice import Notice, Outcome, State
from services.panel_notification.wanted import tells_the_same
from shared.contracts.event_codes import RecipientKind
from tests.services.panel_notification.notices_in_memory import NoticesInMemory
from tests.services.panel_notification.sample_changes import (
    CASE,
    PANEL_HEARS,
    POLICE,
    POLICE_HEARS,
    withdrawn,
)
from tests.services.panel_notification.sample_facts import (
    case,
    decided,
    fact,
    obligation,
    serious,
)

LOSER = case(2)
PANEL, PARTNER = RecipientKind.PANEL, RecipientKind.PARTNER_POLICE


@pytest.fixture
def world() -> NoticesInMemory:
    """A serious incident that was decided on; nobody was told yet."""
    found = NoticesInMemory()
    found.learn(fact(CASE, 1, decided(serious(CASE))))
    return found


def told(world: NoticesInMemory, kind: RecipientKind) -> dict[int, Notice]:
    """By notification number."""
    return {n.notification_number: n for n in world.of(CASE, kind)}


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.UNKNOWN])
def test_a_notice_under_way_when_the_incident_is_withdrawn_is_followed_by_the_withdrawal(
    world: NoticesInMemory, outcome: Outcome
) -> None:
    first = told(world, PANEL)[1].notice_id
    world.start(first)
    world.learn(fact(CASE, 2, withdrawn([PANEL_HEARS, POLICE_HEARS])))
    assert 2 not in told(world, PANEL), "nobody knows yet whether there is something to withdraw"
    world.end(first, outcome)
    assert told(world, PANEL)[2].about is About.WITHDRAWAL
    assert told(world, PANEL)[2].state is State.PENDING


def test_a_notice_that_surely_did_not_go_out_is_followed_by_no_withdrawal(
    world: NoticesInMemory,
) -> None:
    first = told(world, PANEL)[1].notice_id
    world.start(first)
    world.learn(fact(CASE, 2, withdrawn([PANEL_HEARS])))
    world.end(first, Outcome.AGAIN)
    assert {number: n.state for number, n in told(world, PANEL).items()} == {1: State.CANCELLED}


def test_a_notice_that_was_refused_stays_before_a_person_when_the_incident_is_withdrawn(
    world: NoticesInMemory,
) -> None:
    first = told(world, PANEL)[1].notice_id
    world.send(first, Outcome.REFUSED)
    world.learn(fact(CASE, 2, withdrawn([PANEL_HEARS])))
    assert {number: n.state for number, n in told(world, PANEL).items()} == {1: State.UNDELIVERABLE}


def test_of_a_withdrawal_hears_who_may_have_heard_of_the_incident_and_nobody_else(
    world: NoticesInMemory,
) -> None:
    world.send(told(world, PARTNER)[1].notice_id)
    world.learn(fact(CASE, 2, withdrawn([PANEL_HEARS, POLICE_HEARS])))
    hears = {n.recipient: n.state for n in world.notices.values() if n.about is About.WITHDRAWAL}
    assert hears == {POLICE: State.PENDING}


def test_that_the_panel_heard_of_another_cases_withdrawal_never_stands_for_a_notification(
    world: NoticesInMemory,
) -> None:
    world.learn(fact(LOSER, 1, decided(serious(LOSER))))
    world.send(world.of(LOSER, PANEL)[0].notice_id)
    world.learn(fact(LOSER, 2, withdrawn([obligation(LOSER, "panel", "panel", "NONE")])))
    [hears] = [n for n in world.of(LOSER, PANEL) if n.about is About.WITHDRAWAL]
    [first] = world.of(CASE, PANEL)
    assert not tells_the_same(first, hears)
