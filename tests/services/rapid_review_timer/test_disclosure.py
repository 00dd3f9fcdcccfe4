"""What another organisation wrote in a review is read by a decision to share it, or not at all."""

import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.rapid_review_timer.handlers import registry
from shared.contracts.envelope import correlation_of
from shared.contracts.sharing_codes import SharedTopic, SharingAnswer
from shared.contracts.sharing_events import SharingDecided, StandingFor, sharing_stream
from tests.contracts.committed import example
from tests.services.rapid_review_timer.case_told import CaseTold, at, event_of
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.review_client import AIMS, Partners, partners_of
from tests.services.rapid_review_timer.review_told import HEALTH, LA, POLICE

MARKER = "Invented-marker-sentence"


@pytest.fixture
async def partners(timer: Timer, tmp_path: Path) -> AsyncIterator[Partners]:
    said = await partners_of(timer, tmp_path)
    async with said.client:
        yield said


async def written(timer: Timer, partners: Partners) -> str:
    """The path of what the authority wrote."""
    await partners.says("findings", {"immediate_action_needed": False, "findings": MARKER})
    (row,) = await timer.rows("select event_id from review_record")
    return f"records/{row['event_id']}"


async def decided(timer: Timer, partners: Partners, recipient: str, **more: Any) -> UUID:
    """The timer hears of the authority's decision to share with the recipient."""
    base = SharingDecided.model_validate(example("uk.vigil.sharing.decided.v1")["data"])
    made = {
        "decision_id": uuid4(),
        "case_id": partners.case.case_id,
        "decided_at": at("2019-06-12"),
        "organisation": LA,
        "recipient": recipient,
    }
    said = base.model_copy(update=made | more)
    await timer.hears(partners.case.says(said, timer.clock.instant))
    return said.decision_id


async def test_a_partner_without_a_decision_reads_nothing_and_hears_what_to_do(
    timer: Timer, partners: Partners
) -> None:
    path = await written(timer, partners)
    for named, refusal in (
        ("", "sharing_decision_required"),
        (f"?sharing_decision={uuid4()}", "sharing_decision_unknown"),
    ):
        answer = await partners.says(path + named, by=HEALTH)
        assert answer.status_code == 403
        assert answer.json()["type"] == f"urn:vigil:problem:{refusal}"
        assert MARKER not in answer.text
    assert not await timer.rows("select 1 from audit where action = 'review.record_read'")


async def test_a_partner_reads_by_a_decision_and_the_reading_is_audited_with_it(
    timer: Timer, partners: Partners
) -> None:
    path = await written(timer, partners)
    decision = await decided(timer, partners, HEALTH)
    answer = await partners.says(f"{path}?sharing_decision={decision}", by=HEALTH)
    assert answer.json()["findings"] == MARKER
    (read,) = await timer.rows(
        "select actor, codes::text as codes from audit where action = 'review.record_read'"
    )
    assert read["actor"] == HEALTH
    assert json.loads(read["codes"])["sharing_decision"] == str(decision)


async def test_a_decision_for_somebody_else_or_to_withhold_opens_nothing(
    timer: Timer, partners: Partners
) -> None:
    path = await written(timer, partners)
    for decision in (
        await decided(timer, partners, POLICE),
        await decided(timer, partners, HEALTH, decision=SharingAnswer.WITHHOLD),
        await decided(timer, partners, HEALTH, decision=SharingAnswer.DEFER),
    ):
        answer = await partners.says(f"{path}?sharing_decision={decision}", by=HEALTH)
        assert answer.json()["type"] == "urn:vigil:problem:not_shared_with_you"


async def test_a_decision_that_was_replaced_opens_nothing_any_more(
    timer: Timer, partners: Partners
) -> None:
    path = await written(timer, partners)
    first = await decided(timer, partners, HEALTH)
    second = await decided(timer, partners, HEALTH, replaces=first)
    answer = await partners.says(f"{path}?sharing_decision={first}", by=HEALTH)
    assert answer.json()["type"] == "urn:vigil:problem:sharing_decision_replaced"
    answer = await partners.says(f"{path}?sharing_decision={second}", by=HEALTH)
    assert answer.status_code == 200


async def test_who_owns_the_case_and_who_wrote_it_need_no_decision(
    timer: Timer, partners: Partners
) -> None:
    path = await written(timer, partners)
    assert (await partners.says(path, by=LA)).status_code == 200
    await partners.says("aims", AIMS)
    await partners.approve(HEALTH)
    (row,) = await timer.rows("select event_id from review_record where recorded_by = $1", HEALTH)
    approval = f"records/{row['event_id']}"
    assert (await partners.says(approval, by=HEALTH)).status_code == 200
    assert (await partners.says(approval, by=POLICE)).status_code == 403


async def test_hearing_of_a_decision_moves_no_clock(timer: Timer, partners: Partners) -> None:
    before = await timer.states()
    timer.clock.move(timedelta(minutes=1))
    await decided(timer, partners, HEALTH)
    assert await timer.states() == before


async def test_a_standing_decision_is_kept_by_its_stream_and_opens_no_record(
    timer: Timer, partners: Partners
) -> None:
    path = await written(timer, partners)
    base = SharingDecided.model_validate(example("uk.vigil.sharing.decided.v1")["data"])
    standing = StandingFor(
        topic=SharedTopic.REVIEW_DUE, region="pan-merseyside", expires_on=date(2020, 6, 12)
    )
    made = {"case_id": None, "standing": standing, "recipient": HEALTH}
    event = event_of(CaseTold().says(base.model_copy(update=made), timer.clock.instant))
    stream = sharing_stream(base.decision_id)
    outside = {"subject": stream, "correlationid": correlation_of(stream)}
    envelope = event.envelope.model_copy(update=outside)
    async with timer.store.transaction(envelope.id, "test", caused_by_event=True) as tx:
        await registry.apply(envelope, event.data.model_dump_json().encode(), tx)
    (fact,) = await timer.rows("select case_id from fact where event_id = $1", envelope.id)
    assert fact["case_id"] == correlation_of(stream)
    answer = await partners.says(f"{path}?sharing_decision={base.decision_id}", by=HEALTH)
    assert answer.json()["type"] == "urn:vigil:problem:sharing_decision_unknown"
