"""Many events of one transaction are numbered by one statement, as they would be one by one."""

import os
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from shared.contracts.envelope import case_stream
from shared.messaging.audit import audit
from shared.messaging.outbox import emit
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.shared.messaging.recording import stage

SEED = int(os.environ.get("VIGIL_TEST_SEED", "20261122"))
THEN = datetime(2019, 6, 5, 9, tzinfo=UTC)

Told = tuple[UUID, UUID, int]
"""A cause, a case, and what is said of it."""


async def tell(store: Store, told: Sequence[Told]) -> None:
    async with store.transaction(uuid4(), "test") as tx:
        for cause, case_id, number in told:
            tx.cause, tx.ordinals = cause, {}
            await emit(tx, stage(number), case_stream(case_id), happened_at=THEN)


async def numbers(store: Store) -> dict[str, list[tuple[int, str]]]:
    """By stream, the numbers in the order in which the events were written, and as headers."""
    async with store.reading() as connection:
        rows = await connection.fetch(
            """select stream, sequence, headers ->> 'ce_sequence' as header from outbox
               order by position"""
        )
    found: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row["stream"], []).append((row["sequence"], row["header"]))
    return found


def told_of(cases: Sequence[UUID], chance: random.Random, count: int) -> list[Told]:
    return [(uuid4(), chance.choice(cases), number) for number in range(1, count + 1)]


async def test_events_of_several_cases_are_numbered_without_a_gap_in_the_order_of_telling(
    bare_store: OpenStore,
) -> None:
    print(f"seed {SEED}")
    store, chance = await bare_store("intake"), random.Random(SEED)
    cases = [uuid4() for _ in range(7)]
    for count in (40, 1, 13):
        await tell(store, told_of(cases, chance, count))
    found = await numbers(store)
    assert sum(map(len, found.values())) == 54
    for told in found.values():
        assert told == [(n, f"{n:012}") for n in range(1, len(told) + 1)]


async def test_what_was_said_before_is_left_out_and_uses_no_number(bare_store: OpenStore) -> None:
    print(f"seed {SEED}")
    store, chance = await bare_store("intake"), random.Random(SEED)
    cases = [uuid4() for _ in range(3)]
    before, after = told_of(cases, chance, 12), told_of(cases, chance, 12)
    await tell(store, before)
    mixed = [*before, *after, after[0], before[0]]
    chance.shuffle(mixed)
    await tell(store, mixed)
    found = await numbers(store)
    assert sum(map(len, found.values())) == 24
    for told in found.values():
        assert [number for number, _ in told] == list(range(1, len(told) + 1))
    await tell(store, mixed)
    assert await numbers(store) == found


async def test_a_stream_counts_on_from_where_it_stood(bare_store: OpenStore) -> None:
    store, case_id = await bare_store("intake"), uuid4()
    await tell(store, [(uuid4(), case_id, 1)])
    await tell(store, [(uuid4(), case_id, number) for number in (2, 3)])
    await tell(store, [(uuid4(), case_id, 4)])
    assert [number for number, _ in (await numbers(store))[case_stream(case_id)]] == [1, 2, 3, 4]
    async with store.reading() as connection:
        assert await connection.fetchval("select last_sequence from numbered_stream") == 4


async def test_audit_rows_keep_their_order_and_codes(bare_store: OpenStore) -> None:
    store = await bare_store("intake")
    async with store.transaction(uuid4(), "test") as tx:
        for number in range(5):
            await audit(tx, "tested", f"thing {number}", number=number, missing=None)
    async with store.transaction(uuid4(), "test") as tx:
        await audit(tx, "tested", "thing 5", number=5, missing=None)
    async with store.reading() as connection:
        rows = await connection.fetch("select object, codes from audit order by audit_id")
    assert [(row["object"], row["codes"]) for row in rows] == [
        (f"thing {number}", {"number": number, "missing": None}) for number in range(6)
    ]
