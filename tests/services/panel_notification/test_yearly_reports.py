"""Who hears of an area's yearly report: a copy each, whatever is corrected, in any order."""

from datetime import datetime, timedelta
from random import Random
from uuid import uuid5

import pytest

from services.panel_notification.about import About
from services.panel_notification.forgotten import may_have_been_sent
from services.panel_notification.notice import Notice, Outcome, State, plan
from services.panel_notification.wanted import asked_for, owner_area
from shared.contracts.area_record import area_record
from shared.contracts.event_codes import RecipientKind
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact
from tests.services.panel_notification.notices_in_memory import NoticesInMemory
from tests.services.panel_notification.sample_facts import NINE, case, decided, fact, serious
from tests.services.panel_notification.sample_reviews import of_timer
from tests.services.panel_notification.sample_years import (
    AREA,
    CENTRE,
    RECORD,
    copies,
    never_was,
    reported,
)

COPIES = {("panel", "DL17"), (CENTRE, "DL17")}
SECOND = timedelta(seconds=1)


def of_record(sequence: int, said: Payload) -> Fact:
    return of_timer(sequence, said, RECORD)


def standing(world: NoticesInMemory) -> list[Notice]:
    return [one for one in world.notices.values() if one.state is not State.CANCELLED]


def sent(world: NoticesInMemory) -> NoticesInMemory:
    for notice_id in world.pending():
        world.send(notice_id)
    return world


def knowing(*said: Payload) -> NoticesInMemory:
    world = NoticesInMemory()
    for sequence, data in enumerate(said, start=1):
        world.learn(of_record(sequence, data))
    return world


def test_a_report_makes_one_notice_for_the_panel_and_one_for_the_what_works_centre() -> None:
    made = standing(knowing(reported()))
    assert {(one.recipient, one.limit_rule) for one in made} == COPIES
    assert {(one.about, one.case_id, one.area) for one in made} == {
        (About.YEARLY_REPORT, RECORD, AREA)
    }
    assert len(made) == 2


def test_a_report_that_is_said_again_asks_for_nothing_new() -> None:
    corrected = reported(revision=2, published_on=NINE.date() - timedelta(days=1))
    world = sent(knowing(reported()))
    before = set(world.notices)
    world.learn(of_record(2, corrected))
    assert (set(world.notices), world.pending()) == (before, [])
    assert set(knowing(corrected).notices) == before, "whichever was heard first"


def test_each_years_report_has_copies_of_its_own() -> None:
    world = sent(knowing(reported()))
    world.learn(of_record(2, reported(cycle=2)))
    assert {(world.notices[i].recipient, world.notices[i].cycle) for i in world.pending()} == {
        ("panel", 2),
        (CENTRE, 2),
    }
    said = [data for (kind, *_), data in world.published.items() if kind == "sent"]
    assert not any(getattr(one, "possible_duplicate", True) for one in said)


def test_a_report_that_never_was_ends_what_was_not_sent_and_leaves_what_was() -> None:
    world = knowing(reported())
    [panel] = world.of(RECORD, RecipientKind.PANEL)
    world.send(panel.notice_id)
    facts = [*world.facts, of_record(2, never_was())]
    ended = plan(facts, world.notices.values()).cancel
    assert ended is not None
    assert set(ended.values()) == {"withdrawn"}
    world.learn(facts[-1])
    [left] = standing(world)
    assert (left.notice_id, left.state) == (panel.notice_id, State.ACCEPTED)


def test_an_attempt_that_was_under_way_is_not_made_again_once_the_report_is_withdrawn() -> None:
    world = knowing(reported())
    [centre] = world.of(RECORD, RecipientKind.WHAT_WORKS_CENTRE)
    world.start(centre.notice_id)
    world.learn(of_record(2, never_was()))
    assert world.notices[centre.notice_id].state is State.SENDING
    world.end(centre.notice_id, Outcome.AGAIN)
    assert world.notices[centre.notice_id].state is State.CANCELLED


