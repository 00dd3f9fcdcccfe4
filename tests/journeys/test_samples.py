"""The sample incidents from the reporters' front doors to the Panel told and the clocks running."""

import json
from collections import Counter
from uuid import UUID

import httpx
import psutil
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.samples.incidents import BARNET, KNOWSLEY, LIVERPOOL, SEFTON, ST_HELENS, WIRRAL
from tests.journeys.sample_cases import AREAS, cases_of, notices_of
from tests.support.as_described import document
from tests.support.waiting import eventually
from tests.support.whole_stack import WholeStack, until

SERVICES = {"intake", "rapid_review_timer", "panel_notification", "reporting"}


async def reported_by_three(stack: WholeStack) -> tuple[str, list[str]]:
    """The surviving case of the incident with three reporters, and those linked to it."""
    cases = await cases_of(stack, LIVERPOOL)
    (survivor,) = {case["survivor"] for case in cases if case["survivor"]}
    return survivor, [case["case_id"] for case in cases if case["survivor"] == survivor]


async def records(stack: WholeStack, user: str, topic: str) -> list[tuple[dict[str, str], bytes]]:
    """Headers and value of everything on a topic."""
    consumer = AIOKafkaConsumer(**stack.kafka(user).aiokafka())
    await consumer.start()
    found: list[tuple[dict[str, str], bytes]] = []
    try:
        partitions = [TopicPartition(topic, number) for number in range(3)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(partitions)

        async def read() -> bool:
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                for record in batch:
                    headers = {name: (value or b"").decode() for name, value in record.headers}
                    found.append((headers, record.value))
            return all([await consumer.position(p) >= ends[p] for p in partitions])

        await eventually(read, f"{topic} read to its end")
    finally:
        await consumer.stop()
    return found


async def test_p01_three_reporters_get_three_acknowledgements_and_there_is_one_case(
    stack: WholeStack,
) -> None:
    survivor, losers = await reported_by_three(stack)
    assert len(losers) == 2
    cases = {case["case_id"]: case for case in await cases_of(stack, LIVERPOOL)}
    organisations = {
        report["organisation"] for one in (survivor, *losers) for report in cases[one]["reports"]
    }
    assert organisations == {"police-merseyside", "trust-northbank", "la-E08000012"}
    assert [cases[loser]["stage"] for loser in losers] == ["merged", "merged"]
    bus = await records(stack, "police-records", "replies.police-records")
    bus += await records(stack, "health-incidents", "replies.health-incidents")
    acknowledged = {
        json.loads(value)["receipt_id"]
        for headers, value in bus
        if "report.acknowledged" in headers["ce_type"]
    }
    assert len(acknowledged) == 11, "two of this incident and nine of others came by the bus"
    receipts = await stack.rows(
        "intake",
        "select receipt_id from report where case_id = any($1::uuid[])",
        [UUID(one) for one in (survivor, *losers)],
    )
    assert len(receipts) == 3


async def test_p01_three_reports_run_one_notification_clock_and_notify_once(
    stack: WholeStack,
) -> None:
    survivor, losers = await reported_by_three(stack)
    clocks = await stack.ask(
        "rapid_review_timer", f"la-{LIVERPOOL}", f"/v1/cases/{survivor}/deadlines"
    )
    states = Counter((clock["rule"], clock["state"]) for clock in clocks["deadlines"])
    assert states["DL01", "met"] == 1
    assert states["DL07", "running"] == 1
    assert all(count == 1 for count in states.values()), states
    kept = await stack.rows(
        "rapid_review_timer",
        "select state from deadline where case_id = any($1::uuid[])",
        [UUID(loser) for loser in losers],
    )
    assert {row["state"] for row in kept} == {"cancelled"}
    notified = [
        headers["ce_subject"]
        for headers, _ in await records(stack, "reporting", "incident.notified")
    ]
    group = {f"case/{one}" for one in (survivor, *losers)}
    assert [subject for subject in notified if subject in group] == [f"case/{survivor}"]


async def test_a_case_is_one_trace_over_four_services_with_one_root_and_no_orphan(
    stack: WholeStack,
) -> None:
    survivor, losers = await reported_by_three(stack)
    spans = await until(
        lambda: stack.spans(survivor.replace("-", "")),
        lambda found: {span["localEndpoint"]["serviceName"] for span in found} >= SERVICES,
        "spans of all four services",
    )
    ids = {span["id"] for span in spans}
    roots = [span["name"] for span in spans if "parentId" not in span]
    orphans = [span["name"] for span in spans if span.get("parentId", span["id"]) not in ids]
    assert (roots, orphans) == (["case opened"], [])
    for loser in losers:
        linked = await until(
            lambda loser=loser: stack.spans(loser.replace("-", "")),
            lambda found: any(
                survivor.replace("-", "") in str(span.get("tags", {})) for span in found
            ),
            "the loser's trace links to the survivor's",
        )
        assert [s["name"] for s in linked if "parentId" not in s] == ["case opened"]


async def test_each_sample_ends_where_it_should(stack: WholeStack) -> None:
    stages = {
        area: Counter(case["stage"] for case in await cases_of(stack, area)) for area in AREAS
    }
    assert stages == {
        KNOWSLEY: {"triage": 1, "rapid_review": 1, "closed": 1},
        LIVERPOOL: {"rapid_review": 3, "merged": 2},
        ST_HELENS: {"rapid_review": 1, "closed": 1},
        SEFTON: {"rr_submitted": 1, "merged": 1, "withdrawn": 1, "rapid_review": 1},
        WIRRAL: {"closed": 1, "rapid_review": 2},
        BARNET: {"rapid_review": 1, "not_notifiable": 1},
    }


async def test_a_late_notification_is_late_and_says_by_how_much_and_why(
    stack: WholeStack,
) -> None:
    (late,) = [c for c in await cases_of(stack, BARNET) if c["stage"] == "rapid_review"]
    clocks = await stack.ask(
        "rapid_review_timer", f"la-{BARNET}", f"/v1/cases/{late['case_id']}/deadlines"
    )
    (notify,) = [clock for clock in clocks["deadlines"] if clock["rule"] == "DL01"]
    assert (notify["on_time"], notify["working_days_late"]) == (False, 4)
    journey = await stack.ask("reporting", f"la-{BARNET}", f"/v1/cases/{late['case_id']}/journey")
    assert journey["decision"]["late_reason"]


async def test_partners_of_the_other_area_are_told_of_a_child_harmed_away_from_home(
    stack: WholeStack,
) -> None:
    notices = await notices_of(stack, "away_from_home")
    away = [row for row in notices if row["limit_rule"] == "DL03"]
    assert {(row["recipient"], row["area"]) for row in away} == {
        ("la-E08000015", WIRRAL),
        ("icb-QYG", WIRRAL),
        ("police-merseyside", WIRRAL),
    }


async def test_the_malformed_record_is_answered_with_codes_and_kept(stack: WholeStack) -> None:
    answers = await records(stack, "health-incidents", "replies.health-incidents")
    (refused,) = [value for headers, value in answers if "report.refused" in headers["ce_type"]]
    assert b'"reason":"not_valid"' in refused
    assert b'"held_for_a_person":true' in refused
    kept = await stack.rows("intake", "select reason, status from quarantine")
    assert kept == [{"reason": "not_valid", "status": "open"}]


async def test_nothing_is_left_waiting_in_any_service(stack: WholeStack) -> None:
    for service in SERVICES:
        (left,) = await stack.rows(
            service,
            """select (select count(*) from outbox where published_at is null) as unpublished,
                      (select count(*) from parked) as parked""",
        )
        assert left == {"unpublished": 0, "parked": 0}, service
    held = await stack.rows("reporting", "select reason from quarantine")
    assert held == []


def test_status_tells_each_component_and_everything_listens_on_loopback_only(
    stack: WholeStack,
) -> None:
    status = {component["name"]: component for component in stack.status()}
    assert status.keys() >= SERVICES
    assert all(component["ready"] for component in status.values()), status
    pids = {component["pid"] for component in status.values()}
    family = [p for pid in pids for p in (psutil.Process(pid), *psutil.Process(pid).children(True))]
    listening = {
        connection.laddr.ip
        for process in family
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert {address.removeprefix("::ffff:") for address in listening} == {"127.0.0.1"}


async def test_operators_see_lag_parking_and_what_waits(stack: WholeStack) -> None:
    seen = {
        "vigil_consumer_lag",
        "vigil_parked",
        "vigil_outbox_unpublished",
        "vigil_outbox_oldest_seconds",
        "vigil_quarantine_open",
    }
    async with httpx.AsyncClient() as client:
        for service in sorted(SERVICES):
            url = stack.layout.url(service)
            metrics = (await client.get(f"{url}/metrics")).text
            named = {line.split("{")[0].split(" ")[0] for line in metrics.splitlines()}
            assert seen <= named, seen - named
            alive = await client.get(f"{url}/health/liveness")
            assert (alive.status_code, alive.json()["codes"]) == (200, [])


def test_logs_are_json_with_codes(stack: WholeStack) -> None:
    for service in SERVICES:
        for line in stack.layout.log(service).read_text().splitlines():
            said = json.loads(line)
            assert said["service"] == service
            assert {"event", "level", "timestamp"} <= said.keys()


async def test_each_service_tells_its_contracts(stack: WholeStack) -> None:
    async with httpx.AsyncClient() as client:
        for service in sorted(SERVICES):
            url = stack.layout.url(service)
            openapi = (await client.get(f"{url}/openapi.json")).json()
            asyncapi = (await client.get(f"{url}/asyncapi.json")).json()
            assert openapi == document(service)
            assert asyncapi["asyncapi"].startswith("3.")
