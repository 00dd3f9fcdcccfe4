"""The rapid-review timer's clocks of an invented case, applied as the consumer would."""

from datetime import datetime
from uuid import UUID, uuid5

from services.panel_notification.handlers import registry
from shared.contracts.catalogue import source_of
from shared.contracts.deadline_events import DeadlineMoved, DeadlineSet, DeadlineState
from shared.contracts.envelope import NAMESPACE
from shared.contracts.payload import Payload
from shared.messaging.order import Outcome
from shared.messaging.store import Store
from tests.services.panel_notification.sample_facts import NINE, event


def clock_set(case_id: UUID, rule: str, late_from: datetime, revision: int = 1) -> DeadlineState:
    said = {
        "deadline_id": uuid5(NAMESPACE, f"{case_id}|{rule}"),
        "subject": str(case_id),
        "cycle": 1,
        "rule": rule,
        "rule_version": "1",
        "rule_set": "WT2018",
        "force": "must",
        "calendar_version": "sample",
        "revision": revision,
        "started_at": NINE,
        "due_date": late_from.date(),
        "late_from": late_from,
        "caused_by": uuid5(NAMESPACE, "cause"),
    }
    if revision == 1:
        return DeadlineSet.model_validate(said)
    moved = {"previous_due_date": NINE.date(), "reason": "sample"}
    return DeadlineMoved.model_validate(said | moved)


async def limit(store: Store, case_id: UUID, sequence: int, said: DeadlineState) -> None:
    await tell_by_timer(store, case_id, sequence, said)


async def tell_by_timer(store: Store, case_id: UUID, sequence: int, said: Payload) -> None:
    told = event(case_id, sequence, said)
    envelope = told.envelope.model_copy(
        update={
            "id": uuid5(NAMESPACE, f"timer|{case_id}|{sequence}"),
            "source": source_of("rapid_review_timer"),
        }
    )
    async with store.transaction(envelope.id, "test", caused_by_event=True) as tx:
        outcome = await registry.apply(envelope, said.model_dump_json().encode(), tx)
    assert outcome is Outcome.APPLIED
