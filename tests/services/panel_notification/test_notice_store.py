"""The store: facts in any order, and states that cannot be written."""

import asyncio
import random
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.panel_notification.notice import State
from shared.contracts.payload import Payload
from shared.messaging.order import CannotBeApplied
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.sample_facts import (
    case,
    decided,
    linked,
    obligation,
    serious,
)
from tests.services.panel_notification.told import notices, published, send_all, sender_of, tell

CASE, LOSER, OTHER = case(1), case(2), case(3)


@pytest.mark.parametrize("seed", range(6))
async def test_the_store_wants_the_same_notices_in_every_order_of_arrival(
    open_store: OpenStore, seed: int
) -> None:
    print(f"seed {seed}")
    chance = random.Random(seed)
    store = await open_store("panel_notification")
    streams: dict[UUID, list[Payload]] = {
        CASE: [decided(serious(CASE))],
        LOSER: [decided(serious(LOSER)), linked(CASE)],
        OTHER: [linked(CASE)],
    }
    turns = [case_id for case_id, stream in streams.items() for _ in stream]
    chance.shuffle(turns)
    reached = dict.fromkeys(streams, 0)
    for case_id in turns:
        reached[case_id] += 1
        await tell(store, case_id, reached[case_id], streams[case_id][reached[case_id] - 1])
    of_survivor = await notices(store, CASE)
    assert {each.state for each in of_survivor.values()} == {State.PENDING}
    assert len(of_survivor) == 4
    assert {each.state for each in (await notices(store, LOSER)).values()} <= {State.CANCELLED}


async def test_an_event_that_is_told_twice_makes_nothing_twice(open_store: OpenStore) -> None:
    store = await open_store("panel_notification")
    for _ in range(2):
        await tell(store, CASE, 1, decided(serious(CASE)))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        await tell(store, CASE, 1, decided(serious(CASE)))
        await send_all(sender_of(store, mail.channel()))
        assert len(mail.accepted) == 4
    assert len(await published(store, CASE)) == 8


async def test_cases_linked_at_the_same_moment_do_not_wait_for_each_other(
    open_store: OpenStore,
) -> None:
    store = await open_store("panel_notification")
    survivor, losers = case(10), [case(number) for number in range(11, 17)]
    work = [tell(store, survivor, 1, decided(serious(survivor)))]
    work += [tell(store, loser, 1, linked(survivor)) for loser in losers]
    await asyncio.wait_for(asyncio.gather(*work), 20)
    assert len(await notices(store, survivor)) == 4
    async with store.reading() as connection:
        joined = await connection.fetchval(
            "select count(*) from notice_case where survivor = $1", survivor
        )
    assert joined == len(losers)


async def test_a_case_linked_with_itself_is_refused(open_store: OpenStore) -> None:
    store = await open_store("panel_notification")
    with pytest.raises(CannotBeApplied, match="linked_with_itself"):
        await tell(store, CASE, 1, linked(CASE))


@pytest.mark.parametrize(
    "change",
    [
        "update notice set state = 'accepted', next_attempt_at = null",
        "update notice set state = 'sending', next_attempt_at = null",
        "update notice set next_attempt_at = null",
        "update notice set state = 'cancelled', next_attempt_at = null",
        "update notice set state = 'undeliverable', next_attempt_at = null",
        "update notice set state = 'sent'",
        "update notice set attempts = 1",
        "update notice set refused_because = 'smtp_550'",
        "update notice_case set survivor = case_id",
        "insert into attempt (notice_id, number, sender, started_at, outcome) "
        "select notice_id, 1, 1, wanted_at, 'accepted' from notice",
        "insert into attempt (notice_id, number, sender, started_at) "
        "select notice_id, n, 1, wanted_at from notice, generate_series(1, 2) n",
        "insert into receipt (notice_id, reference, received_at, recorded_at, system) "
        "select notice_id, 'a b', wanted_at, wanted_at, 's' from notice",
    ],
)
async def test_what_cannot_be_cannot_be_written(open_store: OpenStore, change: str) -> None:
    store = await open_store("panel_notification")
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        async with store.transaction(uuid4(), "test") as tx:
            await tx.execute(change)


@pytest.mark.parametrize(
    "change",
    [
        "delete from notice",
        "delete from attempt",
        "update receipt set reference = 'other'",
        "delete from receipt",
        "update receipt_request set status = 500",
        "delete from audit",
        "update audit set actor = 'nobody'",
    ],
)
async def test_the_service_cannot_rewrite_what_happened(open_store: OpenStore, change: str) -> None:
    store = await open_store("panel_notification")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with store.transaction(uuid4(), "test") as tx:
            await tx.execute(change)


async def test_every_change_of_a_notice_leaves_an_audit_row(open_store: OpenStore) -> None:
    store = await open_store("panel_notification")
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
    async with store.reading() as connection:
        rows = await connection.fetch("select action, actor from audit order by audit_id")
    assert [(row["action"], row["actor"]) for row in rows] == [
        ("notice.wanted", "test"),
        ("notice.attempted", "notice_sender"),
        ("notice.settled", "notice_sender"),
    ]
