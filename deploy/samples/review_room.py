"""The partners at the review of a case: each speaks through its own system."""

import asyncio
import json
import time
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import httpx

from deploy.samples.settings import SampleSettings
from deploy.samples.signed_http import Declined, SignedClient
from shared.reference.directory import partners_of

OPENING_SECONDS = 180.0
LOOK_AGAIN_SECONDS = 0.5
TRIES = 5
_STALE = 412
_NOT_YET = frozenset({"case_not_found", "review_not_opened"})
_SYSTEMS = {"LA": "la-cases", "HEALTH": "icb-casework", "POLICE": "police-records"}


class ReviewRoom:
    """Of the areas whose partners have a system among the samples."""

    def __init__(self, settings: SampleSettings, client: httpx.AsyncClient) -> None:
        self._clients = {
            seat: SignedClient(
                client,
                settings.timer_url,
                "rapid_review_timer",
                system,
                settings.secrets_dir / f"{system}.jwk",
            )
            for seat, system in _SYSTEMS.items()
        }

    async def review(self, case_id: UUID, area: str, on: date) -> dict[str, Any]:
        """As the authority sees it, once the Panel was told. Raises Declined if it never is."""
        give_up = time.monotonic() + OPENING_SECONDS
        organisation = _bodies(area, on)["LA"]
        while True:
            try:
                seen: dict[str, Any] = await self._clients["LA"].get(organisation, _path(case_id))
                return seen
            except Declined as refusal:
                if refusal.code not in _NOT_YET or time.monotonic() > give_up:
                    raise
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def says(
        self,
        seat: str,
        case_id: UUID,
        area: str,
        path: str,
        body: Mapping[str, Any],
        *,
        on: date,
        key: str,
    ) -> None:
        """`seat`: LA, HEALTH or POLICE. On the version just seen; the same key again changes
        nothing."""
        for tries_left in reversed(range(TRIES)):
            version = (await self.review(case_id, area, on))["version"]
            headers = {"Idempotency-Key": key, "If-Match": f'"{version}"'}
            try:
                await self._clients[seat].post(
                    _bodies(area, on)[seat],
                    f"{_path(case_id)}/{path}",
                    json.dumps(body),
                    headers=headers,
                )
                return
            except Declined as refusal:
                if refusal.status != _STALE or not tries_left:
                    raise


def _bodies(area: str, on: date) -> dict[str, str]:
    return {seat.kind: seat.organisation for seat in partners_of(area, on)}


def _path(case_id: UUID) -> str:
    return f"/v1/cases/{case_id}/review"
