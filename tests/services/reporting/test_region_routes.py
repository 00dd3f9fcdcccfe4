"""The owner of a case is told which one a reference stands for; everybody sees what waits."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.reporting.journey_store import StoredCases
from services.reporting.region_http import region_routes
from services.reporting.sessions import Sessions
from shared.contracts.sharing_codes import SharedTopic
from shared.messaging.clock import SetClock
from shared.reference.systems import SystemRegistry
from shared.web.page_token import OneTimeLinks
from tests.conftest import OpenStore
from tests.services.reporting.region_story import passed_on, told_to_a_region
from tests.services.reporting.region_world import LONDON, MERSEYSIDE, RegionWorld, regions
from tests.services.reporting.sample_events import CASE, LIVERPOOL, an_id, at
from tests.services.reporting.test_region_copies import BARNET
from tests.support.as_described import as_described
from tests.support.local_stack import Infrastructure
from tests.support.service_app import app_of
from tests.support.systems import Systems

PATH = "/v1/region-references/resolve"


class Desk:
    """A caller's own client, whose tokens are of the world's time."""

    def __init__(self, world: RegionWorld, client: httpx.AsyncClient, systems: Systems) -> None:
        self.world, self.client, self.systems = world, client, systems

    def signed(self, organisation: str) -> dict[str, str]:
        now = self.world.clock.instant
        times = {
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(seconds=60)).timestamp()),
        }
        system = "police-records" if organisation.startswith("police") else "la-cases"
        token = self.systems.token(system, organisation, "reporting", **times)
        return {"Authorization": f"Bearer {token}"}

    async def resolve(self, reference: object, organisation: str) -> httpx.Response:
        body = {"reference": str(reference)}
        return await self.client.post(PATH, json=body, headers=self.signed(organisation))

    async def held(self, organisation: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/v1/region-copies/held", headers=self.signed(organisation))
        assert answer.status_code == 200
        return list(answer.json()["held"])


@pytest.fixture
async def desk(
    infrastructure: Infrastructure, open_store: OpenStore, tmp_path: Path
) -> AsyncIterator[Desk]:
    clock = SetClock(datetime(2020, 1, 10, 9, tzinfo=UTC))
    systems = Systems(tmp_path)
    with regions(tmp_path):
        store = await open_store("reporting", clock=clock)
        world = RegionWorld(infrastructure, store, clock)
        sessions = Sessions(OneTimeLinks(b"p" * 32, "reporting"), 8104)
        routes = region_routes(store, StoredCases(store), SystemRegistry(systems.file), sessions)
        transport = httpx.ASGITransport(app_of(routes))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://reporting", event_hooks=as_described("reporting")
        ) as client:
            yield Desk(world, client, systems)


async def test_the_owner_resolves_a_reference_and_it_is_on_record(desk: Desk) -> None:
    await desk.world.hear(told_to_a_region().facts)
    await desk.world.decide(LIVERPOOL)
    await desk.world.batch()
    (row,) = await desk.world.rows(
        "select reference from region_copy where topic = 'incident.notified'"
    )
    answer = await desk.resolve(row["reference"], f"la-{LIVERPOOL}")
    assert answer.status_code == 200
    assert answer.json() == {
        "reference": str(row["reference"]),
        "region": MERSEYSIDE,
        "case_id": str(CASE),
        "cycle": 1,
        "action_id": None,
    }
    kept = "select actor, action, object from audit where action like 'region_reference.%'"
    assert await desk.world.rows(kept) == [
        {
            "actor": f"la-{LIVERPOOL}",
            "action": "region_reference.resolved",
            "object": str(row["reference"]),
        }
    ]


async def test_the_reference_of_an_action_leads_to_it(desk: Desk) -> None:
    await desk.world.hear(told_to_a_region().facts)
    await desk.world.decide(LIVERPOOL)
    await desk.world.batch()
    (row,) = await desk.world.rows(
        "select reference from region_copy where topic = 'learning.action' and state = 'told'"
    )
    answer = await desk.resolve(row["reference"], f"la-{LIVERPOOL}")
    assert answer.json()["action_id"] == str(an_id("action"))


@pytest.mark.parametrize("organisation", ["la-E08000015", "la-E09000003", "police-merseyside"])
async def test_for_anybody_else_a_reference_does_not_exist(desk: Desk, organisation: str) -> None:
    await desk.world.hear(told_to_a_region().facts)
    await desk.world.decide(LIVERPOOL)
    await desk.world.batch()
    (row,) = await desk.world.rows("select reference from region_copy where topic = 'review.due'")
    refused = await desk.resolve(row["reference"], organisation)
    unknown = await desk.resolve(uuid4(), organisation)
    assert refused.status_code == unknown.status_code == 404
    assert refused.json()["type"] == unknown.json()["type"] == "urn:vigil:problem:unknown_reference"
    asked = "select count(*) as n from audit where action = 'region_reference.not_resolved'"
    assert await desk.world.rows(asked) == [{"n": 2}]


async def test_after_a_transfer_the_new_owner_resolves_also_what_was_told_before(
    desk: Desk,
) -> None:
    story = told_to_a_region()
    await desk.world.hear(story.facts)
    await desk.world.decide(LIVERPOOL)
    await desk.world.batch()
    (row,) = await desk.world.rows("select reference from region_copy where topic = 'review.due'")
    moment = at(9, month=12)
    story.tell("intake", passed_on(moment, BARNET), moment)
    await desk.world.hear(story.facts[-1:])
    assert (await desk.resolve(row["reference"], f"la-{BARNET}")).status_code == 200
    assert (await desk.resolve(row["reference"], f"la-{LIVERPOOL}")).status_code == 404


async def test_a_reference_is_asked_for_in_the_right_form_and_with_a_token(desk: Desk) -> None:
    headers = desk.signed(f"la-{LIVERPOOL}")
    answer = await desk.client.post(PATH, json={"reference": "Sample Child One"}, headers=headers)
    assert answer.status_code == 422
    assert "Sample" not in answer.text
    answer = await desk.client.post(PATH, json={"reference": str(uuid4())})
    assert answer.status_code == 401


async def test_an_authority_sees_what_waits_for_its_decision_and_no_other(desk: Desk) -> None:
    await desk.world.hear(told_to_a_region().facts)
    await desk.world.decide(LIVERPOOL, *[t for t in SharedTopic if t is not SharedTopic.REVIEW_DUE])
    await desk.world.batch()
    (held,) = await desk.held(f"la-{LIVERPOOL}")
    assert held | {"since": ""} == {
        "region": MERSEYSIDE,
        "topic": "review.due",
        "area": LIVERPOOL,
        "because": "missing",
        "number": 1,
        "since": "",
    }
    assert await desk.held(f"la-{BARNET}") == []
    assert LONDON not in str(held)
