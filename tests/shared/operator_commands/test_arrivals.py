"""What waits for an answer is listed with how long it waits, and its age is the alarm's number."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from shared.messaging.arrival_rows import note_answered, oldest_waiting, waiting_arrivals
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from shared.operator_commands.arrivals import NONE_WAITS, list_words
from shared.operator_commands.running import show
from shared.telemetry.outward_alarms import OUTWARD_ALARMS
from tests.conftest import OpenStore

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


async def came_in(store: Store, minutes_ago: int, attempts: int) -> UUID:
    submission = uuid4()
    async with store.reading() as connection:
        await connection.execute(
            """insert into arrival (submission_id, stream, sequence, about, system, organisation,
                                    content_version, received_at, recorded_at, synthetic,
                                    next_attempt_at, attempts)
               values ($1, $2, 1, $1, 'health-incidents', 'trust-northbank', 1, $3, $3, false, $4,
                       $5)""",
            submission,
            f"case/{submission}",
            NOW - timedelta(minutes=minutes_ago),
            NOW + timedelta(minutes=2),
            attempts,
        )
    return submission


async def test_what_waits_longest_comes_first_and_what_was_answered_waits_no_more(
    open_store: OpenStore,
) -> None:
    store = await open_store("rapid_review_timer", clock=SetClock(NOW))
    later, first, done = [await came_in(store, ago, n) for ago, n in ((4, 2), (6, 9), (30, 1))]
    async with store.transaction(uuid4(), "test") as tx:
        await note_answered(tx, done, None)
    async with store.reading() as connection:
        rows = await waiting_arrivals(connection, NOW)
    assert [row["submission_id"] for row in rows] == [str(first), str(later)]
    assert rows[0]["attempts"] == 9
    assert (rows[0]["waits_seconds"], rows[0]["next_in_seconds"]) == (360, 120)
    (alarm,) = [one for one in OUTWARD_ALARMS if one.name == "arrival_waits"]
    assert await oldest_waiting(store) == 360 > alarm.above


def test_a_list_says_whose_each_is_and_that_nothing_waits(
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = {
        "service": "panel_notification",
        "submission_id": "1",
        "system": "panel-desk",
        "about": "4c1f",
        "attempts": 3,
        "waits_seconds": 400,
        "next_in_seconds": 60,
    }
    show({"rows": [row]}, list_words, as_json=False)
    show({"rows": []}, list_words, as_json=False)
    out = " ".join(capsys.readouterr().out.split())
    assert "panel-notification panel-desk notice or request 4c1f 3 6 min 1 min" in out
    assert NONE_WAITS in out
