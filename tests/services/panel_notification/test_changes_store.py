"""Withdrawn, corrected, handed over and opened again, in the store and by mail."""

from datetime import timedelta

from services.panel_notification.http import as_recipient_sees
from services.panel_notification.notice import Notice, State
from services.panel_notification.notice_store import notices_of
from shared.contracts.payload import Payload
from shared.messaging.behind import FINISHED
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.sample_changes import (
    CASE,
    CDOP,
    PANEL_HEARS,
    POLICE,
    corrected,
    of_cycle,
    transferred,
    withdrawn,
)
from tests.services.panel_notification.sample_facts import NINE, decided, obligation, serious
from tests.services.panel_notification.test_forgotten import restored_store
from tests.services.panel_notification.told import published, send_all, sender_of, tell

HANDED = obligation(CASE, "partner_police", POLICE, "DL03")
PANEL = obligation(CASE, "panel", "panel")


async def all_notices(store: Store) -> list[Notice]:
    async with store.reading() as connection:
        return await notices_of(connection, [CASE])


async def state_of(store: Store, recipient: str, cycle: int = 1) -> dict[int, State]:
    """By notification number."""
    return {
        n.notification_number: n.state
        for n in await all_notices(store)
        if (n.recipient, n.cycle) == (recipient, cycle)
    }


async def test_a_case_that_is_withdrawn_after_the_panel_was_told(open_store: OpenStore) -> None:
    store = await open_store("panel_notification")
    await tell(store, CASE, 1, decided([PANEL]))
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        await tell(store, CASE, 2, corrected([CDOP]))
        for _ in range(2):
            await tell(store, CASE, 3, withdrawn([PANEL_HEARS]))
        await send_all(sender_of(store, mail.channel()))
        assert len(mail.accepted) == 2
    assert await state_of(store, "panel") == {1: State.ACCEPTED, 2: State.ACCEPTED}
    assert await state_of(store, "cdop-merseyside") == {1: State.CANCELLED}
    async with store.reading() as connection:
        reasons = await connection.fetch(
            "select cancelled_because from notice where state = 'cancelled'"
        )
    assert [row["cancelled_because"] for row in reasons] == ["withdrawn"]
    seen = [as_recipient_sees(n) for n in await all_notices(store) if n.recipient == "panel"]
    by_number = {one["notification_number"]: one["about"] for one in seen}
    assert by_number == {1: "incident", 2: "withdrawal"}
    told = [data for topic, data in await published(store, CASE) if topic == "notice.sent"]
    assert [(one["notification_number"], one["limit_rule"]) for one in told] == [
        (1, "DL01"),
        (2, "NONE"),
    ]
    assert not any(one["possible_duplicate"] for one in told)


async def test_a_case_that_is_handed_over_corrected_and_opened_again(
    open_store: OpenStore,
) -> None:
    store = await open_store("panel_notification")
    again = [of_cycle(one, 2) for one in serious(CASE)]
    said: list[Payload] = [
        transferred([HANDED]),
        decided(serious(CASE)),
        corrected([CDOP, of_cycle(HANDED, 1)]),
        decided(again, cycle=2),
    ]
    async with running_mail_server() as mail:
        for sequence, data in enumerate(said, 1):
            await tell(store, CASE, sequence, data)
            await send_all(sender_of(store, mail.channel()))
        assert len(mail.accepted) == 1 + 4 + 2 + 4
    accepted = State.ACCEPTED
    assert await state_of(store, POLICE) == {1: accepted, 2: accepted, 3: accepted}
    assert await state_of(store, "panel", cycle=2) == {1: accepted}


async def test_a_withdrawal_that_a_restored_store_takes_in_as_new_may_be_told_twice(
    open_store: OpenStore,
) -> None:
    store = await restored_store(open_store, NINE + timedelta(seconds=1), FINISHED)
    assert isinstance(store.clock, SetClock)
    await tell(store, CASE, 1, decided([PANEL]))
    await tell(store, CASE, 2, withdrawn([PANEL_HEARS]))
    flagged = {n.notification_number: n.may_have_been_sent for n in await all_notices(store)}
    assert flagged == {1: True, 2: True}
