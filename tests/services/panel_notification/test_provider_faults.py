"""A provider that fails in the ways providers do: nothing lost, nothing silently twice, in time.

Its own ledger says what it accepted; the clock is set, so that hours pass at once.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from services.panel_notification.notice import Notice, State
from services.panel_notification.notice_sender import NoticeSender
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.recipients_file import (
    IMPATIENT,
    PATIENT,
    addressing,
    channels_to,
    panel_by,
)
from tests.services.panel_notification.sample_facts import NINE, case, decided, obligation, serious
from tests.services.panel_notification.stub_provider import (
    LOST_AFTER,
    StubProvider,
    running_provider,
)
from tests.services.panel_notification.timer_says import clock_set, limit
from tests.services.panel_notification.told import notices, published, send_all, sender_of, tell

CASE = case(0)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BY_STUB = pytest.mark.parametrize("name", ["notify", "webhook"])


async def panel_case(store: Store, number: int, within: timedelta | None) -> None:
    await tell(store, case(number), 1, decided([obligation(case(number), "panel", "panel")]))
    if within is not None:
        await limit(store, case(number), 1, clock_set(case(number), "DL01", NINE + within))


@asynccontextmanager
async def panel_to_be_told(
    open_store: OpenStore, cases: int = 1, within: timedelta | None = None
) -> AsyncIterator[tuple[SetClock, Store, StubProvider]]:
    """Cases of which the Panel must be told, and the provider that would take it to the Panel."""
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    for number in range(cases):
        await panel_case(store, number, within)
    async with running_provider() as provider:
        yield clock, store, provider


def to_stub(
    store: Store, provider: StubProvider, tmp_path: Path, name: str, **more: object
) -> NoticeSender:
    """One that has patience, but for a provider that hangs when it is made."""
    where = addressing(tmp_path, panel_by(name, provider, **more))
    seconds = IMPATIENT if provider.fault.startswith("hang") else PATIENT
    return sender_of(store, *channels_to(provider, where, seconds), by=where)


async def panel_notice(store: Store, number: int = 0) -> Notice:
    return (await notices(store, case(number)))["panel"]


async def pass_time(
    clock: SetClock, sender: NoticeSender, whole: timedelta, step: timedelta
) -> None:
    for _ in range(whole // step):
        clock.move(step)
        await send_all(sender)


@BY_STUB
async def test_an_outage_of_four_hours_that_ends_before_the_limit_makes_nothing_late(
    open_store: OpenStore, tmp_path: Path, name: str
) -> None:
    async with panel_to_be_told(open_store, 3, within=5 * HOUR) as (clock, store, provider):
        sender = to_stub(store, provider, tmp_path, name)
        provider.fault = "busy"
        await pass_time(clock, sender, 4 * HOUR, 5 * MINUTE)
        asked = len(provider.requests)
        assert provider.accepted() == {}
        provider.fault = ""
        await pass_time(clock, sender, 40 * MINUTE, 5 * MINUTE)
        found = [await panel_notice(store, number) for number in range(3)]
        assert sorted(provider.ledger) == sorted(str(each.notice_id) for each in found)
    assert asked < 3 * 40, "a channel that is down is not flooded"
    for each in found:
        assert each.state is State.ACCEPTED
        taken = each.first_accepted
        assert taken is not None
        assert taken.started_at < NINE + 5 * HOUR
        assert each.escalated_at is not None, "a person heard of it before the limit"
        assert each.escalated_at < NINE + 5 * HOUR


@BY_STUB
async def test_what_the_provider_asks_for_all_replicas_keep_to(
    open_store: OpenStore, tmp_path: Path, name: str
) -> None:
    async with panel_to_be_told(open_store, 4) as (clock, store, provider):
        one, two = (to_stub(store, provider, tmp_path, name) for _ in range(2))
        provider.fault = "too_many"
        await send_all(one)
        assert len(provider.requests) == 1, "the first answer holds the channel"
        provider.fault = ""
        await pass_time(clock, two, timedelta(seconds=119), timedelta(seconds=17))
        assert len(provider.requests) == 1
        clock.move(timedelta(seconds=30))
        await send_all(one)
        await send_all(two)
        assert sorted(provider.accepted().values()) == [1] * 4


async def test_two_replicas_together_stay_under_the_limit(
    open_store: OpenStore, tmp_path: Path
) -> None:
    async with panel_to_be_told(open_store, 30) as (clock, store, provider):
        where = addressing(tmp_path, panel_by("webhook", provider), per_minute=10, burst=5)
        senders = [sender_of(store, *channels_to(provider, where), by=where) for _ in range(2)]
        for _ in range(2 * 4):
            for sender in senders:
                await send_all(sender)
            minutes = (clock.instant - NINE) / MINUTE
            assert len(provider.ledger) <= 5 + 10 * minutes
            clock.move(timedelta(seconds=20))
        assert len(provider.ledger) >= 20, "and what it allows is used"


@BY_STUB
@pytest.mark.parametrize("fault", LOST_AFTER)
async def test_an_answer_that_is_lost_is_looked_up_and_never_resent_blindly(
    open_store: OpenStore, tmp_path: Path, name: str, fault: str
) -> None:
    async with panel_to_be_told(open_store) as (clock, store, provider):
        provider.fault = fault
        await send_all(to_stub(store, provider, tmp_path, name))
        assert (await panel_notice(store)).state is State.OUTCOME_UNKNOWN
        provider.fault = "busy"
        sender = to_stub(store, provider, tmp_path, name)
        await pass_time(clock, sender, 10 * MINUTE, MINUTE)
        assert (await panel_notice(store)).state is State.OUTCOME_UNKNOWN, "it cannot be asked"
        provider.fault = ""
        await pass_time(clock, sender, 20 * MINUTE, 5 * MINUTE)
        notice = await panel_notice(store)
        assert list(provider.accepted().values()) == [1]
    assert (notice.state, len(notice.attempts)) == (State.ACCEPTED, 1)
    said = dict(await published(store, CASE))["notice.sent"]
    assert (said["sent_at"], said["possible_duplicate"]) == ("2026-11-02T09:00:00Z", False)


@BY_STUB
async def test_what_the_provider_never_had_goes_out_once_that_is_sure(
    open_store: OpenStore, tmp_path: Path, name: str
) -> None:
    async with panel_to_be_told(open_store) as (clock, store, provider):
        provider.fault = "hang"
        await send_all(to_stub(store, provider, tmp_path, name))
        provider.fault = ""
        sender = to_stub(store, provider, tmp_path, name)
        await pass_time(clock, sender, MINUTE, MINUTE)
        assert provider.accepted() == {}, "so soon it may still be on its way"
        await pass_time(clock, sender, 5 * MINUTE, MINUTE)
        notice = await panel_notice(store)
        assert list(provider.accepted().values()) == [1]
    assert notice.attempts[0].code == "not_there"
    assert notice.times_reached == 1


@BY_STUB
async def test_a_refusal_for_good_is_not_repeated_and_goes_by_another_way_to_a_person(
    open_store: OpenStore, tmp_path: Path, name: str
) -> None:
    async with panel_to_be_told(open_store) as (clock, store, provider):
        sender = to_stub(store, provider, tmp_path, name, fallback="manual")
        provider.fault = "bad"
        await send_all(sender)
        await pass_time(clock, sender, HOUR, 10 * MINUTE)
        assert len(provider.requests) == 1
    notice = await panel_notice(store)
    assert (notice.state, notice.channel) == (State.HANDED, "manual")
    assert notice.escalated_at == NINE
    said = [(topic, data["reason"]) for topic, data in await published(store, CASE)]
    assert said == [("notice.undeliverable", "http_400")]
    async with store.reading() as connection:
        kept = await connection.fetch("select channel from message_before")
    assert [row["channel"] for row in kept] == [name], "what was tried before stays as it was"


async def test_a_recipient_that_hangs_holds_up_nobody_else_and_is_left_alone_after_a_while(
    open_store: OpenStore, tmp_path: Path
) -> None:
    async with (
        panel_to_be_told(open_store, 0) as (clock, store, provider),
        running_mail_server() as mail,
    ):
        for number in range(8):
            await tell(store, case(number), 1, decided(serious(case(number))))
        where = addressing(tmp_path, panel_by("webhook", provider))
        provider.fault = "hang"
        hurried = channels_to(provider, where, IMPATIENT)
        await send_all(sender_of(store, mail.channel(), *hurried, by=where))
        assert len(mail.accepted) == 8 * 3, "the others were told"
        tried = [len((await panel_notice(store, number)).attempts) for number in range(8)]
        assert sorted(tried) == [0, 0, 0, 1, 1, 1, 1, 1], "after five failures it rests"
        provider.fault = ""
        sender = sender_of(store, mail.channel(), *channels_to(provider, where), by=where)
        await pass_time(clock, sender, 12 * MINUTE, MINUTE)
        assert sorted(provider.accepted().values()) == [1] * 8


@BY_STUB
async def test_a_key_that_is_revoked_raises_an_alarm_and_loses_nothing(
    open_store: OpenStore, tmp_path: Path, name: str
) -> None:
    async with panel_to_be_told(open_store) as (clock, store, provider):
        sender = to_stub(store, provider, tmp_path, name)
        labels = {"channel": name}

        def alarm() -> float | None:
            return sender.metrics.registry.get_sample_value("vigil_channel_refuses_us", labels)

        provider.fault = "not_us"
        await send_all(sender)
        assert alarm() == 1
        assert (await panel_notice(store)).state is State.PENDING
        await pass_time(clock, sender, 30 * MINUTE, MINUTE)
        provider.fault = ""
        await pass_time(clock, sender, 20 * MINUTE, 5 * MINUTE)
        assert alarm() == 0
        assert list(provider.accepted().values()) == [1]
    assert (await panel_notice(store)).state is State.ACCEPTED
