"""A notice that nothing sends any more is taken up by a person, by name and with a reason."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.panel_notification.notice import Notice, State
from services.panel_notification.settlement_store import NotForAPerson, arrived, send_again
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.sample_facts import NINE, case, decided, linked, obligation
from tests.services.panel_notification.told import (
    notices,
    notified,
    published,
    send_all,
    sender_of,
    tell,
)

CASE, SURVIVOR = case(1), case(2)
WHO = {"name": "Sample Operator", "reason": "rang the duty desk: nothing has come"}


async def panel_notice(store: Store, case_id: UUID = CASE) -> Notice:
    return (await notices(store, case_id))["panel"]


@pytest.fixture
async def unknown(open_store: OpenStore) -> Store:
    """A store with one Panel notice that may or may not have gone out."""
    store = await open_store("panel_notification", clock=SetClock(NINE))
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    async with running_mail_server() as mail:
        mail.drop_after_data = True
        await send_all(sender_of(store, mail.channel()))
    assert (await panel_notice(store)).state is State.OUTCOME_UNKNOWN
    return store


async def test_sent_again_by_a_person_it_is_published_as_possibly_double(unknown: Store) -> None:
    notice_id = (await panel_notice(unknown)).notice_id
    async with unknown.transaction(uuid4(), WHO["name"]) as tx:
        await send_again(tx, notice_id, **WHO)
    async with running_mail_server() as mail:
        await send_all(sender_of(unknown, mail.channel()))
        assert len(mail.accepted) == 1
    said = dict(await published(unknown, CASE))
    assert said["notice.sent"]["possible_duplicate"] is True
    assert (await panel_notice(unknown)).state is State.ACCEPTED


async def test_what_a_person_was_told_by_telephone_counts_as_the_receipt(unknown: Store) -> None:
    notice_id = (await panel_notice(unknown)).notice_id
    async with unknown.transaction(uuid4(), WHO["name"]) as tx:
        await arrived(tx, notice_id, reference="PANEL-7", **WHO)
    found = await notified(unknown, CASE)
    assert found is not None
    assert (found.sent_at, found.possible_duplicate) == (NINE, False)


async def test_a_linked_cases_unknown_notice_goes_out_for_the_survivor_and_is_flagged(
    unknown: Store,
) -> None:
    await tell(unknown, SURVIVOR, 1, decided([obligation(SURVIVOR, "panel", "panel")]))
    await tell(unknown, CASE, 2, linked(SURVIVOR))
    assert (await panel_notice(unknown, SURVIVOR)).state is State.CANCELLED
    async with unknown.transaction(uuid4(), WHO["name"]) as tx:
        await send_again(tx, (await panel_notice(unknown)).notice_id, **WHO)
    async with running_mail_server() as mail:
        await send_all(sender_of(unknown, mail.channel()))
        assert len(mail.accepted) == 1
    assert (await panel_notice(unknown)).state is State.CANCELLED
    said = dict(await published(unknown, SURVIVOR))
    assert said["notice.sent"]["possible_duplicate"] is True


async def test_a_person_cannot_send_what_goes_its_way_by_itself(open_store: OpenStore) -> None:
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await tell(store, CASE, 1, decided([obligation(CASE, "panel", "panel")]))
    notice_id = (await panel_notice(store)).notice_id
    for _ in range(2):
        with pytest.raises(NotForAPerson):
            async with store.transaction(uuid4(), WHO["name"]) as tx:
                await send_again(tx, notice_id, **WHO)
        async with running_mail_server() as mail:
            await send_all(sender_of(store, mail.channel()))
        clock.move(timedelta(minutes=1))


async def test_the_reason_is_kept_sealed_and_the_name_in_the_audit_table(unknown: Store) -> None:
    async with unknown.transaction(uuid4(), WHO["name"]) as tx:
        await send_again(tx, (await panel_notice(unknown)).notice_id, **WHO)
    async with unknown.reading() as connection:
        sealed = await connection.fetchval("select sealed_because from settlement")
        actor = await connection.fetchval(
            "select actor from audit where action = 'notice.settled_by_hand'"
        )
    assert b"rang" not in sealed
    assert actor == WHO["name"]
