"""Who is told when a case that stands is withdrawn, corrected, handed over or opened again."""

import pytest

from services.panel_notification.about import About
from services.panel_notification.notice import Notice, Outcome, State, plan
from shared.contracts.event_codes import RecipientKind
from shared.contracts.panel_events import NoticeDelivered, NoticeSent
from tests.services.panel_notification.notices_in_memory import NoticesInMemory
from tests.services.panel_notification.sample_changes import (
    CASE,
    CDOP,
    PANEL_HEARS,
    POLICE,
    POLICE_HEARS,
    corrected,
    of_cycle,
    reopened,
    transferred,
    withdrawn,
)
from tests.services.panel_notification.sample_facts import (
    case,
    decided,
    fact,
    linked,
    obligation,
    serious,
)

LOSER = case(2)
PANEL, DFE = RecipientKind.PANEL, RecipientKind.DFE
PARTNER = RecipientKind.PARTNER_POLICE
HANDED = obligation(CASE, "partner_police", POLICE, "DL03")


@pytest.fixture
def world() -> NoticesInMemory:
    """A serious incident that was decided on; nobody was told yet."""
    found = NoticesInMemory()
    found.learn(fact(CASE, 1, decided(serious(CASE))))
    return found


def told(world: NoticesInMemory, kind: RecipientKind) -> dict[int, Notice]:
    """By notification number, of the first cycle."""
    return {n.notification_number: n for n in world.of(CASE, kind) if n.cycle == 1}


def test_what_nobody_began_to_send_is_not_sent_once_the_incident_is_withdrawn(
    world: NoticesInMemory,
) -> None:
    world.send(told(world, PANEL)[1].notice_id)
    world.learn(fact(CASE, 2, withdrawn()))
    assert told(world, PANEL)[1].state is State.ACCEPTED
    others = [n.state for n in world.notices.values() if n.recipient_kind is not PANEL]
    assert others == [State.CANCELLED] * 3


def test_why_a_notice_is_not_sent_is_that_the_incident_was_withdrawn(
    world: NoticesInMemory,
) -> None:
    facts = [*world.facts, fact(CASE, 2, withdrawn())]
    todo = plan(facts, world.notices.values())
    assert set((todo.cancel or {}).values()) == {"withdrawn"}
    assert len(todo.cancel or {}) == 4


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Outcome.ACCEPTED, State.ACCEPTED), (Outcome.AGAIN, State.CANCELLED)],
)
def test_an_attempt_under_way_when_the_incident_is_withdrawn_is_the_last(
    world: NoticesInMemory, outcome: Outcome, state: State
) -> None:
    notice_id = told(world, DFE)[1].notice_id
    world.start(notice_id)
    world.learn(fact(CASE, 2, withdrawn()))
    assert world.notices[notice_id].state is State.SENDING
    world.end(notice_id, outcome)
    assert world.notices[notice_id].state is state


def test_the_panel_that_was_notified_acknowledges_the_withdrawal_by_a_notice_of_its_own(
    world: NoticesInMemory,
) -> None:
    first = told(world, PANEL)[1].notice_id
    world.send(first)
    world.receive(first)
    before = world.notified(CASE)
    world.learn(fact(CASE, 2, withdrawn([PANEL_HEARS, POLICE_HEARS])))
    second = told(world, PANEL)[2]
    assert (second.state, second.about) == (State.PENDING, About.WITHDRAWAL)
    world.send(second.notice_id)
    world.receive(second.notice_id)
    sent = world.published["sent", second.notice_id, 1, 2]
    assert isinstance(sent, NoticeSent)
    assert (sent.limit_rule, sent.possible_duplicate) == ("NONE", False)
    assert isinstance(world.published["delivered", second.notice_id, 1, 2], NoticeDelivered)
    assert world.notified(CASE) == before
    assert sum(key[0] == "notified" for key in world.published) == 1


def test_the_acknowledgement_of_a_withdrawal_never_stands_for_the_notification(
    world: NoticesInMemory,
) -> None:
    world.send(told(world, PANEL)[1].notice_id)
    world.learn(fact(CASE, 2, withdrawn([PANEL_HEARS])))
    world.send(told(world, PANEL)[2].notice_id)
    world.receive(told(world, PANEL)[2].notice_id)
    assert world.notified(CASE) is None
    world.receive(told(world, PANEL)[1].notice_id)
    assert world.notified(CASE) is not None, "that it was notified stays true"


def test_a_panel_that_hears_for_two_areas_hears_of_the_withdrawal_once(
    world: NoticesInMemory,
) -> None:
    world.send(told(world, PANEL)[1].notice_id)
    elsewhere = of_cycle(PANEL_HEARS, 1).model_copy(update={"area": "E08000015"})
    world.learn(fact(CASE, 2, withdrawn([PANEL_HEARS, elsewhere])))
    hears = [n for n in world.of(CASE, PANEL) if n.about is About.WITHDRAWAL]
    assert [n.state for n in hears] == [State.PENDING]


