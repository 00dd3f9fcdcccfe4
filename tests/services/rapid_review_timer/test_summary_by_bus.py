"""An agency's summary that came by the bus: a step of the review, with the agency as its author."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.rapid_review_timer.summary_arrived import judge_by
from shared.contracts.arrival_events import SummaryAnswered, SummaryArrived
from shared.contracts.review_events import SummaryReceived
from shared.contracts.strict_json import parse, validate
from shared.contracts.summary_said import SummarySubmitted
from shared.messaging.arrival_rows import Arrival
from shared.messaging.arrivals import Arrivals
from tests.services.rapid_review_timer.case_told import at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.review_client import Partners, partners_of
from tests.services.rapid_review_timer.review_told import LA, SCHOOL, TRUST

WORDS = "Invented summary of a sample agency."
SUMMARY = {
    "nil_return": False,
    "services": WORDS,
    "chronology": [{"on": "2019-06-01", "contact": "Sample contact."}],
}


class ByBus:
    """What intake tells the timer of, and what it gives when it is asked."""

    def __init__(self, timer: Timer, partners: Partners) -> None:
        self.timer, self.partners = timer, partners
        self.kept: dict[UUID, bytes] = {}
        self.task = Arrivals(
            timer.store,
            self,
            judge_by(timer.tracing),
            SummaryAnswered,
            timer.tracing,
            timer.metrics,
        )

    async def content(self, arrival: Arrival) -> bytes:
        return self.kept[arrival.submission_id]

    async def request(self, agency: str = TRUST) -> UUID:
        answer = await self.partners.says("summaries", {"agencies": [agency]})
        assert answer.status_code == 200, answer.text
        (row,) = await self.timer.rows(
            "select payload from outbox where topic = 'review.summary.requested'"
        )
        return UUID(parse(row["payload"])["request_id"])

    async def arrives(
        self, request_id: UUID, body: dict[str, Any] = SUMMARY, by: str = TRUST
    ) -> str:
        """The answer that is told: accepted, or why not."""
        submission_id = uuid4()
        said = validate(SummarySubmitted, body | {"request_id": str(request_id)})
        self.kept[submission_id] = said.model_dump_json(exclude_none=True).encode()
        now = self.timer.clock.instant
        told = SummaryArrived(
            submission_id=submission_id,
            content_version=1,
            system="health-incidents",
            organisation=by,
            received_at=now,
            request_id=request_id,
        )
        await self.timer.hears(self.partners.case.says(told, now))
        assert await self.task.take_due() == 1
        answered = await self.timer.said(SummaryAnswered)
        (answer,) = [
            one
            for one in answered
            if isinstance(one, SummaryAnswered) and one.submission_id == submission_id
        ]
        return answer.reason or "accepted"


@pytest.fixture
async def bus(timer: Timer, tmp_path: Path) -> AsyncIterator[ByBus]:
    partners = await partners_of(timer, tmp_path)
    async with partners.client:
        yield ByBus(timer, partners)


async def test_a_summary_counts_as_received_when_it_came_in_and_its_words_are_sealed(
    bus: ByBus,
) -> None:
    request_id = await bus.request()
    came = bus.timer.clock.instant = at("2019-06-20")
    assert await bus.arrives(request_id) == "accepted"
    (said,) = await bus.timer.said(SummaryReceived)
    assert isinstance(said, SummaryReceived)
    assert (said.agency, said.received_at, said.late) == (TRUST, came, False)
    shown = (await bus.partners.says()).json()["summaries"]
    assert [(one["agency"], one["received_at"] is not None) for one in shown] == [(TRUST, True)]
    rows = await bus.timer.rows("select payload from outbox")
    assert not any(WORDS.encode() in bytes(row["payload"]) for row in rows)


async def test_the_authority_reads_what_the_agency_wrote(bus: ByBus) -> None:
    await bus.arrives(await bus.request())
    (kept,) = await bus.timer.rows(
        "select event_id, recorded_by from review_record where kind = 'summary_received'"
    )
    assert kept["recorded_by"] == TRUST
    record = await bus.partners.says(f"records/{kept['event_id']}", by=LA)
    assert record.json()["services"] == WORDS


async def test_a_nil_return_is_whole_and_what_comes_late_is_kept_as_late(bus: ByBus) -> None:
    request_id = await bus.request()
    bus.timer.clock.instant = at("2019-07-20")
    assert await bus.arrives(request_id, {"nil_return": True}) == "accepted"
    (said,) = await bus.timer.said(SummaryReceived)
    assert isinstance(said, SummaryReceived)
    assert (said.nil_return, said.late) == (True, True)


async def test_a_second_summary_and_one_of_somebody_else_are_refused(bus: ByBus) -> None:
    request_id = await bus.request()
    assert await bus.arrives(request_id, by=SCHOOL) == "unknown_request"
    assert await bus.arrives(uuid4()) == "unknown_request"
    assert await bus.arrives(request_id) == "accepted"
    bus.timer.clock.instant += timedelta(minutes=1)
    assert await bus.arrives(request_id) == "already_received"
    assert len(await bus.timer.said(SummaryReceived)) == 1


async def test_what_was_answered_over_http_is_not_taken_again_from_the_bus(bus: ByBus) -> None:
    request_id = await bus.request()
    answer = await bus.partners.says("summaries/answers", {"agency": TRUST, "nil_return": True})
    assert answer.status_code == 200, answer.text
    assert await bus.arrives(request_id) == "already_received"
