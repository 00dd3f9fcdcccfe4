"""What is published, when, and how often."""

import random
from dataclasses import replace

import pytest

from services.panel_notification.fulfilment import reference_of
from services.panel_notification.notice import Notice, Outcome, State
from shared.contracts.event_codes import NotificationKind, RecipientKind
from shared.contracts.panel_events import NoticeDelivered, NoticeSent, NoticeUndeliverable
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

CASE, LOSER = case(1), case(2)
PANEL, DFE, OFSTED = RecipientKind.PANEL, RecipientKind.DFE, RecipientKind.OFSTED


def serious_case() -> NoticesInMemory:
    world = NoticesInMemory()
    world.learn(fact(CASE, 1, decided(serious(CASE))))
    return world


def test_acceptance_by_the_mail_server_is_sent_and_delivered() -> None:
    world = serious_case()
    notice = world.of(CASE, PANEL)[0]
    world.send(notice.notice_id)
    sent = world.published["sent", notice.notice_id, 1, 1]
    delivered = world.published["delivered", notice.notice_id, 1, 1]
    taken = world.notices[notice.notice_id].attempts[0]
    assert isinstance(sent, NoticeSent)
    assert isinstance(delivered, NoticeDelivered)
    assert (sent.sent_at, delivered.accepted_at) == (taken.started_at, taken.ended_at)
    assert delivered.reference == reference_of(notice.notice_id)
    assert not sent.possible_duplicate


def test_the_panels_receipt_makes_it_notified_as_of_the_first_accepted_attempt() -> None:
    world = serious_case()
    notice = world.of(CASE, PANEL)[0]
    world.send(notice.notice_id, Outcome.AGAIN)
    world.send(notice.notice_id)
    assert world.notified(CASE) is None, "accepted by a mail server is not received by the Panel"
    world.receive(notice.notice_id)
    notified = world.notified(CASE)
    assert notified is not None
    assert notified.kind is NotificationKind.PANEL
    assert notified.sent_at == world.notices[notice.notice_id].attempts[1].started_at
    assert notified.obligation_ids == [notice.obligation_id]
    assert notified.receipt_at > notified.sent_at


def test_a_receipt_that_overtakes_the_answer_of_the_mail_server_waits_for_it() -> None:
    world = serious_case()
    notice = world.of(CASE, PANEL)[0]
    world.start(notice.notice_id)
    world.receive(notice.notice_id)
    assert world.notified(CASE) is None
    world.end(notice.notice_id, Outcome.ACCEPTED)
    assert world.notified(CASE) is not None


def test_others_receipts_do_not_stand_for_the_panels() -> None:
    world = serious_case()
    for kind in (DFE, OFSTED, RecipientKind.PARTNER_POLICE):
        notice = world.of(CASE, kind)[0]
        world.send(notice.notice_id)
        world.receive(notice.notice_id)
    assert world.notified(CASE) is None


@pytest.mark.parametrize("order", [(DFE, OFSTED), (OFSTED, DFE)])
def test_a_simple_notification_is_complete_with_the_last_of_both_receipts(
    order: tuple[RecipientKind, RecipientKind],
) -> None:
    world = NoticesInMemory()
    world.learn(fact(CASE, 1, decided(simple_death(CASE), "simple")))
    for kind in order:
        assert world.notified(CASE) is None
        notice = world.of(CASE, kind)[0]
        world.send(notice.notice_id)
        world.receive(notice.notice_id)
    notified = world.notified(CASE)
    assert notified is not None
    assert notified.kind is NotificationKind.SIMPLE
    assert len(notified.obligation_ids) == 2
    last = world.of(CASE, order[1])[0].first_accepted
    assert last is not None
    assert notified.sent_at == last.started_at


def test_a_death_told_to_the_overview_panel_alone_never_makes_a_notified_incident() -> None:
    world = NoticesInMemory()
    owed = [obligation(CASE, "cdop", "cdop-merseyside", "DL20")]
    world.learn(fact(CASE, 1, decided(owed, "not_notifiable")))
    notice = world.of(CASE, RecipientKind.CDOP)[0]
    world.send(notice.notice_id)
    world.receive(notice.notice_id)
    assert {key[0] for key in world.published} == {"sent", "delivered"}


def test_a_simple_decision_that_owes_nobody_is_never_complete() -> None:
    world = NoticesInMemory()
    world.learn(fact(CASE, 1, decided([], "simple")))
    assert world.published == {}


