"""Whom to tell, whatever the order in which the facts arrive."""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.panel_notification.notice import Outcome, State, pause_after, plan
from shared.contracts.event_codes import RecipientKind
from shared.messaging.facts import Fact
from tests.services.panel_notification.notices_in_memory import NoticesInMemory
from tests.services.panel_notification.sample_facts import (
    case,
    decided,
    fact,
    linked,
    obligation,
    serious,
    simple_death,
)

SURVIVOR, LOSER, OTHER_LOSER = case(1), case(2), case(3)
PANEL = RecipientKind.PANEL


def streams() -> list[list[Fact]]:
    """Three reports of one incident, each decided on before somebody saw that they are one."""
    return [
        [
            fact(SURVIVOR, 1, decided(serious(SURVIVOR), "not_notifiable", obligations=[])),
            fact(SURVIVOR, 2, decided(serious(SURVIVOR))),
        ],
        [fact(LOSER, 1, decided(serious(LOSER))), fact(LOSER, 2, linked(SURVIVOR))],
        [fact(OTHER_LOSER, 1, linked(SURVIVOR))],
    ]


def interleaved(chance: random.Random) -> Iterator[Fact]:
    """Every stream in its order, between streams any, now and then one again."""
    left = [list(stream) for stream in streams()]
    while any(left):
        stream = chance.choice([one for one in left if one])
        yield stream[0]
        if chance.random() < 0.8:
            del stream[0]


def test_each_obligation_of_a_decision_is_one_notice() -> None:
    todo = plan([fact(SURVIVOR, 1, decided(serious(SURVIVOR)))], [])
    assert sorted(one.recipient for one in todo.add) == [
        "dfe",
        "ofsted",
        "panel",
        "police-merseyside",
    ]
    assert len({one.notice_id for one in todo.add}) == 4


def test_a_decision_not_to_notify_still_tells_the_child_death_overview_panel() -> None:
    owed = [obligation(SURVIVOR, "cdop", "cdop-merseyside", "DL20")]
    todo = plan([fact(SURVIVOR, 1, decided(owed, "not_notifiable"))], [])
    assert [one.recipient for one in todo.add] == ["cdop-merseyside"]


@pytest.mark.parametrize("seed", range(300))
def test_the_same_facts_in_another_order_want_the_same_notices(seed: int) -> None:
    print(f"seed {seed}")
    case_notices = NoticesInMemory()
    for one in interleaved(random.Random(seed)):
        case_notices.learn(one)
    expected = NoticesInMemory()
    for stream in streams():
        for one in stream:
            expected.learn(one)
    assert case_notices.state() == expected.state()
    assert [n.state for n in case_notices.of(SURVIVOR, PANEL)] == [State.PENDING]
    assert all(n.state is State.CANCELLED for n in case_notices.of(LOSER, PANEL))


