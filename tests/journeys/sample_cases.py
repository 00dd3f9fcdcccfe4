"""The sample cases of a whole stack, found by what was reported."""

import json
from typing import Any

from deploy.samples.incidents import (
    BARNET,
    INCIDENTS,
    KNOWSLEY,
    LIVERPOOL,
    SEFTON,
    ST_HELENS,
    WIRRAL,
)
from tests.support.whole_stack import WholeStack

AREAS = (KNOWSLEY, LIVERPOOL, ST_HELENS, SEFTON, WIRRAL, BARNET)


async def cases_of(stack: WholeStack, area: str) -> list[dict[str, Any]]:
    """Those of the samples; other tests report incidents of their own to the same stack."""
    answer = await stack.ask("intake", f"la-{area}", "/v1/cases", area=area)
    ids = {one["id"] for one in kept_reports(stack)}
    return [
        case
        for case in answer["cases"]
        if ids & {report["sender_report_id"] for report in case["reports"]}
    ]


def kept_reports(stack: WholeStack) -> list[dict[str, Any]]:
    """As the sample senders keep them."""
    kept = (stack.layout.state("samples") / "reports.json").read_text()
    return list(json.loads(kept))


async def case_of(stack: WholeStack, incident: str) -> dict[str, Any]:
    """The case of a sample that stands for itself, as its authority sees it."""
    ids = {one["id"] for one in kept_reports(stack) if one["incident"] == incident}
    cases = await cases_of(stack, INCIDENTS[incident].area)
    holding = {
        case["survivor"] or case["case_id"]
        for case in cases
        if ids & {report["sender_report_id"] for report in case["reports"]}
    }
    (case,) = [case for case in cases if case["case_id"] in holding]
    return case


async def clocks_of(stack: WholeStack, incident: str) -> list[dict[str, Any]]:
    case = await case_of(stack, incident)
    path = f"/v1/cases/{case['case_id']}/deadlines"
    answer = await stack.ask("rapid_review_timer", f"la-{case['owner_area']}", path)
    return list(answer["deadlines"])


async def clock_of(stack: WholeStack, incident: str, rule: str, cycle: int = 1) -> dict[str, Any]:
    (found,) = [
        clock
        for clock in await clocks_of(stack, incident)
        if (clock["rule"], clock["cycle"]) == (rule, cycle)
    ]
    return found


async def review_of(stack: WholeStack, incident: str) -> dict[str, Any]:
    case = await case_of(stack, incident)
    path = f"/v1/cases/{case['case_id']}/review"
    seen: dict[str, Any] = await stack.ask("rapid_review_timer", f"la-{case['owner_area']}", path)
    return seen


async def journey_of(stack: WholeStack, incident: str) -> dict[str, Any]:
    case = await case_of(stack, incident)
    path = f"/v1/cases/{case['case_id']}/journey"
    seen: dict[str, Any] = await stack.ask("reporting", f"la-{case['owner_area']}", path)
    return seen


async def notices_of(stack: WholeStack, incident: str) -> list[dict[str, Any]]:
    case = await case_of(stack, incident)
    path, area = "/v1/notices", f"la-{case['owner_area']}"
    answer = await stack.ask("panel_notification", area, path, case=case["case_id"])
    return list(answer["notices"])
