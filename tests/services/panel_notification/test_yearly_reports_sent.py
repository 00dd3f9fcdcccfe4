"""Copies of a yearly report in the store: sent, proved, confirmed, ended, restored."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.panel_notification import check_store
from services.panel_notification.addressing import read_addressing
from services.panel_notification.notice import State
from services.panel_notification.notice_store import waiting_for_a_person
from services.panel_notification.restored import RestoredNotices
from shared.contracts.erasure_events import CaseErasureOrdered
from shared.messaging.clock import SetClock
from shared.messaging.erasing import CannotErase, erase
from shared.messaging.restoring import Run
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.sample_facts import NINE, case, decided, serious
from tests.services.panel_notification.sample_years import (
    AREA,
    CENTRE,
    LIMIT,
    RECORD,
    never_was,
    reported,
)
from tests.services.panel_notification.timer_says import clock_set, tell_by_timer
from tests.services.panel_notification.told import (
    notices,
    post_by,
    published,
    send_all,
    sender_of,
    tell,
)

BOTH = {"panel", CENTRE}


async def sent(open_store: OpenStore) -> Store:
    """A report whose copies went by mail."""
    store = await open_store("panel_notification", clock=SetClock(NINE))
    await tell_by_timer(store, RECORD, 1, reported())
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        addressed = {str(one["To"]).partition("<")[2].rstrip(">") for one in mail.messages()}
    assert addressed == {"panel@panel.example", "reports@what-works-centre.example"}
    return store


async def test_both_copies_are_sent_proved_and_told_in_the_stream_of_the_area(
    open_store: OpenStore,
) -> None:
    store = await sent(open_store)
    assert {one.state for one in (await notices(store, RECORD)).values()} == {State.ACCEPTED}
    said = [(topic, data["recipient"]) for topic, data in await published(store, RECORD)]
    assert sorted(said) == [
        (f"notice.{what}", to) for what in ("delivered", "sent") for to in sorted(BOTH)
    ]
    async with store.reading() as connection:
        rows = await connection.fetch("select distinct stream, key, headers from outbox")
        assert {(row["stream"], row["key"]) for row in rows} == {(f"area/{AREA}",) * 2}
        assert {row["headers"]["ce_correlationid"] for row in rows} == {str(RECORD)}


async def test_a_report_that_never_was_is_not_sent(open_store: OpenStore) -> None:
    store = await open_store("panel_notification", clock=SetClock(NINE))
    await tell_by_timer(store, RECORD, 1, reported())
    await tell_by_timer(store, RECORD, 2, never_was())
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        assert mail.accepted == []
    async with store.reading() as connection:
        rows = await connection.fetch("select state, cancelled_because from notice")
    assert [tuple(row) for row in rows] == [("cancelled", "withdrawn")] * 2
    assert await published(store, RECORD) == []


async def test_what_was_sent_stays_sent_whatever_is_said_of_the_report_later(
    open_store: OpenStore,
) -> None:
    store = await sent(open_store)
    before = await published(store, RECORD)
    earlier = NINE.date() - timedelta(days=1)
    await tell_by_timer(store, RECORD, 2, reported(revision=2, published_on=earlier))
    await tell_by_timer(store, RECORD, 3, never_was(revision=3))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        assert mail.accepted == []
    found = await notices(store, RECORD)
    assert {each: one.state for each, one in found.items()} == dict.fromkeys(BOTH, State.ACCEPTED)
    assert await published(store, RECORD) == before


async def test_a_copy_that_was_refused_leaves_the_list_with_its_report(
    open_store: OpenStore,
) -> None:
    store = await open_store("panel_notification", clock=SetClock(NINE))
    await tell_by_timer(store, RECORD, 1, reported())
    async with running_mail_server() as mail:
        mail.rcpt_answer = "550 no such mailbox"
        await send_all(sender_of(store, mail.channel()))
    before = await published(store, RECORD)
    assert await for_a_person(store) == dict.fromkeys(BOTH, State.UNDELIVERABLE)
    await tell_by_timer(store, RECORD, 2, never_was())
    assert await for_a_person(store) == {}
    async with store.transaction(uuid4(), "test") as tx:
        assert await check_store.without_end(tx, [RECORD], tx.now) == []
    rows = {one.state for one in (await notices(store, RECORD)).values()}
    assert (rows, await published(store, RECORD)) == ({State.CANCELLED}, before)


async def for_a_person(store: Store) -> dict[str, str]:
    async with store.reading() as connection:
        rows = await waiting_for_a_person(connection)
    return {row["recipient"]: row["state"] for row in rows}


async def test_two_days_before_its_limit_a_person_hears_of_a_copy_that_is_not_out(
    open_store: OpenStore,
) -> None:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell_by_timer(store, RECORD, 1, reported())
    await tell_by_timer(store, RECORD, 2, clock_set(RECORD, "DL17", LIMIT))
    async with running_mail_server() as mail:
        mail.rcpt_answer = "451 later"
        sender = sender_of(store, mail.channel())
        clock.instant = LIMIT - timedelta(hours=49)
        await send_all(sender)
        assert {one.escalated_at for one in (await notices(store, RECORD)).values()} == {None}
        clock.instant = LIMIT - timedelta(hours=48)
        await send_all(sender)
    async with store.reading() as connection:
        waiting = await waiting_for_a_person(connection)
    assert {(row["recipient"], row["about"]) for row in waiting} == {
        (recipient, "yearly_report") for recipient in BOTH
    }


async def test_the_panels_list_of_notifications_is_compared_without_the_copies(
    open_store: OpenStore,
) -> None:
    store = await sent(open_store)
    await tell(store, case(1), 1, decided(serious(case(1))))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
    month = date(2026, 11, 1), date(2026, 12, 1)
    async with store.reading() as connection:
        found = await check_store.sent_to(connection, "panel", *month)
        of_centre = await check_store.sent_to(connection, CENTRE, *month)
    assert [one.case_id for one in found] == [case(1)]
    assert of_centre == []


async def test_a_copy_without_an_end_is_named_and_one_without_a_notice_would_be(
    open_store: OpenStore,
) -> None:
    store = await sent(open_store)
    assert isinstance(store.clock, SetClock)
    store.clock.move(timedelta(days=6))
    async with store.transaction(uuid4(), "test") as tx:
        assert await check_store.groups(tx) == [[RECORD]]
        assert await check_store.without_notice(tx, [RECORD]) == ()
        waiting = await check_store.without_end(tx, [RECORD], tx.now)
    assert {(one.recipient, one.why) for one in waiting} == {(to, "no_receipt") for to in BOTH}


async def test_an_areas_record_is_not_erased(open_store: OpenStore) -> None:
    store = await sent(open_store)
    ordered = CaseErasureOrdered(
        cases=[RECORD], reason="synthetic_expired", last_report_at=NINE, ordered_at=NINE
    )
    with pytest.raises(CannotErase, match="case_not_synthetic"):
        async with store.transaction(uuid4(), "test") as tx:
            await erase(tx, ordered)
    assert set(await notices(store, RECORD)) == BOTH


async def copied_outbox(lost: Store, store: Store) -> Run:
    """As a reconciliation takes back what the store that was lost had said."""
    run = Run(uuid4(), store, "A. Operator (invented)")
    async with lost.reading() as connection:
        rows = await connection.fetch(
            """select event_id, topic, key, stream, sequence, type, happened_at, recorded_at,
                      headers, payload from outbox order by position"""
        )
    async with run.transaction("taken back") as tx:
        for row in rows:
            await tx.execute(
                """insert into outbox (event_id, topic, key, stream, sequence, type, happened_at,
                                       recorded_at, headers, payload)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
                *row.values(),
            )
    return run


async def test_a_restored_store_knows_again_that_the_copies_went(open_store: OpenStore) -> None:
    lost = await sent(open_store)
    before = await published(lost, RECORD)
    store = await open_store("panel_notification", clock=SetClock(NINE + timedelta(hours=1)))
    run = await copied_outbox(lost, store)
    settling = RestoredNotices(post_by(read_addressing()).compose)
    listed = await settling.after_catching_up(run)
    assert [one.code for one in listed] == ["notice_not_rebuilt"] * 2, "its reports came not yet"
    store.catching_up = True
    await tell_by_timer(store, RECORD, 1, reported())
    store.catching_up = False
    listed = await settling.after_catching_up(run)
    assert [one.code for one in listed] == ["receipt_may_be_lost"] * 2
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        assert mail.accepted == []
    found = await notices(store, RECORD)
    assert {each: one.state for each, one in found.items()} == dict.fromkeys(BOTH, State.ACCEPTED)
    assert await published(store, RECORD) == before
