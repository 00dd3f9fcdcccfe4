"""Senders that die or never hear the answer: a person decides, nothing is silently sent twice."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from services.panel_notification.channels.channel import Answer
from services.panel_notification.message import NOTICE_HEADER
from services.panel_notification.notice import Outcome, State
from services.panel_notification.outcome_store import Following, settle
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.sample_facts import (
    NINE,
    case,
    decided,
    obligation,
    serious,
)
from tests.services.panel_notification.told import (
    living_sender,
    notices,
    published,
    send_all,
    sender_of,
    tell,
)
from tests.support.local_stack import Infrastructure
from tests.support.waiting import eventually

CASE = case(1)
REPOSITORY = Path(__file__).parents[3]


@pytest.mark.parametrize("way", ["hang", "drop"])
async def test_a_notice_that_may_have_gone_out_is_never_sent_again_by_itself(
    open_store: OpenStore, way: str
) -> None:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    async with running_mail_server() as mail:
        mail.hang = asyncio.Event() if way == "hang" else None
        mail.drop_after_data = way == "drop"
        sender = sender_of(store, mail.channel(data_seconds=0.3))
        await send_all(sender)
        clock.move(timedelta(days=1))
        await send_all(sender)
    notice = (await notices(store, CASE))["panel"]
    assert (notice.state, len(notice.attempts)) == (State.OUTCOME_UNKNOWN, 1)
    assert await published(store, CASE) == []
    waits = {"state": "outcome_unknown"}
    assert sender.metrics.registry.get_sample_value("vigil_notices_for_a_person", waits) == 1
    counted = {"channel": "smtp", "outcome": "unknown"}
    assert sender.metrics.registry.get_sample_value("vigil_notice_sends_total", counted) == 1


async def test_a_living_senders_attempt_is_not_taken_for_abandoned(open_store: OpenStore) -> None:
    store = await open_store("panel_notification")
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    async with running_mail_server() as mail:
        mail.hang = asyncio.Event()
        first, second = sender_of(store, mail.channel()), sender_of(store, mail.channel())
        sending = asyncio.create_task(send_all(first))

        async def state() -> bool:
            return (await notices(store, CASE))["panel"].state is State.SENDING

        await eventually(state, "the attempt began")
        await send_all(second)
        assert await state(), "another sender left it alone"
        mail.hang.set()
        await sending
    assert (await notices(store, CASE))["panel"].state is State.ACCEPTED


async def test_a_sender_that_is_stopped_finishes_what_it_has_in_hand(
    open_store: OpenStore,
) -> None:
    store = await open_store("panel_notification")
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    async with running_mail_server() as mail:
        mail.hang = asyncio.Event()
        task = asyncio.create_task(sender_of(store, mail.channel()).run())

        async def state() -> bool:
            return (await notices(store, CASE))["panel"].state is State.SENDING

        await eventually(state, "the attempt began")
        task.cancel()
        mail.hang.set()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert (await notices(store, CASE))["panel"].state is State.ACCEPTED


async def test_better_knowledge_replaces_an_unknown_outcome_and_nothing_else(
    open_store: OpenStore,
) -> None:
    store = await open_store("panel_notification")
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    async with running_mail_server() as mail:
        mail.drop_after_data = True
        await send_all(sender_of(store, mail.channel()))
    notice_id = (await notices(store, CASE))["panel"].notice_id

    async def answer(outcome: Outcome) -> bool:
        async with store.transaction(uuid4(), "test") as tx:
            late = Answer(outcome, "late")
            return await settle(tx, notice_id, 1, late, Following(timedelta(0)))

    assert await answer(Outcome.ACCEPTED)
    assert not await answer(Outcome.REFUSED)
    assert (await notices(store, CASE))["panel"].state is State.ACCEPTED


@pytest.mark.parametrize(
    ("point", "taken"), [("notice.attempt_written", 0), ("notice.answered", 1)]
)
async def test_a_killed_sender_leaves_an_attempt_that_the_next_one_marks_as_unknown(
    open_store: OpenStore, infrastructure: Infrastructure, point: str, taken: int
) -> None:
    store = await open_store("panel_notification")
    async with store.reading() as connection:
        database = await connection.fetchval("select current_database()")
    await tell(store, CASE, 1, decided(serious(CASE)))
    async with running_mail_server() as mail:
        process = await asyncio.to_thread(
            _crashing_sender, database, infrastructure, mail.port, point
        )
        assert process == -signal.SIGKILL
        assert len(mail.accepted) == taken
        await eventually(lambda: _none_connected(store), "the dead sender's lock is free")
        await send_all(sender_of(store, mail.channel()))
        sent = [str(message[NOTICE_HEADER]) for message in mail.messages()]
    states = sorted(each.state for each in (await notices(store, CASE)).values())
    assert states == ["accepted"] * 3 + ["outcome_unknown"]
    assert len(sent) == len(set(sent)) == 3 + taken


def _crashing_sender(
    database: str, infrastructure: Infrastructure, smtp_port: int, point: str
) -> int:
    password_file = infrastructure.secrets / "panel_notification" / "vigil_database_password"
    command = [
        sys.executable,
        "-m",
        "tests.services.panel_notification.sender_process",
        str(infrastructure.postgres_port),
        database,
        str(password_file),
        str(smtp_port),
    ]
    environment = {"PATH": os.environ["PATH"], "VIGIL_CRASH": point}
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, timeout=60, check=False
    ).returncode


async def _none_connected(store: Store) -> bool:
    async with living_sender(store) as (connection, _):
        held: int = await connection.fetchval(
            """select count(*) from pg_locks where locktype = 'advisory' and granted
               and database = (select oid from pg_database where datname = current_database())"""
        )
    return held == 1
