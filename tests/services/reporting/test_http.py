"""The routes for machines, over cases that are made from facts."""

import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey

from services.reporting.area_http import area_routes
from services.reporting.http import routes
from services.reporting.pages import local_path, pages
from services.reporting.readers import areas_it_follows
from services.reporting.sessions import Sessions
from shared.reference.systems import SystemRegistry
from shared.web.page_token import OneTimeLinks, issue_link_token
from shared.web.problem import install_problem_handlers
from tests.pages.served import CasesFromFacts
from tests.services.reporting.sample_case import notified_case
from tests.services.reporting.sample_events import CASE, MERGED, at
from tests.support.as_described import as_described

KEY = ECKey.generate_key("P-256", {"kid": "k1", "alg": "ES256", "use": "sig"})
ORGANISATIONS = ("police-merseyside", "police-metropolitan", "trust-northbank")
NOW = at(14)
PAGE_KEY = b"p" * 32


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(tmp_path, CasesFromFacts(NOW, notified_case().facts)) as opened:
        yield opened


@asynccontextmanager
async def client_of(directory: Path, cases: CasesFromFacts) -> AsyncIterator[httpx.AsyncClient]:
    """Of the routes and pages over these."""
    systems = directory / "systems.json"
    public = {k: v for k, v in KEY.as_dict(private=False).items() if k != "key_ops"}
    mandates = [{"organisation": name, "from": "2019-01-01", "to": None} for name in ORGANISATIONS]
    row = {"system": "police-records", "doors": ["http"], "organisations": mandates}
    systems.write_text(json.dumps({"systems": [row | {"keys": [public]}]}))
    app = FastAPI()
    install_problem_handlers(app)
    sessions, registry = (
        Sessions(OneTimeLinks(PAGE_KEY, "reporting"), 8104),
        SystemRegistry(systems),
    )
    app.include_router(routes(cases, registry, sessions))
    app.include_router(area_routes(cases, registry, sessions))
    app.include_router(pages(cases, sessions, ""))
    transport = httpx.ASGITransport(app)
    hooks = as_described("reporting")
    async with httpx.AsyncClient(
        transport=transport, base_url="http://reporting", event_hooks=hooks
    ) as opened:
        yield opened


def speaking_for(organisation: str, token_id: str = "") -> dict[str, str]:
    seconds = int(NOW.timestamp())
    claims: dict[str, object] = {
        "iss": "police-records",
        "sub": organisation,
        "aud": "reporting",
        "iat": seconds,
        "exp": seconds + 60,
        "jti": token_id or secrets.token_hex(8),
    }
    token = jwt.encode({"alg": "ES256", "kid": "k1"}, claims, KEY, algorithms=["ES256"])
    return {"authorization": f"Bearer {token}"}


async def test_a_partner_of_the_area_reads_the_journey(client: httpx.AsyncClient) -> None:
    path = f"/v1/cases/{CASE}/journey"
    answer = await client.get(path, headers=speaking_for("police-merseyside"))
    assert answer.status_code == 200
    journey = answer.json()
    assert journey["heading"]["stage"] == "notified"
    assert journey["clocks"][0]["due_date"] == "2019-06-12"
    assert journey["steps"][0]["at"]["utc"] == "2019-06-05T09:00:00Z"
    assert len(journey["told"]) == 6


async def test_a_merged_case_names_its_survivor(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/v1/cases/{MERGED}/journey", headers=session())
    assert answer.json()["heading"]["survivor"]["case_id"] == str(CASE)


@pytest.mark.parametrize("organisation", ["police-metropolitan", "trust-northbank"])
async def test_a_case_of_other_areas_does_not_exist_for_a_caller(
    client: httpx.AsyncClient, organisation: str
) -> None:
    path = f"/v1/cases/{CASE}/journey"
    answer = await client.get(path, headers=speaking_for(organisation))
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    listed = await client.get("/v1/cases", headers=speaking_for(organisation))
    assert listed.json()["cases"] == []


async def test_an_unknown_case_is_a_problem_document(client: httpx.AsyncClient) -> None:
    path = "/v1/cases/00000000-0000-4000-8000-000000000000/journey"
    answer = await client.get(path, headers=speaking_for("police-merseyside"))
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:vigil:problem:unknown_case"


async def test_nobody_reads_without_a_token_or_a_session(client: httpx.AsyncClient) -> None:
    for path in (f"/v1/cases/{CASE}/journey", "/v1/cases"):
        assert (await client.get(path)).status_code == 401
        forged = {"cookie": "vigil_reporting_8104=x.y"}
        assert (await client.get(path, headers=forged)).status_code == 401


async def test_a_token_is_good_once(client: httpx.AsyncClient) -> None:
    headers = speaking_for("police-merseyside", "once")
    assert (await client.get("/v1/cases", headers=headers)).status_code == 200
    assert (await client.get("/v1/cases", headers=headers)).status_code == 401


async def test_the_list_shows_what_tables_need(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/v1/cases", headers=speaking_for("police-merseyside"))).json()
    assert listed["total"] == 1
    row = listed["cases"][0]
    assert (row["case_id"], row["stage"], row["areas"][0]) == (str(CASE), "notified", "E08000012")
    assert (row["next_rule"], row["next_due"], row["overdue"]) == ("DL02", "2019-06-12", True)


async def test_an_unchanged_journey_is_not_sent_again(client: httpx.AsyncClient) -> None:
    path, cookie = f"/v1/cases/{CASE}/journey", session()
    first = await client.get(path, headers=cookie)
    again = await client.get(path, headers=cookie | {"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


async def test_the_routes_are_described(client: httpx.AsyncClient) -> None:
    described = (await client.get("/openapi.json")).json()
    answers = described["paths"]["/v1/cases/{case_id}/journey"]["get"]["responses"]
    schema = answers["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/Journey"}
    assert "application/problem+json" in answers["404"]["content"]


def test_partners_follow_their_areas_and_others_none() -> None:
    today = datetime(2026, 3, 2, tzinfo=UTC).date()
    assert "E08000012" in areas_it_follows("police-merseyside", today)
    assert areas_it_follows("la-E08000015", today) == ["E08000015"]
    assert areas_it_follows("trust-northbank", today) == []


def test_a_body_that_may_not_hold_the_seat_does_not_follow_the_area() -> None:
    buckinghamshire, today = "E06000060", datetime(2026, 11, 23, tzinfo=UTC).date()
    assert buckinghamshire in areas_it_follows("icb-S0E4D", today)
    assert buckinghamshire not in areas_it_follows("icb-S1Y5D", today)


@pytest.mark.parametrize(
    "to", ["//example.org", "https://example.org", "/\\example.org", "", "cases", "/a?b=c", "/a\n"]
)
def test_only_plain_local_paths_are_led_to(to: str) -> None:
    assert local_path(to) == "/cases"
    assert local_path(f"/cases/{CASE}") == f"/cases/{CASE}"


def session() -> dict[str, str]:
    links = OneTimeLinks(PAGE_KEY, "reporting")
    token = issue_link_token(PAGE_KEY, "reporting", NOW, timedelta(minutes=5))
    return {"cookie": f"vigil_reporting_8104={links.redeem(token, NOW)}"}
