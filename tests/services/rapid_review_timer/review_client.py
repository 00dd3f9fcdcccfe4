"""Partners of a review who speak to the timer over HTTP, on a real store."""

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey

from services.rapid_review_timer.http import deadline_routes
from services.rapid_review_timer.review_desk import Desk
from services.rapid_review_timer.review_http import review_routes
from services.rapid_review_timer.yearly_report_http import yearly_report_routes
from shared.reference.systems import SystemRegistry
from shared.web.problem import install_problem_handlers
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.review_told import (
    ALL_AIMS,
    HEALTH,
    LA,
    POLICE,
    SENT,
    TRUST,
)
from tests.services.rapid_review_timer.sample_cases import notifiable
from tests.support.as_described import as_described

AIMS: dict[str, Any] = ALL_AIMS.model_dump(mode="json", exclude_none=True)
ORGANISATIONS = (LA, POLICE, HEALTH, TRUST)


@dataclass
class Partners:
    """`says` sends a command, or without a body reads; before a command the review is read."""

    timer: Timer
    client: httpx.AsyncClient
    key: ECKey
    case: CaseTold

    async def says(
        self,
        path: str = "",
        body: dict[str, Any] | None = None,
        by: str = LA,
        *,
        version: str | None = None,
        once: str | None = None,
        about: CaseTold | None = None,
    ) -> httpx.Response:
        url = f"/v1/cases/{(about or self.case).case_id}/review{path and '/' + path}"
        headers = {"Authorization": self.token(by)}
        if body is None:
            return await self.client.get(url, headers=headers)
        seen = version or (await self.says(about=about)).headers.get("etag", '"0"')
        headers |= {"If-Match": seen, "Idempotency-Key": once or str(uuid4())}
        return await self.client.post(url, headers=headers, json=body)

    async def approve(self, *organisations: str) -> None:
        for organisation in organisations:
            body = {"answer": "approved", "content_version": 1}
            answer = await self.says("approvals", body, organisation)
            assert answer.status_code == 200, answer.text

    async def submit(self) -> None:
        await self.says("aims", AIMS)
        await self.approve(LA, POLICE, HEALTH)
        answer = await self.says("submission", {})
        assert answer.status_code == 200, answer.text

    def token(self, organisation: str) -> str:
        """For one request."""
        now = self.timer.clock.instant
        claims = {
            "iss": "partners",
            "sub": organisation,
            "aud": "rapid_review_timer",
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(seconds=120)).timestamp()),
            "jti": str(uuid4()),
        }
        return "Bearer " + jwt.encode({"alg": "ES256", "kid": "review-test"}, claims, self.key)


async def partners_of(timer: Timer, directory: Path) -> Partners:
    """Of a case notified on 11 June 2019, whose review is due on 2 July; it is the day after."""
    key = ECKey.generate_key("P-256", {"kid": "review-test", "alg": "ES256", "use": "sig"})
    row = {
        "system": "partners",
        "doors": ["http"],
        "organisations": [
            {"organisation": name, "from": "2018-01-01", "to": None} for name in ORGANISATIONS
        ],
        "keys": [key.as_dict(private=False)],
    }
    path = directory / "systems.json"
    path.write_text(json.dumps({"systems": [row]}))
    app = FastAPI()
    desk = Desk(timer.store, timer.tracing, b"k" * 32)
    systems = SystemRegistry(path)
    app.include_router(review_routes(desk, systems))
    app.include_router(yearly_report_routes(desk, systems))
    app.include_router(deadline_routes(timer.store, systems))
    install_problem_handlers(app)
    case = CaseTold()
    notifiable(case)
    case.notified(SENT)
    await timer.hears(*case.facts)
    timer.clock.instant = at("2019-06-12")
    transport = httpx.ASGITransport(app=app)
    client = httpx.AsyncClient(
        transport=transport,
        base_url="http://timer",
        event_hooks=as_described("rapid_review_timer"),
    )
    return Partners(timer, client, key, case)
