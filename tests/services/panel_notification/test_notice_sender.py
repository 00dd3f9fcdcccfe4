"""Sending with a real Postgres and a real mail server: never lost, never silently twice."""

import asyncio
import hashlib
from datetime import timedelta

from services.panel_notification.message import NOTICE_HEADER
from services.panel_notification.notice import State
from shared.contracts.event_codes import RecipientKind
from shared.messaging.clock import SetClock
from shared.reference.directory import mailbox
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import MailServer, running_mail_server
from tests.services.panel_notification.sample_facts import (
    NINE,
    case,
    decided,
    linked,
    obligation,
    serious,
)
from tests.services.panel_notification.told import (
    notices,
    published,
    send_all,
    sender_of,
    tell,
)
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually

CASE, LOSER = case(1), case(2)


def recipients(mail: MailServer) -> list[str]:
    return sorted(str(message["To"]).partition("<")[2].rstrip(">") for message in mail.messages())


async def test_everybody_who_must_be_told_is_told_once(open_store: OpenStore) -> None:
    store = await open_store("panel_notification")
    await tell(store, CASE, 1, decided(serious(CASE)))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        await send_all(sender_of(store, mail.channel()))
        assert recipients(mail) == [
            "panel@panel.example",
            "safeguarding@police-merseyside.example",
            "serious-incidents@dfe.example",
            "serious-incidents@ofsted.example",
        ]
    topics = [topic for topic, _ in await published(store, CASE)]
    assert sorted(topics) == ["notice.delivered"] * 4 + ["notice.sent"] * 4


async def test_every_kind_of_recipient_can_be_told(open_store: OpenStore) -> None:
    store = await open_store("panel_notification")
    told = {
        "panel": "panel",
        "dfe": "dfe",
        "ofsted": "ofsted",
        "partner_police": "police-merseyside",
        "partner_health": "icb-QYG",
        "partner_la": "la-E08000015",
        "cdop": "cdop-merseyside",
        "what_works_centre": "what-works-centre",
        "partnership_office": "office-north-east-lincolnshire",
    }
    assert set(told) == set(RecipientKind)
    await tell(store, CASE, 1, decided([obligation(CASE, *one) for one in told.items()]))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        assert recipients(mail) == sorted(mailbox(one) for one in told.values())
    assert {one.state for one in (await notices(store, CASE)).values()} == {State.ACCEPTED}


async def test_the_bytes_that_were_sent_are_kept_sealed_with_their_digest(
    open_store: OpenStore,
) -> None:
    store = await open_store("panel_notification")
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        sent = mail.accepted[0]
    async with store.reading() as connection:
        row = await connection.fetchrow("select sealed_message, message_sha256 from notice")
    assert row["message_sha256"] == hashlib.sha256(sent).hexdigest()
    assert b"panel.example" not in row["sealed_message"]


async def test_a_temporary_refusal_is_tried_again_with_the_same_message(
    open_store: OpenStore,
) -> None:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    async with running_mail_server() as mail:
        mail.data_answer = "451 later"
        await send_all(sender_of(store, mail.channel()))
        assert (await notices(store, CASE))["panel"].state is State.PENDING
        mail.data_answer = "250 OK"
        await send_all(sender_of(store, mail.channel()))
        assert mail.accepted == [], "its pause is not over"
        clock.move(timedelta(seconds=5))
        await send_all(sender_of(store, mail.channel()))
        notice = (await notices(store, CASE))["panel"]
        message = mail.messages()[0]
    assert [attempt.code for attempt in notice.attempts] == ["smtp_451", "smtp_250"]
    assert message["Message-ID"] == f"<{notice.notice_id}@vigil.example>"
    assert message["Date"] == "Mon, 02 Nov 2026 09:00:00 +0000", "written at the first attempt"
    sent = dict(await published(store, CASE))["notice.sent"]
    assert sent["sent_at"] == "2026-11-02T09:00:05Z"
    assert sent["possible_duplicate"] is False


async def test_an_outage_of_four_hours_loses_nothing_and_floods_nobody(
    open_store: OpenStore,
) -> None:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    async with running_mail_server() as mail:
        mail.rcpt_answer = "451 later"
        sender = sender_of(store, mail.channel())
        for _ in range(4 * 20):
            clock.move(timedelta(minutes=3))
            await send_all(sender)
        mail.rcpt_answer = "250 OK"
        clock.move(timedelta(minutes=15))
        await send_all(sender)
    notice = (await notices(store, CASE))["panel"]
    assert notice.state is State.ACCEPTED
    assert 15 < len(notice.attempts) < 60


async def test_a_mailbox_refused_for_good_is_left_to_a_person(open_store: OpenStore) -> None:
    store = await open_store("panel_notification")
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    async with running_mail_server() as mail:
        mail.rcpt_answer = "550 no such mailbox"
        await send_all(sender_of(store, mail.channel()))
    assert (await notices(store, CASE))["panel"].needs_a_person
    [(topic, data)] = await published(store, CASE)
    assert (topic, data["reason"]) == ("notice.undeliverable", "smtp_550")


async def test_a_recipient_without_a_mailbox_is_left_to_a_person_and_stops_nobody(
    open_store: OpenStore,
) -> None:
    store = await open_store("panel_notification")
    owed = [obligation(CASE, "panel", "panel"), obligation(CASE, "cdop", "cdop-nowhere")]
    await tell(store, CASE, 1, decided(owed))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        assert recipients(mail) == ["panel@panel.example"]
    found = await notices(store, CASE)
    assert found["cdop-nowhere"].refused_because == "no_mailbox"
    assert found["panel"].state is State.ACCEPTED


async def test_two_replicas_send_each_notice_once(
    open_store: OpenStore, infrastructure: Infrastructure
) -> None:
    store = await open_store("panel_notification")
    async with store.reading() as connection:
        database = await connection.fetchval("select current_database()")
    replica = await open_store("panel_notification", database=database)
    for number in range(6):
        await tell(store, case(number), 1, decided(serious(case(number))))
    async with running_mail_server() as mail:
        await asyncio.gather(
            *(send_all(sender_of(each, mail.channel())) for each in (store, replica))
        )
        sent = [str(message[NOTICE_HEADER]) for message in mail.messages()]
    assert len(sent) == 24
    assert len(set(sent)) == 24


async def test_a_link_that_comes_while_the_loser_is_being_sent_keeps_the_panel_told_once(
    open_store: OpenStore,
) -> None:
    store = await open_store("panel_notification")
    await tell(store, LOSER, 1, decided([obligation(LOSER, "panel", "panel")]))
    async with running_mail_server() as mail:
        mail.hang = asyncio.Event()
        sending = asyncio.create_task(send_all(sender_of(store, mail.channel())))

        async def state() -> bool:
            return (await notices(store, LOSER))["panel"].state is State.SENDING

        await eventually(state, "the attempt began")
        await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
        await tell(store, LOSER, 2, linked(CASE))
        mail.hang.set()
        await sending
        await send_all(sender_of(store, mail.channel()))
        assert len(mail.accepted) == 1
    assert (await notices(store, CASE))["panel"].state is State.CANCELLED
