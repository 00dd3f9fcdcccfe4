"""Who hears of a review's submission and of each step of a local review, in any order of arrival.

One test for each row of who tells whom that the review brings about."""

from random import Random

import pytest

from services.panel_notification.about import About
from services.panel_notification.notice import State
from shared.contracts.payload import Payload
from tests.services.panel_notification.notices_in_memory import NoticesInMemory
from tests.services.panel_notification.sample_changes import withdrawn
from tests.services.panel_notification.sample_facts import case, decided, fact, linked, serious
from tests.services.panel_notification.sample_reviews import (
    CASE,
    commissioned,
    delayed,
    drafted,
    of_timer,
    submitted,
    withheld,
)

SURVIVOR = case(2)
ROWS = [
    (submitted(), About.REVIEW, "DL08", {"panel"}),
    (commissioned(), About.LOCAL_REVIEW, "DL10", {"panel", "dfe", "ofsted"}),
    (drafted(), About.COPY, "DL12", {"panel", "dfe", "ofsted"}),
    (delayed(), About.DELAY, "DL15", {"panel", "dfe"}),
    (withheld(), About.NOT_PUBLISHED, "DL15", {"panel", "dfe"}),
]


def told(world: NoticesInMemory, about: About) -> set[tuple[str, str]]:
    return {
        (one.recipient, one.limit_rule)
        for one in world.notices.values()
        if one.about is about and one.state is not State.CANCELLED
    }


@pytest.mark.parametrize(("said", "about", "rule", "recipients"), ROWS)
def test_each_step_is_told_to_whom_it_names_by_its_limit(
    said: Payload, about: About, rule: str, recipients: set[str]
) -> None:
    world = NoticesInMemory()
    world.learn(of_timer(1, said))
    assert told(world, about) == {(recipient, rule) for recipient in recipients}


def test_the_panel_hears_of_the_incident_and_of_the_review_as_two_matters() -> None:
    world = NoticesInMemory()
    world.learn(fact(CASE, 1, decided(serious(CASE))))
    world.learn(of_timer(1, submitted()))
    for notice_id in world.pending():
        world.send(notice_id)
    panel = [one for one in world.notices.values() if one.recipient == "panel"]
    assert {one.about for one in panel} == {About.INCIDENT, About.REVIEW}
    sent = [data for (kind, *_), data in world.published.items() if kind == "sent"]
    assert not any(getattr(data, "possible_duplicate", False) for data in sent)


def test_the_panels_receipt_of_the_review_never_stands_for_the_notification() -> None:
    world = NoticesInMemory()
    world.learn(fact(CASE, 1, decided(serious(CASE))))
    world.learn(of_timer(1, submitted()))
    [review] = [one for one in world.notices.values() if one.about is About.REVIEW]
    world.send(review.notice_id)
    world.receive(review.notice_id)
    assert world.notified(CASE) is None


def test_a_plan_that_moves_sends_its_copies_once() -> None:
    world = NoticesInMemory()
    world.learn(of_timer(1, drafted()))
    for notice_id in world.pending():
        world.send(notice_id)
    world.learn(of_timer(2, drafted().model_copy(update={"drafted_at": drafted().drafted_at})))
    assert world.pending() == []


def test_each_delay_is_told_for_itself() -> None:
    world = NoticesInMemory()
    world.learn(of_timer(1, delayed(1)))
    world.learn(of_timer(2, delayed(2)))
    numbers = sorted(
        one.notification_number for one in world.notices.values() if one.recipient == "panel"
    )
    assert numbers == [1, 2]


def test_a_withdrawn_cycle_and_a_linked_case_owe_nothing_of_their_review() -> None:
    world = NoticesInMemory()
    world.learn(of_timer(1, submitted()))
    world.learn(fact(CASE, 2, withdrawn([])))
    assert told(world, About.REVIEW) == set()
    other = NoticesInMemory()
    other.learn(of_timer(1, submitted()))
    other.learn(fact(CASE, 2, linked(SURVIVOR)))
    assert told(other, About.REVIEW) == set()


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_order_of_arrival_the_same_notices_stand(seed: int) -> None:
    facts = [
        fact(CASE, 1, decided(serious(CASE))),
        *(of_timer(at + 1, said) for at, (said, *_) in enumerate(ROWS)),
    ]
    Random(seed).shuffle(facts)
    world = NoticesInMemory()
    for each in facts:
        world.learn(each)
    straight = NoticesInMemory()
    for each in sorted(facts, key=lambda one: (one.source, one.sequence)):
        straight.learn(each)
    assert world.state() == straight.state(), f"seed {seed}"
