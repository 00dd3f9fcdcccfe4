"""A review in a store that was restored: its steps were told and stay, its texts may be lost."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from services.rapid_review_timer.restored import settle_case
from shared.contracts.review_events import ReviewOpened
from tests.services.rapid_review_timer.conftest import NewTimer, Timer
from tests.services.rapid_review_timer.restored_timer import take_back
from tests.services.rapid_review_timer.review_client import Partners, partners_of

EXTENSION = {"proposed_date": "2019-07-12", "reason": "medical_evidence", "explanation": "x"}
GRANTED = {"answer": "granted", "agreed_date": "2019-07-12"}


@pytest.fixture
async def partners(timer: Timer, tmp_path: Path) -> AsyncIterator[Partners]:
    said = await partners_of(timer, tmp_path)
    async with said.client:
        yield said


async def settle(timer: Timer, partners: Partners) -> list[str]:
    async with timer.store.transaction(uuid4(), "reconcile") as tx:
        found = await settle_case(tx, partners.case.case_id)
    return [one.code for one in found]


async def test_where_nothing_is_lost_nothing_is_told_again(
    timer: Timer, partners: Partners
) -> None:
    await partners.says("extensions", EXTENSION)
    await partners.says("extensions/answers", GRANTED)
    before = await timer.said()
    assert not await settle(timer, partners)
    assert await timer.said() == before


async def test_steps_that_were_told_hold_and_lost_texts_are_listed_for_a_person(
    timer: Timer, partners: Partners, new_timer: NewTimer
) -> None:
    await partners.says("extensions", EXTENSION)
    await partners.says("extensions/answers", GRANTED)
    restored = await new_timer()
    restored.clock.instant = timer.clock.instant
    await take_back(timer, restored)
    restored.store.catching_up = True
    await restored.hears(*partners.case.facts)
    restored.store.catching_up = False
    assert await settle(restored, partners) == ["review_record_lost"] * 2
    (review,) = await restored.rows("select due_date from deadline where rule = 'DL07'")
    assert review["due_date"] == date(2019, 7, 12)
    assert len(await restored.said(ReviewOpened)) == 1
