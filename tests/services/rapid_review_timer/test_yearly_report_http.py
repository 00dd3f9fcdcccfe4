"""Yearly reports over HTTP, on a real store: what partners record, what is told and kept."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.area_events import YearlyReportPublished, YearlyReportWithdrawn
from shared.contracts.deadline_events import DeadlineMet, DeadlineSet, ReviewDue
from tests.services.rapid_review_timer.case_told import LIVERPOOL, at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.review_client import partners_of
from tests.services.rapid_review_timer.review_told import HEALTH, LA, POLICE, TRUST
from tests.services.rapid_review_timer.yearly_report_client import ERROR, RECORD, REPORT, Area
from tests.services.rapid_review_timer.yearly_report_told import ADDRESS, ReportsTold


@pytest.fixture
async def area(timer: Timer, tmp_path: Path) -> AsyncIterator[Area]:
    partners = await partners_of(timer, tmp_path)
    async with partners.client:
        yield Area(timer, partners)


async def streams_of(timer: Timer, model: type[Any]) -> list[str]:
    kind = model.__name__
    names = {"DeadlineSet": "deadline.set", "ReviewDue": "review.due"}
    rows = await timer.rows(
        "select stream from outbox where topic = $1 order by position",
        names.get(kind, "yearly.report.published"),
    )
    return [row["stream"] for row in rows]


@pytest.mark.parametrize("by", [LA, POLICE, HEALTH])
async def test_a_partner_records_a_report_and_its_clocks_run_in_the_area_s_own_stream(
    area: Area, by: str
) -> None:
    answer = await area.says(REPORT, by=by)
    assert answer.status_code == 201, answer.text
    (shown,) = answer.json()["reports"]
    assert {one["rule"]: one["due_date"] for one in shown["deadlines"]} == {
        "DL16": "2020-06-10",
        "DL17": "2019-06-17",
    }
    (said,) = await area.timer.said(YearlyReportPublished)
    assert isinstance(said, YearlyReportPublished)
    assert [one.recipient for one in said.obligations] == ["panel", "what-works-centre-csc"]
    assert await streams_of(area.timer, YearlyReportPublished) == [f"area/{LIVERPOOL}"]
    assert (await streams_of(area.timer, DeadlineSet))[-2:] == [f"area/{LIVERPOOL}"] * 2
    assert (await area.says(by=HEALTH)).json() == answer.json()


async def test_the_same_command_again_gets_the_same_answer_and_changes_nothing(
    area: Area,
) -> None:
    first = await area.says(REPORT, once="one")
    again = await area.says(REPORT, once="one")
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(await area.timer.said(YearlyReportPublished)) == 1
    other = await area.says({**REPORT, "published_on": "2019-06-11"}, once="one")
    assert other.json()["type"] == "urn:vigil:problem:idempotency_key_reused"


async def test_who_holds_no_seat_neither_reads_nor_records(area: Area) -> None:
    for answer in (await area.says(by=TRUST), await area.says(REPORT, by=TRUST)):
        assert (answer.status_code, answer.json()["type"]) == (
            403,
            "urn:vigil:problem:not_a_partner",
        )
    unknown = await area.says(REPORT, code="E06999999")
    assert (unknown.status_code, unknown.json()["type"]) == (
        404,
        "urn:vigil:problem:area_not_found",
    )
    assert (await area.says(REPORT, code="Liverpool")).status_code == 422
    assert not await area.timer.said(YearlyReportPublished)


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [
        ({"period_to": "2018-03-31"}, "", "period_ends_before_it_begins"),
        ({"published_on": "2019-03-31"}, "", "published_before_the_period_ended"),
        ({"corrects": str(uuid4())}, "", "explanation_required"),
        ({"period_from": "2017-03-01"}, "", "period_too_long"),
        ({"address": "http://partnership.example/"}, "/address", "wrong_form"),
        ({"address": f"{ADDRESS}?child=INVENTED-NAME"}, "/address", "wrong_form"),
        ({"published_on": "10 June 2019"}, "/published_on", "not_a_date"),
        ({"child": "INVENTED-NAME"}, None, None),
    ],
)
async def test_what_is_not_valid_is_named_by_its_place_and_never_quoted(
    area: Area, change: dict[str, str], place: str | None, code: str | None
) -> None:
    answer = await area.says({**REPORT, **change})
    assert answer.status_code == 422
    assert not any(str(value) in answer.text for value in change.values())
    if code is not None:
        assert {"pointer": place, "code": code} in answer.json()["errors"], answer.text
    assert not await area.timer.said(YearlyReportPublished)


async def test_a_report_is_corrected_and_then_withdrawn(area: Area) -> None:
    first = (await area.says(REPORT)).json()["reports"][0]
    again = {**REPORT, "published_on": "2019-06-11", "corrects": first["report_id"]}
    corrected = await area.says({**again, "explanation": "INVENTED-WORDS"})
    (shown,) = corrected.json()["reports"]
    assert (shown["revision"], shown["published_on"]) == (2, "2019-06-11")
    assert [one["due_date"] for one in shown["deadlines"]] == ["2019-06-18", "2020-06-11"]
    ended = await area.says(ERROR, path=f"/{first['report_id']}/withdrawal")
    (shown,) = ended.json()["reports"]
    assert shown["withdrawn"]
    assert {one["state"] for one in shown["deadlines"]} == {"cancelled"}
    assert len(await area.timer.said(YearlyReportWithdrawn)) == 1
    refused = await area.says(ERROR, path=f"/{first['report_id']}/withdrawal")
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:vigil:problem:already_withdrawn",
    )
    unknown = await area.says(ERROR, path=f"/{uuid4()}/withdrawal")
    assert (unknown.status_code, unknown.json()["type"]) == (
        404,
        "urn:vigil:problem:report_not_found",
    )


async def test_what_falls_due_is_told_in_the_area_s_stream_and_explained_to_its_partners(
    area: Area,
) -> None:
    report = (await area.says(REPORT)).json()["reports"][0]
    area.timer.clock.instant = at("2019-06-19")
    while await area.timer.watcher().sweep():
        pass
    copies = next(one for one in report["deadlines"] if one["rule"] == "DL17")
    fired = [
        one
        for one in await area.timer.said(ReviewDue)
        if isinstance(one, ReviewDue) and str(one.deadline_id) == copies["deadline_id"]
    ]
    assert [one.kind.value for one in fired][-1] == "overdue"
    assert f"area/{LIVERPOOL}" in await streams_of(area.timer, ReviewDue)
    said = await area.explanation(copies["deadline_id"])
    assert "when the yearly report was published" in said.json()["sentence"]
    assert "there was no such report" in said.json()["life"]["cancelled_by"][0]
    for partner in (POLICE, HEALTH):
        assert (await area.explanation(copies["deadline_id"], by=partner)).json() == said.json()
    assert (await area.explanation(copies["deadline_id"], by=TRUST)).status_code == 404


async def test_copies_that_arrived_meet_the_limit(area: Area) -> None:
    await area.says(REPORT)
    (said,) = await area.timer.said(YearlyReportPublished)
    assert isinstance(said, YearlyReportPublished)
    told = ReportsTold()
    for kind in ("panel", "what_works_centre"):
        told.sent(said, kind, "2019-06-12")
    await area.timer.hears(*told.told.facts)
    (copies,) = (await area.says()).json()["reports"]
    assert {one["rule"]: one["state"] for one in copies["deadlines"]} == {
        "DL16": "running",
        "DL17": "met",
    }
    assert [one for one in await area.timer.said(DeadlineMet) if getattr(one, "rule", "") == "DL17"]


async def test_the_record_of_an_area_is_no_case(area: Area) -> None:
    await area.says(REPORT)
    for path in ("deadlines", "review"):
        answer = await area.partners.client.get(
            f"/v1/cases/{RECORD}/{path}", headers={"Authorization": area.partners.token(LA)}
        )
        assert (answer.status_code, answer.json()["type"]) == (
            404,
            "urn:vigil:problem:case_not_found",
        )
