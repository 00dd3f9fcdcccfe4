"""The standing decisions of the sample authorities: each lets its region hear by every topic."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from deploy.samples.settings import SampleSettings
from deploy.samples.signed_http import SignedClient
from shared.calendar.london import london_date
from shared.contracts.region_topics import subscriber_of
from shared.contracts.sharing_codes import SharedTopic, SharingRule
from shared.reference.directory import la_of

SYSTEM, REGION = "la-cases", "pan-merseyside"
AREAS = ("E08000011", "E08000012", "E08000013", "E08000014", "E08000015")
HOLDS = timedelta(days=365)
LOOKED_AT_AGAIN = timedelta(days=182)


async def decide_standing(settings: SampleSettings, client: httpx.AsyncClient) -> int:
    """How many were missing. One that is there, whatever it says, stays. Raises Declined."""
    key_file = settings.secrets_dir / f"{SYSTEM}.jwk"
    intake = SignedClient(client, settings.intake_url, "intake", SYSTEM, key_file)
    async with asyncio.TaskGroup() as tasks:
        made = [tasks.create_task(_of_area(intake, la_of(area))) for area in AREAS]
    return sum(task.result() for task in made)


async def _of_area(intake: SignedClient, authority: str) -> int:
    made = 0
    for topic in SharedTopic:
        asked = {"region": REGION, "topic": topic.value, "recipient": subscriber_of(REGION)}
        rests = await intake.get(authority, "/v1/sharing-decisions/standing", **asked)
        if rests["because"] == "missing":
            body = json.dumps(standing_decision(topic, datetime.now(UTC)))
            headers = {"Idempotency-Key": str(uuid4())}
            await intake.post(authority, "/v1/sharing-decisions", body, headers=headers)
            made += 1
    return made


def standing_decision(topic: SharedTopic, now: datetime) -> dict[str, Any]:
    today = london_date(now)
    return {
        "standing": {
            "topic": topic.value,
            "region": REGION,
            "expires_on": (today + HOLDS).isoformat(),
        },
        "decided_at": now.isoformat(),
        "decided_by": {"name": "Sample Head of Service", "role": "Head of safeguarding"},
        "decision": "share",
        "recipient": {"organisation": subscriber_of(REGION), "role": "other"},
        "information": "Invented sample. What the region's topic carries, and nothing else.",
        "data_categories": ["case_status"],
        "purpose": "Invented sample. To see what is under way across the region.",
        "reasons": "Invented sample. The partners of the region work together.",
        "lawful_basis": "public_task",
        "consent": {"sought": False, "not_sought_reason": "prejudices_investigation"},
        "subject_informed": {"informed": True},
        "rules": {rule.value: {"followed": True} for rule in SharingRule},
        "security_method": "shared_system",
        "retention_until": (today + HOLDS).isoformat(),
        "review_on": (today + LOOKED_AT_AGAIN).isoformat(),
    }
