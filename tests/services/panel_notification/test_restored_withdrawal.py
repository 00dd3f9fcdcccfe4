"""A restored store and a withdrawal: it may have been told before; nobody hears it twice unsaid."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import pytest

from services.panel_notification import attempt_store
from services.panel_notification.about import About
from services.panel_notification.addressing import read_addressing
from services.panel_notification.notice import Notice, State
from services.panel_notification.notice_store import notices_of
from services.panel_notification.restored import RestoredNotices
from services.panel_notification.sending import Post
from shared.contracts.event_codes import RecipientKind
from shared.messaging.restoring import Run
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import running_mail_server
from tests.services.panel_notification.sample_changes import CASE, PANEL_HEARS, withdrawn
from tests.services.panel_notification.sample_facts import decided, serious
from tests.services.panel_notification.told import (
    living_sender,
    post_by,
    send_all,
    sender_of,
    tell,
)


async def under_way(store: Store, notice: Notice) -> None:
    """Its sender died over it, as far as the store knows."""
    async with living_sender(store) as (_, number), store.transaction(uuid4(), "test") as tx:
        assert await attempt_store.claim(tx, notice.notice_id, number, post().compose)


async def refused(store: Store, notice: Notice) -> None:
    async with store.transaction(uuid4(), "test") as tx:
        await tx.execute(
            """update notice set state = 'undeliverable', next_attempt_at = null, refused_at = $2,
                   refused_because = 'mailbox_unknown' where notice_id = $1""",
            notice.notice_id,
            tx.now,
        )


def post() -> Post:
    return post_by(read_addressing())


async def to_the_panel(store: Store) -> dict[About, Notice]:
    async with store.reading() as connection:
        return {
            notice.about: notice
            for notice in await notices_of(connection, [CASE])
            if notice.recipient_kind is RecipientKind.PANEL
        }


async def reconciled(store: Store) -> set[str]:
    """What a person has to look at."""
    run = Run(uuid4(), store, "A. Operator (invented)")
    return {one.about for one in await RestoredNotices(post().compose).after_catching_up(run)}


@pytest.mark.parametrize(
    ("stood", "becomes"), [(under_way, State.OUTCOME_UNKNOWN), (refused, State.UNDELIVERABLE)]
)
async def test_a_withdrawal_that_may_have_been_told_waits_for_a_person(
    open_store: OpenStore,
    stood: Callable[[Store, Notice], Awaitable[None]],
    becomes: State,
) -> None:
    store = await open_store("panel_notification")
    await tell(store, CASE, 1, decided(serious(CASE)))
    await stood(store, (await to_the_panel(store))[About.INCIDENT])
    await tell(store, CASE, 2, withdrawn([PANEL_HEARS]))
    listed = await reconciled(store)
    notices = await to_the_panel(store)
    assert notices[About.INCIDENT].state is becomes
    ends = notices[About.WITHDRAWAL]
    assert (ends.state, ends.may_have_been_sent) == (State.OUTCOME_UNKNOWN, True)
    assert str(ends.notice_id) in listed
    async with running_mail_server() as mail:
        await send_all(sender_of(store, mail.channel()))
        assert mail.accepted == []
    again: dict[UUID, State] = {one.notice_id: one.state for one in notices.values()}
    await reconciled(store)
    assert {one.notice_id: one.state for one in (await to_the_panel(store)).values()} == again
