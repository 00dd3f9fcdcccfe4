"""The region of the small Vigil: it is told every second, by a decision of the authority."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx

from deploy.samples.standing import standing_decision
from shared.contracts.sharing_codes import SharedTopic
from shared.reference.shared_regions import use_regions_file

REGION = "pan-merseyside"


@contextmanager
def told_every_second(directory: Path) -> Iterator[None]:
    release = {"every_seconds": 1}
    row = {"region": REGION, "from": "2018-06-29", "to": None, "release": release}
    file = directory / "regions.json"
    file.write_text(json.dumps({"shared": [row], "members": []}))
    use_regions_file(file)
    try:
        yield
    finally:
        use_regions_file(None)


async def let_the_region_hear(intake: httpx.AsyncClient, signed: Mapping[str, str]) -> None:
    """Of the stages of the authority's cases, and of nothing else."""
    answer = await intake.post(
        "/v1/sharing-decisions",
        json=standing_decision(SharedTopic.CASE_STAGE, datetime.now(UTC)),
        headers={**signed, "Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 201, answer.text
