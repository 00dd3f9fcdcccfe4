"""Close to its limit a notice goes again if nobody can say it arrived, and a person hears of it."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from services.panel_notification import attempt_store
from services.panel_notification.channels.channel import Answer
from services.panel_notification.channels.manual import ManualChannel
from services.panel_notification.limit import ESCALATED_BEFORE, SENT_AGAIN_BEFORE
from services.panel_notification.notice import Notice, Outcome, State
from services.panel_notification.outcome_store import Following, settle
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import MailServer, running_mail_server
from tests.services.panel_notification.recipients_file import (
    IMPATIENT,
    addressing,
    channels_to,
    panel_by,
)
from tests.services.panel_notification.sample_facts import NINE, case, decided, obligation
from tests.services.panel_notification.stub_provider import running_provider
from tests.services.panel_notification.timer_says import clock_set, limit
from tests.services.panel_notification.told import (
    living_sender,
    notices,
    published,
    send_all,
    sender_of,
    tell,
)
from tests.support.waiting import eventually

CASE = case(1)
LIMIT = NINE + timedelta(days=7)
MINUTE = timedelta(minutes=1)


async def panel_case(open_store: OpenStore, clock: SetClock, late_from: datetime | None) -> Store:
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    if late_from:
        await limit(store, CASE, 1, clock_set(CASE, "DL01", late_from))
    return store


async def panel_notice(store: Store) -> Notice:
    return (await notices(store, CASE))["panel"]


async def lose_the_answer(store: Store, mail: MailServer) -> None:
    mail.drop_after_data = True
    await send_all(sender_of(store, mail.channel()))
    assert (await panel_notice(store)).state is State.OUTCOME_UNKNOWN


async def test_what_may_have_arrived_goes_again_a_day_before_its_limit_and_says_so(
    open_store: OpenStore,
) -> None:
    clock = SetClock(NINE)
    store = await panel_case(open_store, clock, LIMIT)
    async with running_mail_server() as mail:
        await lose_the_answer(store, mail)
        mail.drop_after_data = False
        clock.instant = LIMIT - SENT_AGAIN_BEFORE - MINUTE
        await send_all(sender_of(store, mail.channel()))
        assert len(mail.accepted) == 1
        clock.move(MINUTE)
        await send_all(sender_of(store, mail.channel()))
        messages = mail.messages()
    assert len(messages) == 2
    assert mail.accepted[0] == mail.accepted[1], "the same message, under the same id"
    said = dict(await published(store, CASE))["notice.sent"]
    assert said["possible_duplicate"] is True
    assert said["sent_at"] == "2026-11-08T09:00:00Z", "the attempt known to be accepted"


async def test_at_once_where_the_limit_is_nearer(open_store: OpenStore) -> None:
    store = await panel_case(open_store, SetClock(NINE), NINE + timedelta(hours=3))
    async with running_mail_server() as mail:
        mail.drop_after_data = True
        sender = sender_of(store, mail.channel())
        async with living_sender(store) as (connection, number):
            await sender.send_due(connection, number)
            mail.drop_after_data = False
            await sender.send_due(connection, number)
        assert len(mail.accepted) == 2
    assert (await panel_notice(store)).state is State.ACCEPTED


async def test_by_itself_it_goes_again_once(open_store: OpenStore) -> None:
    clock = SetClock(NINE)
    store = await panel_case(open_store, clock, NINE + timedelta(hours=3))
    async with running_mail_server() as mail:
        mail.drop_after_data = True
        for _ in range(6):
            await send_all(sender_of(store, mail.channel()))
            clock.move(timedelta(hours=1))
        assert len(mail.accepted) == 2
    notice = await panel_notice(store)
    assert (notice.state, notice.times_reached) == (State.OUTCOME_UNKNOWN, 2)


async def test_a_person_hears_and_the_fallback_takes_over_before_the_limit(
    open_store: OpenStore, tmp_path: Path
) -> None:
    clock = SetClock(NINE)
    store = await panel_case(open_store, clock, LIMIT)
    row = {"recipient": "panel", "channel": "smtp", "fallback": "manual"}
    where = addressing(tmp_path, row)
    async with running_mail_server() as mail:
        mail.rcpt_answer = "451 later"
        sender = sender_of(store, mail.channel(), ManualChannel(), by=where)
        await send_all(sender)
        clock.instant = LIMIT - ESCALATED_BEFORE - MINUTE
        await send_all(sender)
        assert (await panel_notice(store)).escalated_at is None
        clock.move(MINUTE)
        await send_all(sender)
    notice = await panel_notice(store)
    assert (notice.state, notice.channel) == (State.HANDED, "manual")
    assert notice.escalated_at == LIMIT - ESCALATED_BEFORE


@pytest.mark.parametrize("last_first", [False, True])
async def test_a_limit_that_moved_counts_in_whatever_order_that_is_heard(
    open_store: OpenStore, last_first: bool
) -> None:
    clock = SetClock(NINE)
    store = await panel_case(open_store, clock, None)
    later = LIMIT + timedelta(days=1)
    said = [clock_set(CASE, "DL01", LIMIT), clock_set(CASE, "DL01", later, revision=2)]
    for at, each in enumerate(reversed(said) if last_first else said, 1):
        await limit(store, CASE, at, each)
    async with running_mail_server() as mail:
        await lose_the_answer(store, mail)
        mail.drop_after_data = False
        clock.instant = later - SENT_AGAIN_BEFORE - MINUTE
        await send_all(sender_of(store, mail.channel()))
        assert len(mail.accepted) == 1
        clock.move(MINUTE)
        await send_all(sender_of(store, mail.channel()))
        assert len(mail.accepted) == 2


async def test_what_a_dead_sender_left_is_looked_up_where_the_other_side_can_be_asked(
    open_store: OpenStore, tmp_path: Path
) -> None:
    clock = SetClock(NINE)
    store = await panel_case(open_store, clock, None)
    async with running_provider() as provider:
        where = addressing(tmp_path, panel_by("webhook", provider))
        sender = sender_of(store, *channels_to(provider, where), by=where)
        async with living_sender(store) as (connection, _):
            rows = await attempt_store.without_lane(connection, 5)
            assert len(rows) == 1
            await sender._choose_lanes(connection)
        [due] = await _due(store)
        claimed = await sender.sending._claim(due, 1, 4711)
        assert claimed is not None
        letter = sender.post.letter(claimed)
        await sender.post.channels[claimed.channel].send(letter)
        await send_all(sender)
        assert (await panel_notice(store)).state is State.OUTCOME_UNKNOWN
        clock.move(MINUTE)
        await send_all(sender)
        assert list(provider.accepted().values()) == [1]
    notice = await panel_notice(store)
    assert (notice.state, len(notice.attempts)) == (State.ACCEPTED, 1)
    assert notice.delivered_at == NINE + MINUTE, "its signed receipt came with the look-up"


async def test_later_proof_of_an_earlier_attempt_corrects_when_it_was_sent(
    open_store: OpenStore,
) -> None:
    clock = SetClock(NINE)
    store = await panel_case(open_store, clock, NINE + timedelta(hours=30))
    async with running_mail_server() as mail:
        await lose_the_answer(store, mail)
        mail.drop_after_data = False
        clock.move(timedelta(hours=6))
        await send_all(sender_of(store, mail.channel()))
    second = (await panel_notice(store)).first_accepted
    assert second is not None
    assert second.number == 2
    async with store.transaction(uuid4(), "test") as tx:
        late = Answer(Outcome.ACCEPTED, "late")
        notice_id = (await panel_notice(store)).notice_id
        assert await settle(tx, notice_id, 1, late, Following(timedelta(0)))
    first = (await panel_notice(store)).first_accepted
    assert first is not None
    assert (first.number, first.started_at) == (1, NINE)


async def test_a_sender_that_is_stopped_ends_what_each_channel_has_in_hand(
    open_store: OpenStore, tmp_path: Path
) -> None:
    store = await panel_case(open_store, SetClock(NINE), None)
    async with running_provider() as provider:
        where = addressing(tmp_path, panel_by("webhook", provider))
        provider.fault = "hang_after"
        task = asyncio.create_task(
            sender_of(store, *channels_to(provider, where, IMPATIENT), by=where).run()
        )

        async def taken() -> bool:
            return bool(provider.ledger)

        await eventually(taken, "the provider took it")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    notice = await panel_notice(store)
    assert (notice.state, notice.attempts[0].outcome) == (State.OUTCOME_UNKNOWN, Outcome.UNKNOWN)


async def _due(store: Store) -> list[UUID]:
    async with store.reading() as connection:
        rows = await attempt_store.due(connection, NINE, 5)
    return [row["notice_id"] for row in rows]
