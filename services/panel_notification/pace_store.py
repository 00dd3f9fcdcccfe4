"""SQL of the pace of channels: one row a lane, taken under its lock by every replica."""

from datetime import timedelta
from typing import Any

from services.panel_notification.addressing import Addressing, channel_of
from services.panel_notification.channels.channel import Answer
from services.panel_notification.pacing import Limits, Pace, after, fresh, take
from shared.messaging.store import Row, Tx


def limits_of(addressing: Addressing, lane: str) -> Limits:
    row = addressing.limits[channel_of(lane)]
    rest = timedelta(seconds=row.rest_seconds)
    return Limits(row.per_minute, row.burst, row.failures, rest)


async def may_send(tx: Tx, lane: str, limits: Limits, wanted: int) -> tuple[int, bool]:
    """How many of these may be sent now, and whether the lane has failed lately. Taken together:
    a bucket asked for each would be one more transaction for each notice."""
    pace, given = take(await _locked(tx, lane, limits), limits, tx.now, wanted)
    await _write(tx, lane, pace)
    return given, pace.failures > 0


async def note_answer(tx: Tx, lane: str, limits: Limits, answer: Answer) -> Pace:
    """What the answer says about the channel, whatever it says about the notice."""
    pace = after(
        await _locked(tx, lane, limits),
        limits,
        down=answer.channel_down,
        retry_after=answer.retry_after,
        now=tx.now,
    )
    await _write(tx, lane, pace)
    return pace


async def held(connection: Any) -> list[Row]:
    """The lanes that are held or resting, for whoever asks why nothing is sent."""
    rows: list[Row] = await connection.fetch(
        "select lane, failures, held_until from channel_pace where held_until is not null"
    )
    return rows


async def _locked(tx: Tx, lane: str, limits: Limits) -> Pace:
    start = fresh(limits, tx.now)
    await tx.execute(
        """insert into channel_pace (lane, tokens, filled_at) values ($1, $2, $3)
           on conflict (lane) do nothing""",
        lane,
        start.tokens,
        start.filled_at,
    )
    row = await tx.fetchrow("select * from channel_pace where lane = $1 for update", lane)
    if row is None:
        return start
    return Pace(row["tokens"], row["filled_at"], row["failures"], row["held_until"])


async def _write(tx: Tx, lane: str, pace: Pace) -> None:
    await tx.execute(
        """update channel_pace set tokens = $2, filled_at = $3, failures = $4, held_until = $5
           where lane = $1""",
        lane,
        pace.tokens,
        pace.filled_at,
        pace.failures,
        pace.held_until,
    )
