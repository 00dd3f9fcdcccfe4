"""Intake hears of the records of areas, and takes none for a case."""

from datetime import date
from uuid import uuid4

from services.intake.handlers import registry
from services.intake.restored import RestoredCases
from services.intake.restored_store import cases_of
from shared.contracts.deadline_events import DeadlineSet
from shared.contracts.envelope import case_stream
from shared.contracts.messaging_events import CaseHeld
from shared.contracts.wire import Record
from shared.messaging.audit import audit
from shared.messaging.outbox import emit
from shared.messaging.receiving import Receiver
from shared.messaging.restoring import Run
from shared.messaging.taking_back import TAKEN_BACK
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.services.intake.conftest import Intake
from tests.services.reporting.sample_area import RECORD, published, report_clock
from tests.support.bus import inside_record

DAY = date(2026, 11, 2)
NOTHING = ("incident_case", "decision", "fact", "outbox", "quarantine", "parked")


async def test_what_the_timer_tells_of_an_area_uses_up_its_number_and_nothing_else(
    intake: Intake,
) -> None:
    receiver = Receiver(
        "rapid_review_timer", intake.store, registry, Tracing("intake", None), Metrics()
    )
    clock = DeadlineSet(**report_clock("DL16", DAY, date(2027, 11, 2)))
    said = {"yearly.report.published": published(DAY), "deadline.set": clock}
    for number, (topic, data) in enumerate(said.items(), 1):
        _, key, headers, value = inside_record(topic, "rapid_review_timer", RECORD, number, data)
        await receiver.consume(Record(topic, 0, number, key, tuple(headers), value))
    async with intake.store.reading() as connection:
        taken = await connection.fetch("select sequence, outcome from inbox order by sequence")
        assert [tuple(row) for row in taken] == [(1, "not_used"), (2, "not_used")]
        for table in NOTHING:
            found = await connection.fetchval(f"select count(*) from {table}")  # noqa: S608
            assert found == 0, table


async def test_a_restored_intake_makes_no_case_of_a_record_that_it_held(intake: Intake) -> None:
    """All that intake ever says in the stream of an area is that an event of it waits."""
    run = Run(uuid4(), intake.store, "A. Operator (invented)")
    held = CaseHeld(source="rapid_review_timer", quarantine_id=uuid4(), reason="value_null")
    async with intake.store.transaction(uuid4(), "test") as tx:
        stream = case_stream(RECORD)
        event = await emit(tx, held, stream, happened_at=tx.now, topic="intake.case.held")
        await audit(tx, TAKEN_BACK, stream, event=str(event), run=str(run.run_id))
    async with intake.store.reading() as connection:
        assert await cases_of(connection, [event]) == []
    await RestoredCases().before_catching_up(run)
    assert await RestoredCases().after_catching_up(run) == []
    async with intake.store.reading() as connection:
        assert await connection.fetchval("select count(*) from incident_case") == 0
