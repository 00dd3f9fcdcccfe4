"""A withdrawal of intake against notices of panel notification that may be out."""

import asyncio
from uuid import UUID

from services.panel_notification.notice import State
from tests.two_owners.callers import PANEL
from tests.two_owners.estate import Estate


async def accepted(estate: Estate, case_id: UUID) -> list[tuple[str, str]]:
    """Whom a letter reached, and what it was about."""
    rows = await estate.rows(
        PANEL,
        "select recipient, about from notice where case_id = $1 and state = 'accepted'",
        case_id,
    )
    return [(row["recipient"], row["about"]) for row in rows]


async def test_a_withdrawal_while_a_notice_is_under_way_is_told_to_whom_it_reached(
    estate: Estate,
) -> None:
    case_id = await estate.report()
    assert (await estate.decide(case_id)).status_code == 201
    await estate.hears(PANEL)
    estate.postbox.go_on.clear()
    sending = asyncio.create_task(estate.send_due())
    await asyncio.wait_for(estate.postbox.in_hand.wait(), 20)
    estate.move(minutes=10)
    assert (await estate.withdraw(case_id)).status_code == 200
    await estate.hears(PANEL)
    states = {notice.state for notice in (await estate.notices(case_id)).values()}
    assert states == {State.SENDING, State.CANCELLED}, "nobody knows yet whom it will reach"
    estate.postbox.go_on.set()
    await sending
    await estate.send_due()
    assert len(estate.postbox.letters) == 2
    assert (await estate.journey(case_id)).heading.stage == "withdrawn"
    told = await accepted(estate, case_id)
    assert sorted(about for _, about in told) == ["incident", "withdrawal"]
    assert len({recipient for recipient, _ in told}) == 1, "nobody else hears of its end"


async def test_a_withdrawal_before_anything_was_sent_is_told_to_nobody(estate: Estate) -> None:
    case_id = await estate.report()
    assert (await estate.decide(case_id)).status_code == 201
    await estate.hears(PANEL)
    assert (await estate.withdraw(case_id)).status_code == 200
    await estate.hears(PANEL)
    await estate.send_due()
    assert estate.postbox.letters == []
    assert await accepted(estate, case_id) == []
    assert (await estate.journey(case_id)).heading.stage == "withdrawn"
