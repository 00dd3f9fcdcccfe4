"""Who may read and change a review, once each time, and what is kept of what they wrote."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.contracts.review_events import SummaryRequested
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.review_client import AIMS, Partners, partners_of
from tests.services.rapid_review_timer.review_told import LA, POLICE, SCHOOL, TRUST
from tests.services.rapid_review_timer.sample_cases import AWARE


@pytest.fixture
async def partners(timer: Timer, tmp_path: Path) -> AsyncIterator[Partners]:
    said = await partners_of(timer, tmp_path)
    async with said.client:
        yield said


async def test_a_partner_reads_and_approves_and_records_nothing_else(partners: Partners) -> None:
    assert (await partners.says(by=POLICE)).status_code == 200
    refused = await partners.says("aims", AIMS, by=POLICE)
    assert (refused.status_code, refused.json()["type"]) == (
        403,
        "urn:vigil:problem:only_the_authority",
    )


async def test_to_a_stranger_the_case_does_not_exist(partners: Partners) -> None:
    unknown = CaseTold()
    answers = [
        await partners.says(by=TRUST),
        await partners.says("approvals", {"answer": "approved", "content_version": 1}, by=TRUST),
        await partners.says(about=unknown),
        await partners.says("submission", {}, about=unknown, version='"0"'),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["type"] for answer in answers}) == 1


async def test_a_stranger_leaves_no_trace_of_a_case_that_does_not_exist(
    timer: Timer, partners: Partners
) -> None:
    await partners.says("submission", {}, about=CaseTold(), version='"0"')
    assert len(await timer.rows("select 1 from case_state")) == 1


async def test_a_command_is_run_once(timer: Timer, partners: Partners) -> None:
    body, version = {"agencies": [SCHOOL, TRUST]}, (await partners.says()).headers["etag"]
    first = await partners.says("summaries", body, once="k1", version=version)
    again = await partners.says("summaries", body, once="k1", version=version)
    assert first.json() == again.json()
    assert len(await timer.said(SummaryRequested)) == 2
    other = await partners.says(
        "summaries", {"agencies": ["school-other"]}, once="k1", version=version
    )
    assert other.json()["type"] == "urn:vigil:problem:idempotency_key_reused"


async def test_who_has_not_seen_the_latest_step_is_refused(partners: Partners) -> None:
    stale = (await partners.says()).headers["etag"]
    await partners.says("summaries", {"agencies": [SCHOOL]})
    late = await partners.says("summaries", {"agencies": [TRUST]}, version=stale)
    assert late.status_code == 412


async def test_what_was_written_is_sealed_and_read_with_a_trace(
    timer: Timer, partners: Partners
) -> None:
    marker = "Invented-marker-sentence"
    await partners.says("findings", {"immediate_action_needed": False, "findings": marker})
    (row,) = await timer.rows("select event_id, sealed_record from review_record")
    assert marker.encode() not in row["sealed_record"]
    everything = await timer.rows("select payload, headers::text from outbox")
    assert not any(marker.encode() in each["payload"] for each in everything)
    record = await partners.says(f"records/{row['event_id']}")
    assert record.json()["findings"] == marker
    (read,) = await timer.rows("select actor from audit where action = 'review.record_read'")
    assert read["actor"] == LA
    assert (await partners.says(f"records/{row['event_id']}", by=TRUST)).status_code == 404


async def test_each_step_leaves_an_audit_row(timer: Timer, partners: Partners) -> None:
    await partners.says("summaries", {"agencies": [SCHOOL, TRUST]})
    rows = await timer.rows("select actor from audit where action = 'review.summaries_requested'")
    assert [row["actor"] for row in rows] == [LA, LA]


async def test_before_the_notification_there_is_no_review(timer: Timer, partners: Partners) -> None:
    early = CaseTold()
    early.reported(AWARE)
    early.assessed(AWARE, AWARE)
    await timer.hears(*early.facts)
    answer = await partners.says(about=early)
    assert (answer.status_code, answer.json()["type"]) == (
        409,
        "urn:vigil:problem:review_not_opened",
    )


async def test_the_review_of_a_linked_case_is_read_but_not_changed(
    timer: Timer, partners: Partners
) -> None:
    loser = CaseTold()
    loser.reported(AWARE)
    loser.assessed(AWARE, AWARE)
    loser.linked(at("2019-06-12"), partners.case.case_id)
    await timer.hears(*loser.facts)
    read = await partners.says(about=loser)
    assert read.json()["case_id"] == str(partners.case.case_id)
    refused = await partners.says("summaries", {"agencies": [SCHOOL]}, about=loser)
    assert refused.json()["type"] == "urn:vigil:problem:merged"


async def test_what_is_no_longer_called_for_is_read_and_not_changed(
    timer: Timer, partners: Partners
) -> None:
    later = partners.case.decided(at("2019-06-12", "09:00"), rapid_review=False)
    await timer.hears(later)
    assert (await partners.says()).status_code == 200
    refused = await partners.says("summaries", {"agencies": [SCHOOL]})
    assert refused.json()["type"] == "urn:vigil:problem:review_not_called_for"