@pytest.mark.parametrize("refused_first", [True, False])
def test_nobody_has_to_see_to_a_copy_that_was_refused_of_a_report_that_never_was(
    refused_first: bool,
) -> None:
    world = knowing(reported())
    [centre] = world.of(RECORD, RecipientKind.WHAT_WORKS_CENTRE)
    world.start(centre.notice_id)
    if refused_first:
        world.end(centre.notice_id, Outcome.REFUSED)
    world.learn(of_record(2, never_was()))
    if not refused_first:
        world.end(centre.notice_id, Outcome.REFUSED)
    assert not world.notices[centre.notice_id].needs_a_person
    assert standing(world) == []
    assert ("undeliverable", centre.notice_id, 1, 1) in world.published, "it was, and stays told"
    world.learn(of_record(3, reported(revision=3)))
    assert centre.notice_id in world.pending()


def test_a_copy_that_was_refused_of_a_report_that_stands_is_for_a_person() -> None:
    world = knowing(reported())
    for notice_id in world.pending():
        world.send(notice_id, Outcome.REFUSED)
    world.learn(of_record(2, reported(revision=2)))
    world.learn(of_record(3, never_was(cycle=2)))
    assert {one.state for one in standing(world)} == {State.UNDELIVERABLE}
    assert all(one.needs_a_person for one in standing(world))


def test_a_report_that_is_said_again_after_all_is_owed_again() -> None:
    world = knowing(reported(), never_was(), reported(revision=3))
    assert {one.recipient for one in standing(world)} == {"panel", CENTRE}


def test_a_recipient_that_a_correction_no_longer_names_gets_none() -> None:
    world = knowing(reported(), reported(revision=2, obligations=copies()[:1]))
    assert {one.recipient for one in standing(world)} == {"panel"}


def test_nobody_who_has_a_copy_gets_another_under_a_new_obligation() -> None:
    world = sent(knowing(reported()))
    anew = [
        one.model_copy(update={"obligation_id": uuid5(one.obligation_id, "x")}) for one in copies()
    ]
    world.learn(of_record(2, reported(revision=2, obligations=anew)))
    assert world.pending() == []


def test_no_incident_was_ever_notified_by_it() -> None:
    world = sent(knowing(reported()))
    for notice_id in list(world.notices):
        world.receive(notice_id)
    assert {kind for kind, *_ in world.published} == {"sent", "delivered"}


def test_a_case_of_the_same_area_is_another_matter() -> None:
    of_case = case(1)
    world = knowing(reported())
    world.learn(fact(of_case, 1, decided(serious(of_case))))
    sent(world)
    panel = [one for one in standing(world) if one.recipient == "panel"]
    assert {(one.case_id, one.about) for one in panel} == {
        (RECORD, About.YEARLY_REPORT),
        (of_case, About.INCIDENT),
    }


def test_a_record_is_its_own_areas_once_a_report_is_known() -> None:
    assert owner_area([of_record(1, reported())], RECORD) == AREA
    assert owner_area([], RECORD) is None
    other = area_record("E08000015")
    assert owner_area([of_record(1, reported())], other) is None


@pytest.mark.parametrize(("reconciled", "forgotten"), [(NINE, True), (NINE - SECOND, False)])
def test_a_report_from_before_a_restore_may_have_been_sent(
    reconciled: datetime, forgotten: bool
) -> None:
    facts = [of_record(1, reported())]
    [wanted] = [one for one in asked_for(facts).values() if one.recipient == "panel"]
    assert may_have_been_sent(wanted, facts, reconciled) is forgotten


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_order_of_arrival_the_same_notices_stand(seed: int) -> None:
    facts = [
        of_record(1, reported()),
        of_record(2, reported(cycle=2)),
        of_record(3, reported(revision=2, obligations=copies()[:1])),
        of_record(4, never_was(cycle=2)),
    ]
    straight, world = NoticesInMemory(), NoticesInMemory()
    for each in facts:
        straight.learn(each)
    shuffled = list(facts)
    Random(seed).shuffle(shuffled)
    for each in shuffled:
        world.learn(each)
    assert world.state() == straight.state(), f"seed {seed}"