def test_refused_for_good_is_published_and_starts_no_clock() -> None:
    world = serious_case()
    notice = world.of(CASE, PANEL)[0]
    world.send(notice.notice_id, Outcome.REFUSED)
    refused = world.published["undeliverable", notice.notice_id, 1, 1]
    assert isinstance(refused, NoticeUndeliverable)
    assert refused.reason == "smtp_550"
    assert {key[0] for key in world.published} == {"undeliverable"}


def test_a_second_attempt_after_an_unknown_one_is_flagged_as_possibly_double() -> None:
    world = serious_case()
    notice = world.of(CASE, PANEL)[0]
    world.send(notice.notice_id, Outcome.UNKNOWN)
    assert world.published == {}, "nobody knows whether it was sent"
    tried = world.notices[notice.notice_id]
    world.notices[notice.notice_id] = replace(tried, state=State.PENDING)
    world.send(notice.notice_id)
    world.receive(notice.notice_id)
    sent = world.published["sent", notice.notice_id, 1, 1]
    notified = world.notified(CASE)
    assert isinstance(sent, NoticeSent)
    assert notified is not None
    assert sent.possible_duplicate
    assert notified.possible_duplicate


def test_later_proof_of_an_earlier_attempt_corrects_when_it_was_sent() -> None:
    """The clocks run from the first attempt known to be accepted."""
    world = serious_case()
    (notice,) = world.of(CASE, PANEL)
    world.send(notice.notice_id, Outcome.UNKNOWN)
    first = world.notices[notice.notice_id].attempts[0].started_at
    world.notices[notice.notice_id] = replace(world.notices[notice.notice_id], state=State.PENDING)
    world.send(notice.notice_id)
    world.receive(notice.notice_id)
    before = {kind: _sent_at(world, kind, notice) for kind in ("sent", "delivered")}
    notified = world.notified(CASE)
    assert notified is not None
    assert {*before.values(), notified.sent_at} == {notified.sent_at}
    assert notified.sent_at > first
    world.prove(notice.notice_id, 1)
    assert _sent_at(world, "sent", notice) == _sent_at(world, "delivered", notice) == first
    corrected = world.notified(CASE)
    assert corrected is not None
    assert (corrected.sent_at, corrected.receipt_at) == (first, notified.receipt_at)
    assert len(world.said) == 2 * 3, "said once before and once after"


def _sent_at(world: NoticesInMemory, kind: str, notice: Notice) -> object:
    said = world.published[kind, notice.notice_id, 1, 1]
    assert isinstance(said, NoticeSent)
    return said.sent_at


def test_of_two_panel_notices_that_went_out_the_earlier_counts_and_it_is_flagged() -> None:
    world = NoticesInMemory()
    world.learn(fact(LOSER, 1, decided(serious(LOSER))))
    world.learn(fact(CASE, 1, decided(serious(CASE))))
    first, second = world.of(LOSER, PANEL)[0], world.of(CASE, PANEL)[0]
    world.send(first.notice_id)
    world.send(second.notice_id)
    world.learn(fact(LOSER, 2, linked(CASE)))
    world.receive(second.notice_id)
    notified = world.notified(CASE)
    taken = world.notices[first.notice_id].first_accepted
    assert notified is not None
    assert taken is not None
    assert notified.sent_at == taken.started_at
    assert notified.possible_duplicate


@pytest.mark.parametrize("seed", range(200))
def test_receipts_and_facts_in_any_order_publish_the_same(seed: int) -> None:
    print(f"seed {seed}")
    chance = random.Random(seed)
    world = serious_case()
    steps = [
        (kind, step)
        for kind in (PANEL, DFE, OFSTED, RecipientKind.PARTNER_POLICE)
        for step in ("end", "receive")
    ]
    for kind in (PANEL, DFE, OFSTED, RecipientKind.PARTNER_POLICE):
        world.start(world.of(CASE, kind)[0].notice_id)
    chance.shuffle(steps)
    for kind, step in steps:
        notice_id = world.of(CASE, kind)[0].notice_id
        if step == "end":
            world.end(notice_id, Outcome.ACCEPTED)
        else:
            world.receive(notice_id)
        world.learn(fact(CASE, 1, decided(serious(CASE))))
    kinds = sorted(key[0] for key in world.published)
    assert kinds == ["delivered"] * 4 + ["notified"] + ["sent"] * 4
