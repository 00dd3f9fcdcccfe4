"""What the watcher reads when nothing is due does not grow with what is open."""

import json
from typing import Any

from services.rapid_review_timer.firing_store import CASES_DUE
from tests.benchmarks.many_cases import ELSEWHERE, RUNNING, copy, tell
from tests.conftest import superuser_connection
from tests.services.rapid_review_timer.case_told import at
from tests.services.rapid_review_timer.conftest import Timer
from tests.support.local_stack import Infrastructure

BEFORE_ANYTHING_IS_DUE = at("2019-05-06")
SMALL, LARGE = 250, 5_000
"""Cases, of which each has four open deadlines."""
FEW_PAGES = 6


async def plan_of(connection: Any) -> dict[str, Any]:
    found = await connection.fetchval(
        "explain (analyze, buffers, format json) " + CASES_DUE, BEFORE_ANYTHING_IS_DUE, 1, []
    )
    plan: dict[str, Any] = json.loads(found)[0]["Plan"]
    return plan


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


async def test_an_idle_look_reads_a_few_pages_of_the_small_index_however_much_is_open(
    timer: Timer, infrastructure: Infrastructure
) -> None:
    (row,) = await timer.rows("select current_database() as name")
    admin = await superuser_connection(infrastructure, row["name"])
    try:
        await tell(timer.store, admin, ELSEWHERE)
        pages = []
        for cases in (SMALL, LARGE):
            await copy(admin, ELSEWHERE, cases, only_running=True)
            plan = await plan_of(admin)
            assert [n.get("Index Name") for n in nodes(plan) if "Scan" in n["Node Type"]] == [
                "deadline_to_fire"
            ]
            assert plan["Actual Rows"] == 0
            pages.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
        open_ = await admin.fetchval("select count(*) from deadline where next_at is not null")
        assert open_ == (SMALL + LARGE) * RUNNING
        assert max(pages) <= FEW_PAGES, pages
    finally:
        await admin.close()
