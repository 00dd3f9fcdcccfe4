"""Partners who record the yearly reports of Liverpool over HTTP, on a real store."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from shared.contracts.area_record import area_record
from tests.services.rapid_review_timer.case_told import LIVERPOOL
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.review_client import Partners
from tests.services.rapid_review_timer.review_told import LA
from tests.services.rapid_review_timer.yearly_report_told import ADDRESS

RECORD = area_record(LIVERPOOL)
REPORT = {
    "period_from": "2018-04-01",
    "period_to": "2019-03-31",
    "published_on": "2019-06-10",
    "address": ADDRESS,
}
ERROR = {"reason": "recorded_in_error", "explanation": "INVENTED-WORDS"}


@dataclass
class Area:
    """Partners of Liverpool on 12 June 2019."""

    timer: Timer
    partners: Partners

    async def says(
        self,
        body: Mapping[str, Any] | None = None,
        *,
        path: str = "",
        by: str = LA,
        once: str | None = None,
        code: str = LIVERPOOL,
    ) -> httpx.Response:
        """Without a body: reads."""
        url = f"/v1/areas/{code}/yearly-reports{path}"
        headers = {"Authorization": self.partners.token(by)}
        if body is None:
            return await self.partners.client.get(url, headers=headers)
        headers["Idempotency-Key"] = once or str(uuid4())
        return await self.partners.client.post(url, headers=headers, json=dict(body))

    async def explanation(self, deadline_id: str, *, by: str = LA) -> httpx.Response:
        url = f"/v1/deadlines/{deadline_id}/explanation"
        headers = {"Authorization": self.partners.token(by)}
        return await self.partners.client.get(url, headers=headers)