def test_a_child_who_dies_later_is_told_to_the_child_death_panel_and_to_nobody_else(
    world: NoticesInMemory,
) -> None:
    before = set(world.notices)
    world.learn(fact(CASE, 2, corrected([CDOP])))
    [new] = set(world.notices) - before
    notice = world.notices[new]
    assert (notice.recipient, notice.notification_number) == ("cdop-merseyside", 1)
    assert all(world.notices[one].state is State.PENDING for one in before)


def test_whoever_was_told_of_the_incident_is_told_of_its_correction_by_a_further_number(
    world: NoticesInMemory,
) -> None:
    world.learn(fact(CASE, 2, corrected([HANDED])))
    world.learn(fact(CASE, 3, corrected([CDOP], number=2)))
    world.learn(fact(CASE, 4, corrected([of_cycle(HANDED, 1)], number=3)))
    assert sorted(told(world, PARTNER)) == [1, 2, 3]
    for notice in told(world, PARTNER).values():
        world.send(notice.notice_id)
        sent = world.published["sent", notice.notice_id, 1, notice.notification_number]
        assert isinstance(sent, NoticeSent)
        assert not sent.possible_duplicate


def test_an_obligation_that_comes_again_is_not_told_again(world: NoticesInMemory) -> None:
    world.learn(fact(CASE, 2, corrected([CDOP])))
    notice_id = world.of(CASE, RecipientKind.CDOP)[0].notice_id
    world.send(notice_id)
    known = set(world.notices)
    world.learn(fact(CASE, 3, corrected([CDOP], number=2)))
    world.learn(fact(CASE, 4, decided([*serious(CASE), CDOP], content_version=2)))
    assert set(world.notices) == known
    assert world.notices[notice_id].state is State.ACCEPTED


def test_a_decision_made_anew_has_the_corrections_before_it_in_it(world: NoticesInMemory) -> None:
    world.learn(fact(CASE, 2, corrected([CDOP])))
    world.learn(fact(CASE, 3, decided(serious(CASE), content_version=2)))
    assert [n.state for n in world.of(CASE, RecipientKind.CDOP)] == [State.CANCELLED]


def test_partners_hear_of_a_handover_and_of_the_decision_after_it(world: NoticesInMemory) -> None:
    early = NoticesInMemory()
    early.learn(fact(CASE, 1, transferred([HANDED])))
    early.learn(fact(CASE, 2, decided([of_cycle(HANDED, 1)])))
    numbers = told(early, PARTNER)
    assert {number: n.about for number, n in numbers.items()} == {
        1: About.TRANSFER,
        2: About.INCIDENT,
    }
    for notice in numbers.values():
        early.send(notice.notice_id)
    sent = [one for one in early.published.values() if isinstance(one, NoticeSent)]
    assert not any(one.possible_duplicate for one in sent)


def test_a_handover_takes_nothing_back_from_what_is_owed(world: NoticesInMemory) -> None:
    world.learn(fact(CASE, 2, transferred([HANDED])))
    assert {n.state for n in world.notices.values()} == {State.PENDING}
    assert told(world, PARTNER)[2].about is About.TRANSFER


def test_that_a_linked_case_was_handed_over_does_not_stand_for_the_survivors_decision() -> None:
    world = NoticesInMemory()
    of_loser = obligation(LOSER, "partner_police", POLICE, "DL03")
    world.learn(fact(LOSER, 1, transferred([of_loser])))
    world.send(world.of(LOSER, PARTNER)[0].notice_id)
    world.learn(fact(LOSER, 2, linked(CASE)))
    world.learn(fact(CASE, 1, decided([HANDED])))
    assert [n.state for n in world.of(CASE, PARTNER)] == [State.PENDING]


def test_an_incident_that_is_opened_again_is_told_to_the_panel_anew(
    world: NoticesInMemory,
) -> None:
    world.send(told(world, PANEL)[1].notice_id)
    world.learn(fact(CASE, 2, withdrawn([PANEL_HEARS])))
    world.learn(fact(CASE, 3, reopened()))
    again = [of_cycle(one, 2) for one in serious(CASE)]
    world.learn(fact(CASE, 4, decided(again, cycle=2)))
    second = [n for n in world.of(CASE, PANEL) if n.cycle == 2]
    assert [(n.notification_number, n.state) for n in second] == [(1, State.PENDING)]
    assert told(world, PANEL)[2].state is State.PENDING, "the first cycle's withdrawal is owed on"


def test_a_withdrawn_cycle_owes_nothing_whatever_else_is_known_of_it(
    world: NoticesInMemory,
) -> None:
    for sequence, data in enumerate((withdrawn(), corrected([CDOP]), decided(serious(CASE))), 2):
        world.learn(fact(CASE, sequence, data))
    assert {n.state for n in world.notices.values()} == {State.CANCELLED}
