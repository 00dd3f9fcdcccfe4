"""What is kept of yearly reports: sealed where it was written, and there again after a restore."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.rapid_review_timer.restored import settle_case
from tests.services.rapid_review_timer.case_told import LIVERPOOL
from tests.services.rapid_review_timer.conftest import NewTimer, Timer
from tests.services.rapid_review_timer.review_client import partners_of
from tests.services.rapid_review_timer.yearly_report_client import (
    ERROR,
    RECORD,
    REPORT,
    Area,
)


@pytest.fixture
async def area(timer: Timer, tmp_path: Path) -> AsyncIterator[Area]:
    partners = await partners_of(timer, tmp_path)
    async with partners.client:
        yield Area(timer, partners)


async def test_what_was_written_is_sealed_and_stands_in_no_event(area: Area) -> None:
    report = (await area.says(REPORT)).json()["reports"][0]
    await area.says(ERROR, path=f"/{report['report_id']}/withdrawal")
    told = await area.timer.rows("select payload::text, headers::text from outbox")
    audited = await area.timer.rows("select audit::text as line from audit")
    held = await area.timer.rows(
        "select sealed_record from review_record where case_id = $1", RECORD
    )
    assert len(held) == 2
    answers = await area.timer.rows("select answer::text from answered_command")
    assert len(answers) == 2
    for row in (*told, *audited, *answers, *held):
        assert "INVENTED-WORDS" not in str(tuple(row))


async def test_a_restored_store_has_the_clocks_that_were_told_and_tells_nothing_again(
    area: Area, new_timer: NewTimer
) -> None:
    await area.says(REPORT)
    restored = await new_timer()
    restored.clock.instant = area.timer.clock.instant
    rows = await area.timer.rows(
        """select event_id, topic, key, stream, sequence, type, happened_at, recorded_at, headers,
                  payload from outbox where stream = $1 order by position""",
        f"area/{LIVERPOOL}",
    )
    async with restored.store.transaction(uuid4(), "reconcile") as tx:
        for row in rows:
            await tx.execute(
                """insert into outbox (event_id, topic, key, stream, sequence, type, happened_at,
                                       recorded_at, headers, payload)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
                *row.values(),
            )
    before = await restored.said()
    async with restored.store.transaction(uuid4(), "reconcile") as tx:
        found = await settle_case(tx, RECORD)
    assert [one.code for one in found] == ["review_record_lost"]
    assert await restored.said() == before
    wanted = {key: state for key, state in (await area.timer.states()).items() if key[0] == RECORD}
    assert await restored.states() == wanted
    (owner,) = await restored.rows("select owner_area from case_state")
    assert owner["owner_area"] == LIVERPOOL
