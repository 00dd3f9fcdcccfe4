import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey

from services.rapid_review_timer.deadline import deadline_id_of
from services.rapid_review_timer.http import deadline_routes
from shared.messaging.facts import Fact
from shared.reference.systems import SystemRegistry
from shared.web.problem import install_problem_handlers
from tests.services.rapid_review_timer.case_told import LIVERPOOL, CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.sample_cases import AWARE, notifiable
from tests.support.as_described import as_described

OWNER, STRANGER = f"la-{LIVERPOOL}", "police-merseyside"
Headers = Callable[..., dict[str, str]]


@pytest.fixture(scope="module")
def key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "timer-test", "alg": "ES256", "use": "sig"})


@pytest.fixture
def systems(key: ECKey, tmp_path: Path) -> SystemRegistry:
    mandates = [
        {"organisation": name, "from": "2018-01-01", "to": None} for name in (OWNER, STRANGER)
    ]
    row = {
        "system": "la-cases",
        "doors": ["http"],
        "organisations": mandates,
        "keys": [key.as_dict(private=False)],
    }
    path = tmp_path / "systems.json"
    path.write_text(json.dumps({"systems": [row]}))
    return SystemRegistry(path)


@pytest.fixture
def speaking_for(key: ECKey, timer: Timer) -> Headers:
    def headers(organisation: str = OWNER, **changes: Any) -> dict[str, str]:
        now = timer.clock.instant
        claims = {
            "iss": "la-cases",
            "sub": organisation,
            "aud": "rapid_review_timer",
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(seconds=120)).timestamp()),
            "jti": str(uuid4()),
        }
        token = jwt.encode({"alg": "ES256", "kid": "timer-test"}, claims | changes, key)
        return {"Authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
async def client(timer: Timer, systems: SystemRegistry) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(deadline_routes(timer.store, systems))
    install_problem_handlers(app)
    transport = httpx.ASGITransport(app=app)
    hooks = as_described("rapid_review_timer")
    async with httpx.AsyncClient(
        transport=transport, base_url="http://timer", event_hooks=hooks
    ) as opened:
        yield opened


@pytest.fixture
async def case(timer: Timer) -> CaseTold:
    told = CaseTold()
    notifiable(told)
    told.notified(at("2019-06-11", "15:00"))
    await timer.hears(*told.facts)
    return told


def explanation_path(case_id: UUID, rule: str) -> str:
    return f"/v1/deadlines/{deadline_id_of(case_id, 1, rule)}/explanation"


async def test_the_owning_authority_reads_the_deadlines_of_its_case(
    client: httpx.AsyncClient, case: CaseTold, speaking_for: Headers
) -> None:
    answer = await client.get(f"/v1/cases/{case.case_id}/deadlines", headers=speaking_for())
    assert answer.status_code == 200
    found = {row["rule"]: row for row in answer.json()["deadlines"]}
    assert (found["DL01"]["state"], found["DL01"]["on_time"]) == ("met", True)
    assert found["DL07"]["due_date"] == "2019-07-02"
    assert found["DL07"]["alternatives"] == {"AWARE": "2019-06-26"}
    assert found["DL07"]["next_firing"] == "due_soon"


async def test_to_whoever_else_asks_the_case_does_not_exist(
    client: httpx.AsyncClient, case: CaseTold, speaking_for: Headers
) -> None:
    hidden = f"/v1/cases/{case.case_id}/deadlines"
    unknown = f"/v1/cases/{uuid4()}/deadlines"
    answers = [await client.get(path, headers=speaking_for(STRANGER)) for path in (hidden, unknown)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json()["type"] == answers[1].json()["type"]
    path = explanation_path(case.case_id, "DL01")
    assert (await client.get(path, headers=speaking_for(STRANGER))).status_code == 404


@pytest.mark.parametrize("path", ["/v1/calculation?rule=DL01&start=2019-04-05", "case"])
async def test_without_a_signed_token_nothing_is_answered(
    client: httpx.AsyncClient, case: CaseTold, path: str
) -> None:
    path = f"/v1/cases/{case.case_id}/deadlines" if path == "case" else path
    assert (await client.get(path)).status_code == 401


async def test_a_token_is_taken_once(
    client: httpx.AsyncClient, case: CaseTold, speaking_for: Headers
) -> None:
    path, headers = f"/v1/cases/{case.case_id}/deadlines", speaking_for()
    statuses = [(await client.get(path, headers=headers)).status_code for _ in range(2)]
    assert statuses == [200, 401]


async def test_asking_for_a_linked_case_gives_the_deadlines_of_its_survivor(
    timer: Timer, client: httpx.AsyncClient, case: CaseTold, speaking_for: Headers
) -> None:
    loser = CaseTold()
    loser.reported(AWARE)
    loser.linked(at("2019-06-12"), case.case_id)
    await timer.hears(*loser.facts)
    answer = await client.get(f"/v1/cases/{loser.case_id}/deadlines", headers=speaking_for())
    assert answer.json()["case_id"] == str(case.case_id)
    assert answer.json()["linked_from"] == str(loser.case_id)
    assert answer.json()["deadlines"]


async def explained(
    client: httpx.AsyncClient, case: CaseTold, rule: str, headers: dict[str, str]
) -> dict[str, Any]:
    answer = await client.get(explanation_path(case.case_id, rule), headers=headers)
    assert answer.status_code == 200
    return dict(answer.json())


async def test_an_explanation_names_rule_source_trigger_calendar_and_every_day(
    client: httpx.AsyncClient, case: CaseTold, speaking_for: Headers
) -> None:
    sent: Fact = case.told("panel_notification")[0]
    found = await explained(client, case, "DL07", speaking_for())
    assert found["trigger"]["event_id"] == str(sent.event_id)
    assert found["start_local_date"] == "2019-06-11"
    assert [row["day"] for row in found["ledger"]][-1] == "2019-07-02"
    assert sum(row["skipped_because"] is None for row in found["ledger"]) == 15
    assert found["citations"]
    assert found["deadline"]["calendar_version"].startswith("england-and-wales-")
    (other,) = found["alternatives"]
    assert (other["basis"], other["due_date"]) == ("AWARE", "2019-06-26")
    assert found["sentence"].startswith(
        "Complete the rapid review and send it to the Panel: due by the end of "
        "Tuesday 2 July 2019, 15 working days after Tuesday 11 June 2019"
    )


async def test_an_explanation_keeps_earlier_revisions_and_what_was_fired(
    timer: Timer, client: httpx.AsyncClient, case: CaseTold, speaking_for: Headers
) -> None:
    corrected = case.assessed(at("2019-06-13"), at("2019-06-03"))
    await timer.hears(corrected)
    timer.clock.instant = at("2019-07-03", "12:00")
    await timer.watcher().sweep()
    notify = await explained(client, case, "DL01", speaking_for())
    assert [row["due_date"] for row in notify["earlier_revisions"]] == ["2019-06-12"]
    assert notify["sentence"].endswith(
        "It was met late, on Tuesday 11 June 2019 (1 working day late)."
    )
    review = await explained(client, case, "DL07", speaking_for())
    assert [row["kind"] for row in review["firings"]] == ["overdue"]


@pytest.mark.parametrize(
    ("query", "due"),
    [
        ("rule=DL07&start=2019-04-05", "2019-04-30"),
        ("rule=DL01&start=2019-06-02T23:30:00Z", "2019-06-10"),
    ],
)
async def test_a_date_is_calculated_for_anybody_we_know(
    client: httpx.AsyncClient, speaking_for: Headers, query: str, due: str
) -> None:
    answer = await client.get(f"/v1/calculation?{query}", headers=speaking_for(STRANGER))
    assert (answer.status_code, answer.json()["due_date"]) == (200, due)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("rule=DL07&start=2029-04-05", 422, "CALENDAR_OUT_OF_RANGE"),
        ("rule=DL07&start=2017-04-05", 422, "rule_not_in_force"),
        ("rule=DL99&start=2019-04-05", 404, "unknown_rule"),
        ("rule=DL07&start=2019-04-05T10:00:00", 422, "NAIVE_INSTANT"),
        ("rule=DL07&start=tomorrow", 422, "not_a_date"),
        ("rule=DL07&start=0001-01-01T00:00:00%2B14:00", 422, "not_a_date"),
        ("rule=DL07", 422, "required"),
    ],
)
async def test_what_cannot_be_calculated_is_refused_with_a_code(
    client: httpx.AsyncClient, speaking_for: Headers, query: str, status: int, code: str
) -> None:
    answer = await client.get(f"/v1/calculation?{query}", headers=speaking_for())
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert [fault["code"] for fault in answer.json()["errors"]] == [code]
