"""The yearly report of an area's partners on the running stack: recorded, copied, proven, shown;
and nowhere taken for a case."""

from typing import Any

import pytest
import pytest_asyncio

from deploy.samples.signed_http import Declined
from deploy.samples.yearly_report import AREA
from shared.contracts.area_record import area_record
from tests.journeys.sample_cases import cases_of
from tests.journeys.test_samples import records
from tests.support.waiting import eventually
from tests.support.whole_stack import WholeStack

RECORD = area_record(AREA)
PATH = f"/v1/areas/{AREA}/yearly-reports"
COPIES = {"panel", "what-works-centre"}


async def report_of(stack: WholeStack) -> dict[str, Any]:
    answer = await stack.ask("rapid_review_timer", f"la-{AREA}", PATH)
    (report,) = answer["reports"]
    return dict(report)


@pytest_asyncio.fixture(loop_scope="session")
async def report(stack: WholeStack) -> dict[str, Any]:
    """Once its copies are known to have arrived."""

    async def proven() -> bool:
        clocks = {one["rule"]: one["state"] for one in (await report_of(stack))["deadlines"]}
        return clocks == {"DL16": "running", "DL17": "met"}

    await eventually(proven, "the copies of the yearly report arrived")
    return await report_of(stack)


async def test_both_copies_went_once_and_the_limit_was_met_in_time(
    stack: WholeStack, report: dict[str, Any]
) -> None:
    (copies,) = [one for one in report["deadlines"] if one["rule"] == "DL17"]
    assert copies["on_time"] is True
    answer = await stack.ask("panel_notification", f"la-{AREA}", "/v1/notices", case=str(RECORD))
    assert {one["recipient"] for one in answer["notices"]} == COPIES
    assert len(answer["notices"]) == len(COPIES)
    assert {one["about"] for one in answer["notices"]} == {"yearly_report"}


async def test_everything_about_it_travels_in_the_stream_of_its_area(
    stack: WholeStack, report: dict[str, Any]
) -> None:
    for topic, count in (("yearly.report.published", 1), ("notice.sent", 2), ("deadline.met", 1)):
        found = [
            headers
            for headers, _ in await records(stack, "checker", topic)
            if headers["ce_subject"] == f"area/{AREA}"
        ]
        assert len(found) == count, topic
        assert {one["ce_correlationid"] for one in found} == {str(RECORD)}


async def test_the_panel_is_not_said_to_have_been_notified_of_an_incident(
    stack: WholeStack, report: dict[str, Any]
) -> None:
    for topic in ("incident.notified", "case.stage.entered", "panel.received"):
        found = await records(stack, "checker", topic)
        assert found or topic == "panel.received"
        assert not [one for one, _ in found if one["ce_subject"].startswith("area/")], topic


async def test_no_service_takes_the_record_for_a_case(
    stack: WholeStack, report: dict[str, Any]
) -> None:
    assert str(RECORD) not in {one["case_id"] for one in await cases_of(stack, AREA)}
    for service, path, code in (
        ("intake", f"/v1/cases/{RECORD}", "case_not_found"),
        ("rapid_review_timer", f"/v1/cases/{RECORD}/review", "case_not_found"),
        ("reporting", f"/v1/cases/{RECORD}/journey", "unknown_case"),
    ):
        with pytest.raises(Declined) as refused:
            await stack.ask(service, f"la-{AREA}", path)
        assert (refused.value.status, refused.value.code) == (404, code), service


async def test_its_journey_shows_the_report_its_clocks_and_the_proof_of_its_copies(
    stack: WholeStack, report: dict[str, Any]
) -> None:
    async def shown() -> bool:
        journey = await stack.ask("reporting", f"la-{AREA}", f"/v1/areas/{AREA}/journey")
        states = {one["rule"]: one["state"] for one in journey["clocks"]}
        return states == {"DL16": "running", "DL17": "met"} and len(journey["told"]) == len(COPIES)

    await eventually(shown, "the journey of the area shows its report")
