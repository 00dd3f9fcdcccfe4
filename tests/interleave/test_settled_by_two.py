"""Two operators, or two sweeps, at the same rows at the same moment."""

from random import Random
from uuid import UUID, uuid4

import pytest

from shared.contracts.envelope import case_stream
from shared.messaging.quarantine import CannotBeSettled, release, settle_without_effect
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.interleave.conftest import Explore
from tests.interleave.deliveries import (
    POISON,
    deliver,
    delivers,
    receiver_on,
    record_of,
    what_became_of,
)
from tests.interleave.exploring import Situation
from tests.interleave.gate import Work
from tests.shared.messaging.recording import stage, stopped_rows

REPAIRED = stage(2).model_dump_json().encode()


def releases(quarantine_id: UUID, settled: list[str]) -> Work:
    async def work(store: Store) -> None:
        try:
            await release(
                receiver_on(store),
                quarantine_id,
                name="A. Operator (invented)",
                reason="value restored",
                repaired=REPAIRED,
            )
            settled.append("released")
        except CannotBeSettled as refused:
            settled.append(refused.code)

    return work


def discards(quarantine_id: UUID, settled: list[str]) -> Work:
    async def work(store: Store) -> None:
        try:
            await settle_without_effect(
                receiver_on(store),
                quarantine_id,
                name="B. Operator (invented)",
                reason="test data",
            )
            settled.append("discarded")
        except CannotBeSettled as refused:
            settled.append(refused.code)

    return work


@pytest.mark.parametrize(
    ("one", "other"), [(releases, discards), (releases, releases), (discards, discards)]
)
async def test_a_record_in_quarantine_is_settled_once_by_two_operators_while_the_case_goes_on(
    bare_store: OpenStore, explored: Explore, one: object, other: object
) -> None:
    store = await bare_store("reporting")
    acts = {releases: "release", discards: "discard"}

    async def prepare(_: Random) -> Situation:
        case_id, settled = uuid4(), list[str]()
        poison = record_of(case_id, 2, revision=POISON)
        await deliver(receiver_on(store), record_of(case_id, 1), poison, record_of(case_id, 3))
        (row,) = await stopped_rows(store, case_id)
        quarantine_id = UUID(str(row["quarantine_id"]))

        async def breaches() -> list[str]:
            outcome = next((said for said in settled if said != "not_open"), None)
            expected = [1, 2, 3, 4] if outcome == "released" else [1, 3, 4]
            found = (await what_became_of(store, case_id)).breaches(expected)
            if sorted(settled) != sorted(["not_open", str(outcome)]):
                found.append(f"settled: {settled}")
            return found + await audited_otherwise(store, quarantine_id, str(outcome))

        return Situation(
            {
                "one": one(quarantine_id, settled),  # type: ignore[operator]
                "other": other(quarantine_id, settled),  # type: ignore[operator]
                "consumer": delivers(record_of(case_id, 4)),
            },
            breaches,
        )

    name = f"{acts[one]} and {acts[other]} by two operators"  # type: ignore[index]
    (await explored(store, name, prepare)).assert_clean()


async def audited_otherwise(store: Store, quarantine_id: UUID, outcome: str) -> list[str]:
    async with store.reading() as connection:
        rows = await connection.fetch(
            "select action from audit where object = $1", str(quarantine_id)
        )
    said = [row["action"] for row in rows]
    return [] if said == [f"quarantine.{outcome}"] else [f"audit: {said}"]


async def test_two_sweeps_beside_a_consumer_apply_what_waited_once_and_in_order(
    bare_store: OpenStore, explored: Explore
) -> None:
    store = await bare_store("reporting")

    async def sweeps(gated: Store) -> None:
        await receiver_on(gated).sweep()

    async def prepare(_: Random) -> Situation:
        case_id = uuid4()
        await deliver(receiver_on(store), record_of(case_id, 2), record_of(case_id, 3))
        await strand(store, case_id)

        async def breaches() -> list[str]:
            became = await what_became_of(store, case_id)
            found = [] if became.effects == [2, 3, 4] else [f"took effect: {became.effects}"]
            return found + ([f"parked: {became.parked}"] if became.parked else [])

        return Situation(
            {"one": sweeps, "other": sweeps, "consumer": delivers(record_of(case_id, 4))},
            breaches,
        )

    (await explored(store, "two sweeps and a consumer", prepare)).assert_clean()


async def strand(store: Store, case_id: UUID) -> None:
    """Number 2 waits though its turn has come, as after an upgrade that made its type known."""
    async with store.reading() as connection:
        await connection.execute(
            "update consumed_stream set next_sequence = 2 where stream = $1",
            case_stream(case_id),
        )
