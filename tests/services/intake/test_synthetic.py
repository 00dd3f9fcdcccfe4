"""A synthetic sender: nobody is behind its cases, and no other case exists for it."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.operate import canary_case
from services.intake.front_door import FrontDoor
from services.intake.receive_report import Refused
from services.intake.summary_requests import SummaryRequests
from shared.contracts.catalogue import REPORT_SUBMITTED
from shared.contracts.sent_in import SENT_IN
from shared.contracts.wire import Record
from tests.contracts.sample_report import sample_body
from tests.services.intake.bus_door import attributes, kept, open_door, sender
from tests.services.intake.conftest import LIVERPOOL, Intake
from tests.support.local_stack import Infrastructure

CANARY, LA = "canary", "la-E08000012"
REPORTER = {
    "agency_type": "local_authority",
    "organisation": LA,
    "name": "Canary",
    "phone": "0151 496 0199",
}


def bearer(intake: Intake) -> dict[str, str]:
    return intake.systems.bearer(CANARY, LA, "intake")


async def its_cases(intake: Intake) -> list[dict[str, Any]]:
    answer = await intake.client.get(
        "/v1/cases", params={"area": LIVERPOOL}, headers=bearer(intake)
    )
    return list(answer.json()["cases"])


async def reported(intake: Intake) -> tuple[dict[str, Any], dict[str, Any]]:
    """A synthetic case and a real one about a child of the same name, number and day."""
    body = sample_body()
    assert (await intake.submit(CANARY, LA, body | {"reporter": REPORTER})).status_code == 202
    answer = await intake.submit("police-records", "police-merseyside", body)
    assert answer.status_code == 202, answer.text
    (synthetic,), (real,) = await its_cases(intake), await intake.cases(LIVERPOOL)
    return synthetic, real


async def decide(intake: Intake, case: dict[str, Any]) -> httpx.Response:
    return await intake.client.post(
        f"/v1/cases/{case['case_id']}/decisions",
        json=canary_case.decision(datetime.now(UTC)),
        headers=bearer(intake)
        | {"If-Match": f'"{case["version"]}"', "Idempotency-Key": str(uuid4())},
    )


async def flags(intake: Intake, case_id: str) -> set[str | None]:
    return {event["headers"].get("ce_synthetic") for event in await intake.events(case_id)}


async def test_everything_told_of_a_synthetic_case_says_so_and_nothing_else_does(
    intake: Intake,
) -> None:
    synthetic, real = await reported(intake)
    decided = await decide(intake, synthetic)
    assert decided.status_code == 201, decided.text
    assert (synthetic["synthetic"], real["synthetic"]) == (True, False)
    assert await flags(intake, synthetic["case_id"]) == {"true"}
    assert await flags(intake, real["case_id"]) == {None}


async def test_a_synthetic_case_is_in_no_list_of_its_authority(intake: Intake) -> None:
    synthetic, real = await reported(intake)
    listed = [case["case_id"] for case in await intake.cases(LIVERPOOL)]
    assert listed == [real["case_id"]]
    assert [case["case_id"] for case in await its_cases(intake)] == [synthetic["case_id"]]


async def test_a_real_child_is_no_candidate_for_a_synthetic_one_and_cannot_be_linked(
    intake: Intake,
) -> None:
    synthetic, real = await reported(intake)
    assert (synthetic["open_candidates"], real["open_candidates"]) == ([], [])
    answer = await intake.command(
        LIVERPOOL, real["case_id"], "links", {"loser": synthetic["case_id"]}
    )
    assert answer.status_code == 404


async def test_a_real_case_does_not_exist_for_a_synthetic_system(intake: Intake) -> None:
    """Though it speaks for the authority that owns the case."""
    _, real = await reported(intake)
    assert (await decide(intake, real)).status_code == 404
    seen = await intake.client.get(f"/v1/cases/{real['case_id']}", headers=bearer(intake))
    assert seen.status_code == 404


async def test_a_route_that_is_not_for_it_refuses_a_synthetic_system(intake: Intake) -> None:
    for path in ("/v1/transfers", f"/v1/reports/{uuid4()}", "/v1/sharing-decisions/due-for-review"):
        answer = await intake.client.get(path, headers=bearer(intake))
        assert (answer.status_code, answer.json()["type"]) == (
            403,
            "urn:vigil:problem:synthetic_system",
        ), path


@pytest.mark.parametrize("type_", sorted(SENT_IN.keys() - {REPORT_SUBMITTED}))
async def test_on_the_bus_a_synthetic_system_may_report_and_nothing_else(
    intake: Intake, type_: str
) -> None:
    """It speaks for the Panel: a reply of its would be one about a real review."""
    headers = dict(attributes(uuid4(), "panel", type_)) | {"ce_source": b"/org/panel/canary"}
    record = Record("ingress.canary", 0, 0, None, tuple(headers.items()), b"any")
    with pytest.raises(Refused, match="synthetic_system"):
        async with intake.store.transaction(uuid4(), "test") as tx:
            await FrontDoor(intake.desk).accept_in(tx, record)


async def test_a_synthetic_system_is_asked_for_nothing_about_a_real_case(intake: Intake) -> None:
    asking = SummaryRequests(intake.desk)
    async with intake.store.transaction(uuid4(), "test") as tx:
        assert asking.systems_of(LA, tx) == ["la-cases"]
        assert asking.systems_of(LA, tx, synthetic=True) == [CANARY]


async def test_a_record_that_calls_itself_synthetic_is_kept_for_a_person(
    infrastructure: Infrastructure, intake: Intake
) -> None:
    """There might be a child behind it: only the list of systems says that there is none."""
    async with open_door(infrastructure, intake), sender(infrastructure, intake) as police:
        headers = [*attributes(uuid4()), ("ce_synthetic", b"true")]
        await police.send(police.sealed(sample_body()), headers)
        (refused,) = await police.answers(1)
        assert await kept(intake) == ["synthetic_not_allowed"]
    assert refused["reason"] == "synthetic_not_allowed"
