"""A decision that a restored store takes in again as new: its notices may be out already."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.panel_notification.forgotten import may_have_been_sent
from services.panel_notification.notice import Notice, State
from services.panel_notification.wanted import wanted_for
from shared.contracts.envelope import case_stream
from shared.contracts.panel_events import NoticeDelivered, NoticeSent
from shared.messaging.behind import BEGUN, FINISHED
from shared.messaging.clock import SetClock
from shared.messaging.operator_action import record_action
from shared.messaging.outbox import emit
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.notices_in_memory import NoticesInMemory
from tests.services.panel_notification.sample_facts import NINE, case, decided, fact, obligation
from tests.services.panel_notification.told import notices, published, send_all, sender_of, tell

CASE = case(1)
PANEL = obligation(CASE, "panel", "panel")
SECOND = timedelta(seconds=1)
TO_PANEL = wanted_for(CASE, 1, PANEL)


async def restored_store(open_store: OpenStore, ended_at: datetime, action: str) -> Store:
    store = await open_store("panel_notification", clock=SetClock(ended_at))
    async with store.transaction(uuid4(), "test") as tx:
        await record_action(tx, action, str(uuid4()), name="Sample", reason="restored")
    return store


@pytest.mark.parametrize(
    ("reconciled", "forgotten"),
    [(None, False), (NINE - SECOND, False), (NINE, True), (NINE + SECOND, True)],
)
def test_only_a_decision_from_before_the_store_was_reconciled_may_have_been_acted_on(
    reconciled: datetime | None, forgotten: bool
) -> None:
    facts = [fact(CASE, 1, decided([PANEL]))]
    assert may_have_been_sent(TO_PANEL, facts, reconciled) is forgotten


def test_the_decision_that_stands_counts_and_no_other_cycle_or_case() -> None:
    other = case(2)
    earlier, later = fact(CASE, 1, decided([PANEL])), fact(CASE, 2, decided([PANEL]))
    later = replace(later, recorded_at=NINE + 2 * SECOND)
    elsewhere = [fact(CASE, 3, decided([PANEL], cycle=2)), fact(other, 9, decided([PANEL]))]
    for facts in ([*elsewhere, earlier, later], [later, earlier, *elsewhere]):
        assert not may_have_been_sent(TO_PANEL, facts, NINE + SECOND)
    assert not may_have_been_sent(TO_PANEL, elsewhere, NINE + SECOND)


def test_a_notice_that_may_have_been_sent_is_told_as_possibly_double() -> None:
    world = NoticesInMemory()
    world.learn(fact(CASE, 1, decided([PANEL])))
    notice_id = TO_PANEL.notice_id
    world.notices[notice_id] = replace(world.notices[notice_id], may_have_been_sent=True)
    assert world.published == {}, "nothing is said of what may never have happened"
    world.send(notice_id)
    world.receive(notice_id)
    said = [each for each in world.published.values() if isinstance(each, NoticeSent)]
    notified = world.notified(CASE)
    assert [each.possible_duplicate for each in said] == [True, True]
    assert notified is not None
    assert notified.possible_duplicate


async def sent_by(store: Store) -> Notice:
    await tell(store, CASE, 1, decided([PANEL]))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        assert len(mail.accepted) == 1
    return (await notices(store, CASE))["panel"]


@pytest.mark.parametrize(
    ("ended_at", "action", "forgotten"),
    [
        (NINE + SECOND, FINISHED, True),
        (NINE - SECOND, FINISHED, False),
        (NINE + SECOND, BEGUN, False),
    ],
)
async def test_what_a_reconciled_store_takes_in_as_new_is_sent_and_flagged(
    open_store: OpenStore, ended_at: datetime, action: str, forgotten: bool
) -> None:
    store = await restored_store(open_store, ended_at, action)
    notice = await sent_by(store)
    assert (notice.state, notice.may_have_been_sent) == (State.ACCEPTED, forgotten)
    flags = [data["possible_duplicate"] for _, data in await published(store, CASE)]
    assert flags == [forgotten, forgotten]


async def test_a_notice_that_is_wanted_again_after_the_restore_is_flagged(
    open_store: OpenStore,
) -> None:
    store = await open_store("panel_notification", clock=SetClock(NINE + SECOND))
    await tell(store, CASE, 1, decided([PANEL]))
    await tell(store, CASE, 2, decided([]))
    assert (await notices(store, CASE))["panel"].state is State.CANCELLED
    async with store.transaction(uuid4(), "test") as tx:
        await record_action(tx, FINISHED, str(uuid4()), name="Sample", reason="restored")
    await tell(store, CASE, 3, decided([PANEL]))
    notice = (await notices(store, CASE))["panel"]
    assert (notice.state, notice.may_have_been_sent) == (State.PENDING, True)


async def test_what_was_told_as_sent_is_not_sent_again_when_its_decision_comes_after_the_reconcile(
    open_store: OpenStore,
) -> None:
    lost = await open_store("panel_notification", clock=SetClock(NINE))
    await sent_by(lost)
    [(_, said), _] = await published(lost, CASE)
    store = await restored_store(open_store, NINE + SECOND, FINISHED)
    await _take_back(store, NoticeSent.model_validate(said), CASE)

    await tell(store, CASE, 1, decided([PANEL]))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        assert mail.accepted == []
    notice = (await notices(store, CASE))["panel"]
    assert (notice.state, len(notice.attempts)) == (State.ACCEPTED, 1)
    assert notice.first_accepted is not None
    assert notice.first_accepted.started_at == NINE
    topics = [topic for topic, _ in await published(store, CASE)]
    assert len(topics) == len(set(topics)) == 2, "that it arrived is told once"
    delivered = (await published(store, CASE))[-1][1]
    assert NoticeDelivered.model_validate(delivered).possible_duplicate is False


async def _take_back(store: Store, said: NoticeSent, case_id: UUID) -> None:
    async with store.transaction(uuid4(), "test") as tx:
        await emit(tx, said, case_stream(case_id), happened_at=said.sent_at)