@pytest.mark.parametrize("seed", range(300))
def test_the_panel_is_told_once_unless_both_were_sent_before_the_link(seed: int) -> None:
    """Sends begin and end at any moment between the facts, some fail and come again."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    world = NoticesInMemory()
    sent_when_linked: list[int] = []
    for one in interleaved(chance):
        if one.case_id == LOSER and one.sequence == 2 and not sent_when_linked:
            panels = [n for n in world.notices.values() if n.recipient_kind is PANEL]
            begun = [n for n in panels if n.state in (State.SENDING, State.ACCEPTED)]
            sent_when_linked.append(len(begun))
        world.learn(one)
        step(world, chance)
    while world.pending() or any(n.state is State.SENDING for n in world.notices.values()):
        step(world, chance)
    accepted = [
        n for c in (SURVIVOR, LOSER) for n in world.of(c, PANEL) if n.state is State.ACCEPTED
    ]
    assert 1 <= len(accepted) <= max(1, sent_when_linked[0])
    for notice in list(world.notices.values()):
        if notice.state is State.ACCEPTED:
            world.receive(notice.notice_id)
    notified = world.notified(SURVIVOR)
    assert notified is not None, "the Panel has it, so the surviving case is notified"
    first = min(n.first_accepted.started_at for n in accepted if n.first_accepted)
    assert notified.sent_at == first
    assert notified.possible_duplicate == (len(accepted) > 1)


def step(world: NoticesInMemory, chance: random.Random) -> None:
    for notice_id in world.pending():
        if chance.random() < 0.4:
            world.start(notice_id)
    for notice in list(world.notices.values()):
        if notice.state is State.SENDING and chance.random() < 0.5:
            world.end(notice.notice_id, chance.choice([Outcome.ACCEPTED, Outcome.AGAIN]))


def test_a_linked_case_that_told_the_panel_leaves_nothing_to_tell_it_again() -> None:
    world = NoticesInMemory()
    world.learn(fact(LOSER, 1, decided(serious(LOSER))))
    world.send(world.of(LOSER, PANEL)[0].notice_id)
    world.learn(fact(SURVIVOR, 1, decided(serious(SURVIVOR))))
    world.learn(fact(LOSER, 2, linked(SURVIVOR)))
    assert [n.state for n in world.of(SURVIVOR, PANEL)] == [State.CANCELLED]
    ofsted = world.of(SURVIVOR, RecipientKind.OFSTED) + world.of(LOSER, RecipientKind.OFSTED)
    assert {n.case_id: n.state for n in ofsted} == {
        SURVIVOR: State.PENDING,
        LOSER: State.CANCELLED,
    }


def test_a_notice_whose_outcome_nobody_knows_keeps_the_survivors_from_going_out() -> None:
    world = NoticesInMemory()
    world.learn(fact(LOSER, 1, decided(serious(LOSER))))
    world.send(world.of(LOSER, PANEL)[0].notice_id, Outcome.UNKNOWN)
    world.learn(fact(LOSER, 2, linked(SURVIVOR)))
    world.learn(fact(SURVIVOR, 1, decided(serious(SURVIVOR))))
    assert world.of(SURVIVOR, PANEL) == []


def test_what_the_linked_case_could_not_deliver_the_survivor_sends() -> None:
    world = NoticesInMemory()
    world.learn(fact(LOSER, 1, decided(serious(LOSER))))
    notice_id = world.of(LOSER, PANEL)[0].notice_id
    world.start(notice_id)
    world.learn(fact(LOSER, 2, linked(SURVIVOR)))
    world.learn(fact(SURVIVOR, 1, decided(serious(SURVIVOR))))
    assert world.of(SURVIVOR, PANEL) == []
    world.end(notice_id, Outcome.AGAIN)
    assert [n.state for n in world.of(SURVIVOR, PANEL)] == [State.PENDING]
    assert [n.state for n in world.of(LOSER, PANEL)] == [State.CANCELLED]


def test_a_decision_made_anew_tells_the_panel_no_second_time() -> None:
    world = NoticesInMemory()
    world.learn(fact(SURVIVOR, 1, decided(serious(SURVIVOR))))
    world.send(world.of(SURVIVOR, PANEL)[0].notice_id)
    again = [obligation(SURVIVOR, "panel", "panel", "DL01-revised")]
    world.learn(fact(SURVIVOR, 2, decided(again, content_version=2)))
    assert [n.state for n in world.of(SURVIVOR, PANEL)] == [State.ACCEPTED]
    assert all(n.state is State.CANCELLED for n in world.of(SURVIVOR, RecipientKind.DFE))


def test_a_death_that_turns_out_serious_is_told_to_the_department_as_such() -> None:
    world = NoticesInMemory()
    world.learn(fact(SURVIVOR, 1, decided(simple_death(SURVIVOR), "simple")))
    world.send(world.of(SURVIVOR, RecipientKind.DFE)[0].notice_id)
    world.learn(fact(SURVIVOR, 2, decided(serious(SURVIVOR), content_version=2)))
    rules = {n.limit_rule: n.state for n in world.of(SURVIVOR, RecipientKind.DFE)}
    assert rules == {"DL04": State.ACCEPTED, "DL01": State.PENDING}


def test_pauses_double_up_to_a_quarter_of_an_hour_and_never_stop() -> None:
    pauses = [pause_after(number, 1.0) for number in (1, 2, 3, 9, 10_000)]
    assert pauses[:3] == [timedelta(seconds=s) for s in (5, 10, 20)]
    assert pauses[3:] == [timedelta(minutes=15)] * 2
    assert pause_after(1, 0.0) == timedelta(seconds=2.5)
