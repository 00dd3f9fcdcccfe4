"""A review over HTTP, on a real store: what partners do, and which clocks follow."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from shared.contracts.deadline_events import DeadlineMoved
from shared.contracts.review_events import ReviewOpened, ReviewSubmitted
from tests.services.rapid_review_timer.case_told import at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.review_client import AIMS, Partners, partners_of
from tests.services.rapid_review_timer.review_told import HEALTH, LA, POLICE


@pytest.fixture
async def partners(timer: Timer, tmp_path: Path) -> AsyncIterator[Partners]:
    said = await partners_of(timer, tmp_path)
    async with said.client:
        yield said


async def test_a_notification_opens_the_review_once(timer: Timer, partners: Partners) -> None:
    await timer.hears(*partners.case.facts)
    assert len(await timer.said(ReviewOpened)) == 1


async def test_p03_three_partners_approve_or_it_is_not_submitted(
    timer: Timer, partners: Partners
) -> None:
    assert (await partners.says("aims", AIMS)).json()["aims"]["facts"] is True
    await partners.approve(LA, POLICE)
    refused = await partners.says("submission", {})
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:vigil:problem:not_ready")
    assert refused.json()["errors"] == [
        {"pointer": "/approvals/health", "code": "approval_missing"}
    ]
    assert not await timer.said(ReviewSubmitted)
    await partners.approve(HEALTH)
    submitted = await partners.says("submission", {})
    assert submitted.json()["phase"] == "submitted"
    (met,) = await timer.rows("select on_time from deadline where rule = 'DL07'")
    assert met["on_time"]
    (reply,) = await timer.rows("select state, due_date from deadline where rule = 'DL09'")
    assert tuple(reply) == ("running", date(2019, 7, 3))


async def test_p06_an_overdue_review_that_is_extended_moves_and_keeps_both_dates(
    timer: Timer, partners: Partners
) -> None:
    wanted = {"proposed_date": "2019-07-12", "reason": "medical_evidence", "explanation": "x"}
    assert (await partners.says("extensions", wanted)).json()["due_date"] == "2019-07-02"
    timer.clock.instant = at("2019-07-03")
    while await timer.watcher().sweep():
        pass
    fired = await timer.rows(
        "select kind from firing join deadline using (deadline_id) where rule = 'DL07'"
    )
    assert "overdue" in {row["kind"] for row in fired}
    granted = await partners.says(
        "extensions/answers", {"answer": "granted", "agreed_date": "2019-07-12"}
    )
    shown = granted.json()
    assert (shown["due_date"], shown["original_due_date"]) == ("2019-07-12", "2019-07-02")
    (moved,) = await timer.said(DeadlineMoved)
    assert isinstance(moved, DeadlineMoved)
    assert (moved.previous_due_date, moved.due_date) == (date(2019, 7, 2), date(2019, 7, 12))
    assert (moved.reason, moved.alternatives["ORIGINAL"]) == ("extension_granted", date(2019, 7, 2))
    (kept,) = await timer.rows("select next_kind, revision from deadline where rule = 'DL07'")
    assert (kept["next_kind"], kept["revision"]) == ("due_soon", 2)


async def test_p11_a_local_review_goes_from_its_decision_to_its_publication(
    timer: Timer, partners: Partners
) -> None:
    await partners.submit()
    reviewer = {"name": "Sample Reviewer One", "selection_reason": "Invented."}
    decided = {"decided_on": "2019-06-12", "reviewers": [reviewer], "reasons": "Invented."}
    await partners.says("local-review", decided)
    plan = {"anonymised": True, "publication_impact_considered": True}
    await partners.says("local-review/drafts", {"planned_publication": "2020-01-02", **plan})
    (copies,) = await timer.rows("select due_date from deadline where rule = 'DL12'")
    assert copies["due_date"] == date(2019, 12, 19)
    timer.clock.instant = at("2019-12-31")
    sent = {"sent_to": ["panel", "secretary_of_state"], "sent_on": "2019-12-19"}
    assert (await partners.says("local-review/copies", sent)).status_code == 200
    whole = {"published_on": "2019-12-31", "publication": "full_report"}
    refused = await partners.says("local-review/publication", whole)
    assert refused.json()["type"] == "urn:vigil:problem:too_soon_after_copies"
    timer.clock.instant = at("2020-01-02")
    done = await partners.says("local-review/publication", whole | {"published_on": "2020-01-02"})
    assert done.json()["phase"] == "published"
    states = await timer.rows(
        "select rule, state, on_time from deadline where rule between 'DL10' and 'DL12'"
    )
    assert {row["rule"]: (row["state"], row["on_time"]) for row in states} == {
        "DL10": ("running", None),
        "DL11": ("met", False),
        "DL12": ("met", True),
    }
