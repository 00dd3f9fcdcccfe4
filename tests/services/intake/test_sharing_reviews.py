"""How many decisions to share stand though their review date has come, on a real Postgres."""

from datetime import UTC, datetime
from uuid import uuid4

from services.intake.sharing_reviews import SharingReviews
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from shared.telemetry.alarms import Alarms
from shared.telemetry.metrics import Metrics
from tests.services.intake.conftest import Intake
from tests.services.intake.sharing_said import standing

NAME = "vigil_sharing_reviews_due"


async def decided(intake: Intake, **changes: object) -> str:
    answer = await intake.client.post(
        "/v1/sharing-decisions",
        json=standing(changes),
        headers=intake.systems.bearer("la-cases", "la-E08000012", "intake")
        | {"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["decision_id"])


async def due_on(store: Store, day: int) -> tuple[float | None, list[str]]:
    """How many standing ones are due on a day of September 2026, and the alarms."""
    metrics, was = Metrics(), store.clock
    alarms = Alarms(metrics.registry)
    store.clock = SetClock(datetime(2026, 9, day, 12, tzinfo=UTC))
    try:
        await SharingReviews(store, metrics).look()
    finally:
        store.clock = was
    alarms.evaluate(0.0)
    return metrics.registry.get_sample_value(NAME, {"kind": "standing"}), alarms.raised()


async def test_a_standing_decision_is_due_from_its_review_date_until_it_is_replaced(
    intake: Intake,
) -> None:
    first = await decided(intake)
    assert await due_on(intake.store, 9) == (0, [])
    assert await due_on(intake.store, 10) == (1, ["sharing_review_due"])
    await decided(intake, replaces=first, review_on="2026-12-10")
    assert await due_on(intake.store, 10) == (0, [])
