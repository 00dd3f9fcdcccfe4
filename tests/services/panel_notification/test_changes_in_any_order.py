"""Changes of a case, links and sends in any order: the same notices, nobody told twice."""

import random
from collections.abc import Iterator
from itertools import permutations

import pytest

from services.panel_notification.about import About
from services.panel_notification.notice import Outcome, State, plan
from shared.contracts.event_codes import RecipientKind
from shared.messaging.facts import Fact
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
HANDED = obligation(CASE, "partner_police", POLICE, "DL03")
OF_LOSER = obligation(LOSER, "partner_police", POLICE, "DL03")

FIRST_CYCLE = (
    fact(CASE, 1, transferred([HANDED])),
    fact(CASE, 2, decided(serious(CASE))),
    fact(CASE, 3, corrected([CDOP, of_cycle(HANDED, 1)])),
)
ENDED = fact(CASE, 4, withdrawn([PANEL_HEARS, POLICE_HEARS]))
SECOND_CYCLE = (
    fact(CASE, 5, reopened()),
    fact(CASE, 6, decided([of_cycle(one, 2) for one in serious(CASE)], cycle=2)),
)
OTHER_CASE = (
    fact(LOSER, 1, transferred([OF_LOSER])),
    fact(LOSER, 2, linked(CASE)),
)


@pytest.mark.parametrize("known", [(*FIRST_CYCLE, OTHER_CASE[1]), (*FIRST_CYCLE, ENDED)])
def test_every_order_in_which_facts_are_known_wants_the_same_notices(
    known: tuple[Fact, ...],
) -> None:
    wanted = plan(known, []).add
    assert {plan(order, []).add for order in permutations(known)} == {wanted}


def test_a_number_once_given_is_given_for_good() -> None:
    facts = [*FIRST_CYCLE, ENDED, *SECOND_CYCLE]
    given: dict[object, object] = {}
    for known in range(1, len(facts) + 1):
        for one in plan(facts[:known], []).add:
            assert given.setdefault(one.obligation_id, one.notice_id) == one.notice_id


@pytest.mark.parametrize("seed", range(300))
def test_sends_between_the_facts_leave_everybody_told_once(seed: int) -> None:
    print(f"seed {seed}")
    chance = random.Random(seed)
    world = NoticesInMemory()
    for one in interleaved(chance):
        world.learn(one)
        step(world, chance)
    while world.pending() or any(n.state is State.SENDING for n in world.notices.values()):
        step(world, chance)
    accepted = [n for n in world.notices.values() if n.state is State.ACCEPTED]
    obligations = [n.obligation_id for n in accepted]
    assert len(obligations) == len(set(obligations))
    assert all(n.times_reached == 1 for n in accepted)
    of_cycle_one = [n for n in accepted if n.cycle == 1 and n.case_id == CASE]
    heard = {n.recipient for n in of_cycle_one if n.about is not About.WITHDRAWAL}
    hears = {n.recipient for n in of_cycle_one if n.about is About.WITHDRAWAL}
    assert hears >= heard & {"panel", POLICE}, "who heard of it hears of its withdrawal"
    of_loser = {n.recipient for n in accepted if n.case_id == LOSER}
    assert hears <= heard | of_loser, "and nobody who never heard of it"
    panel = [n for n in accepted if n.recipient_kind is RecipientKind.PANEL]
    assert sum(n.cycle == 2 for n in panel) == 1
    assert sum(n.cycle == 1 and n.about is About.INCIDENT for n in panel) <= 1


@pytest.mark.parametrize("seed", range(100))
def test_with_nothing_sent_the_order_of_arrival_leaves_no_trace(seed: int) -> None:
    print(f"seed {seed}")
    world, expected = NoticesInMemory(), NoticesInMemory()
    for one in interleaved(random.Random(seed)):
        world.learn(one)
    for one in (*FIRST_CYCLE, ENDED, *SECOND_CYCLE, *OTHER_CASE):
        expected.learn(one)
    assert world.state() == expected.state()
    assert {n.cycle for n in world.notices.values() if n.state is State.PENDING} == {2}


def interleaved(chance: random.Random) -> Iterator[Fact]:
    """Every stream in its order, between streams any, now and then one again."""
    left = [[*FIRST_CYCLE, ENDED, *SECOND_CYCLE], list(OTHER_CASE)]
    while any(left):
        stream = chance.choice([one for one in left if one])
        yield stream[0]
        if chance.random() < 0.8:
            del stream[0]


def step(world: NoticesInMemory, chance: random.Random) -> None:
    for notice_id in world.pending():
        if chance.random() < 0.4:
            world.start(notice_id)
    for notice in list(world.notices.values()):
        if notice.state is State.SENDING and chance.random() < 0.5:
            world.end(notice.notice_id, chance.choice([Outcome.ACCEPTED, Outcome.AGAIN]))
