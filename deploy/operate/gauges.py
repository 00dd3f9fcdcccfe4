"""What running services say of themselves at /metrics."""

import asyncio
import time
from collections.abc import Callable

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.operate.books import Books
from deploy.operate.estate import Estate

COMPARED = frozenset({"vigil_outbox_unpublished", "vigil_parked", "vigil_quarantine_open"})
ANSWER_SECONDS = 5.0
MEASURED_WITHIN, LOOK_AGAIN_SECONDS = 10.0, 0.5


async def read_measured_again(
    estate: Estate, books: Books, differs: Callable[[], bool], within: float = MEASURED_WITHIN
) -> None:
    """Of a system at rest: reads again while what is read `differs` from the stores. A service
    measures itself every two seconds, and says until then what was so before."""
    give_up = time.monotonic() + within
    while differs() and time.monotonic() < give_up:
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        books.empty("running")
        books.empty("gauge")
        await read_gauges(estate, books)


async def read_gauges(estate: Estate, books: Books) -> None:
    """A service that does not answer is left out and does not count as running."""
    async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as client:
        answers = await asyncio.gather(
            *(_ask(client, service, url) for service, url in estate.urls.items() if url)
        )
    for service, text in answers:
        if text is None:
            continue
        books.add("running", [(service,)])
        books.add(
            "gauge",
            [
                (service, sample.name, sample.value)
                for family in text_string_to_metric_families(text)
                for sample in family.samples
                if sample.name in COMPARED
            ],
        )


async def _ask(client: httpx.AsyncClient, service: str, url: str) -> tuple[str, str | None]:
    try:
        answer = await client.get(f"{url}/metrics")
    except httpx.HTTPError:
        return service, None
    return service, answer.text if answer.status_code == httpx.codes.OK else None
