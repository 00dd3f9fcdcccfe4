"""Real trouble in a whole stack: what an operator's page is for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from deploy.local.postgres import superuser_password
from deploy.local.postgres_settings import SUPERUSER
from shared.contracts.envelope import case_stream
from shared.messaging.outbox import emit
from shared.messaging.store import Store, open_pool
from shared.sealing.envelope import Keyring
from tests.shared.messaging.recording import stage
from tests.support.waiting import eventually
from tests.support.whole_stack import WholeStack

BROKEN = b'{"cycle": 1, "stage": "Marker Sentinel"}'


@asynccontextmanager
async def superuser(stack: WholeStack, service: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(
        host="127.0.0.1",
        port=stack.layout.ports["postgres"],
        database=service,
        user=SUPERUSER,
        password=await asyncio.to_thread(
            superuser_password, stack.layout.secrets("infrastructure")
        ),
    )
    try:
        yield connection
    finally:
        await connection.close()


async def a_case(stack: WholeStack) -> UUID:
    """One that nobody linked, with at least three events of intake that reporting applied, and
    none that it ever stopped: on its topic that one is as it was."""
    stopped = await stack.rows("reporting", "select stream from quarantine")
    rows = await stack.rows("intake", "select case_id from incident_case where survivor is null")
    for row in rows:
        stream = case_stream(row["case_id"])
        if {"stream": stream} in stopped:
            continue
        numbers = await stack.rows(
            "reporting",
            "select 1 from inbox where stream = $1 and source = '/vigil/intake'",
            stream,
        )
        if len(numbers) >= 3:
            return UUID(str(row["case_id"]))
    raise AssertionError("the samples have a case with three events of intake")


async def poison_event(stack: WholeStack, case_id: UUID, file: Path) -> list[str]:
    """Intake says an event of the case with broken content, and two good ones; the right content
    is in `file` and, once the broken one was said, in intake's own store. Returns the quarantine
    ids of whoever stopped it."""
    pool = await open_pool(
        host="127.0.0.1",
        port=stack.layout.ports["postgres"],
        database="intake",
        user="intake_app",
        password=(stack.layout.secrets("intake") / "vigil_database_password").read_text(),
        size=1,
    )
    try:
        store = Store(pool, "intake", Keyring(b"k" * 32, kek_id="test"))
        async with store.transaction(uuid4(), "test") as tx:
            stream = case_stream(case_id)
            poison = await emit(tx, stage(90), stream, happened_at=tx.now)
            await tx.flush()
            await tx.execute("update outbox set payload = $2 where event_id = $1", poison, BROKEN)
            for revision in (91, 92):
                await emit(tx, stage(revision), stream, happened_at=tx.now)
    finally:
        await pool.close()
    content = stage(90).model_dump_json().encode()
    await asyncio.to_thread(file.write_bytes, content)

    async def parked() -> object:
        return len(await stack.rows("reporting", "select 1 from parked")) == 2

    await eventually(parked, "the events behind the poison one parked")
    async with superuser(stack, "intake") as connection:
        await connection.execute(
            "update outbox set payload = $2 where event_id = $1", poison, content
        )
    found = []
    for service in ("rapid_review_timer", "panel_notification", "reporting"):
        rows = await stack.rows(
            service, "select quarantine_id from quarantine where status = 'open'"
        )
        found += [str(row["quarantine_id"]) for row in rows]
    return found


async def forget_last(stack: WholeStack, case_id: UUID, count: int) -> list[dict[str, Any]]:
    """Reporting loses what it took in last of intake's events about the case."""
    async with superuser(stack, "reporting") as connection:
        gone = await connection.fetch(
            """delete from inbox where source = '/vigil/intake' and stream = $1 and sequence >
                 (select max(sequence) - $2 from inbox
                  where source = '/vigil/intake' and stream = $1)
               returning sequence, topic""",
            case_stream(case_id),
            count,
        )
        await connection.execute(
            """update consumed_stream set next_sequence = next_sequence - $2
               where source = '/vigil/intake' and stream = $1""",
            case_stream(case_id),
            count,
        )
    return sorted((dict(row) for row in gone), key=lambda row: int(row["sequence"]))


async def events_after_another_topic(stack: WholeStack, case_id: UUID) -> int:
    """How many events back the last one stands that is not of the last one's topic."""
    rows = await stack.rows(
        "reporting",
        """select topic from inbox where source = '/vigil/intake' and stream = $1
           order by sequence desc""",
        case_stream(case_id),
    )
    topics = [row["topic"] for row in rows]
    return next(n for n, topic in enumerate(topics, 1) if topic != topics[0])


async def numbers_of(stack: WholeStack, case_id: UUID) -> list[int]:
    rows = await stack.rows(
        "reporting",
        """select sequence from inbox where source = '/vigil/intake' and stream = $1
           order by sequence""",
        case_stream(case_id),
    )
    return [row["sequence"] for row in rows]
