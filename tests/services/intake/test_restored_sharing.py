"""A restored store gets decisions to share back from what it told, and their texts from who sent
them."""

from datetime import UTC, datetime
from uuid import uuid4, uuid5

import httpx
import pytest

from services.intake.decide_sharing import told_by
from services.intake.restored import RestoredCases
from services.intake.stated_sharing import DecideSharing
from shared.contracts.envelope import NAMESPACE
from shared.contracts.sharing_events import SharingDecided, sharing_stream
from shared.contracts.strict_json import validate
from shared.messaging.audit import audit
from shared.messaging.clock import SetClock
from shared.messaging.outbox import emit
from shared.messaging.restoring import Run
from shared.messaging.taking_back import TAKEN_BACK
from tests.services.intake.conftest import LIVERPOOL, Intake
from tests.services.intake.sharing_said import standing
from tests.services.intake.test_changes_of_a_case import code
from tests.services.intake.test_sharing_decisions import decide, read

KEY = "the-key-it-was-sent-with"


@pytest.fixture
async def run(intake: Intake) -> Run:
    """A store whose outbox has what was told of a standing decision, and that has lost the rest."""
    intake.store.clock = SetClock(datetime(2026, 3, 11, 12, tzinfo=UTC))
    run = Run(uuid4(), intake.store, "A. Operator (invented)")
    cause = uuid5(NAMESPACE, f"command|la-cases|{KEY}")
    async with intake.store.transaction(cause, f"la-{LIVERPOOL}") as tx:
        told = lost()
        stream = sharing_stream(told.decision_id)
        event = await emit(tx, told, stream, happened_at=told.decided_at)
        await audit(tx, TAKEN_BACK, stream, event=str(event), run=str(run.run_id))
    return run


def lost() -> SharingDecided:
    cause = uuid5(NAMESPACE, f"command|la-cases|{KEY}")
    said = validate(DecideSharing, standing())
    return told_by(said, f"la-{LIVERPOOL}", uuid5(cause, "sharing decision"))


async def shown(intake: Intake) -> httpx.Response:
    return await read(intake, f"/v1/sharing-decisions/{lost().decision_id}")


async def test_a_decision_comes_back_without_its_texts_and_a_person_hears_of_it(
    intake: Intake, run: Run
) -> None:
    assert code(await shown(intake)) == (404, "sharing_decision_not_found")
    for _ in range(2):
        await RestoredCases().before_catching_up(run)
    (listed,) = await RestoredCases().after_catching_up(run)
    assert (listed.code, listed.about) == ("sharing_reasons_lost", str(lost().decision_id))
    assert (await shown(intake)).json()["record"] is None


async def test_sent_again_with_its_key_the_texts_are_back_and_nothing_is_told_twice(
    intake: Intake, run: Run
) -> None:
    await RestoredCases().before_catching_up(run)
    other = await decide(intake, standing({"decision": "defer"}), key=KEY)
    assert code(other) == (409, "idempotency_key_reused")
    again = await decide(intake, standing(), key=KEY)
    assert again.status_code == 201, again.text
    assert (await shown(intake)).json()["record"]["reasons"] == standing()["reasons"]
    assert len([each for each in await intake.events() if each["topic"] == "sharing.decided"]) == 1
    assert await RestoredCases().after_catching_up(run) == []
