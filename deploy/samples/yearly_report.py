"""The yearly report of one sample area's partners: it belongs to no case."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import httpx

from deploy.samples.incidents import LIVERPOOL
from deploy.samples.settings import SampleSettings
from deploy.samples.signed_http import Declined, SignedClient
from shared.calendar.london import london_date
from shared.reference.directory import area, la_of

SYSTEM, AREA = "la-cases", LIVERPOOL
ADDRESS = "https://partnership.example/yearly-report"
PUBLISHED_DAYS_AGO = 3


async def record_yearly_report(
    settings: SampleSettings, client: httpx.AsyncClient, say: Callable[[str], None]
) -> None:
    """Once for each year that is reported on. Raises Declined."""
    key_file = settings.secrets_dir / f"{SYSTEM}.jwk"
    timer = SignedClient(client, settings.timer_url, "rapid_review_timer", SYSTEM, key_file)
    today = london_date(datetime.now(UTC))
    body = yearly_report(today)
    already = ""
    try:
        await timer.post(
            la_of(AREA),
            f"/v1/areas/{AREA}/yearly-reports",
            json.dumps(body),
            headers={"Idempotency-Key": str(uuid5(NAMESPACE_URL, json.dumps(body)))},
        )
    except Declined as refusal:
        if refusal.code != "already_recorded":
            raise
        already = ", as before"
    year = f"the year to {body['period_to']}"
    say(f"{area(AREA, today).name}: yearly report on {year}, copies to be sent{already}")


def yearly_report(today: date) -> dict[str, Any]:
    """On the year to the last 31 March, published a few days ago."""
    published = today - timedelta(days=PUBLISHED_DAYS_AGO)
    year = published.year if published > date(published.year, 3, 31) else published.year - 1
    return {
        "period_from": date(year - 1, 4, 1).isoformat(),
        "period_to": date(year, 3, 31).isoformat(),
        "published_on": published.isoformat(),
        "address": ADDRESS,
    }
