"""A durable Postgres and a Kafka for a benchmark, and what is measured over them."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from services.intake.desk import Desk
from services.intake.receive_report import accept, cause_of, submission_of
from shared.messaging.store import Store, Tx, open_pool
from shared.reference.systems import SystemRegistry
from shared.sealing.blind_index import BlindIndex
from shared.sealing.envelope import Keyring
from shared.sealing.ingress import IngressKeys, new_private_key
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.contracts.sample_report import sample_body
from tests.support.local_stack import Infrastructure
from tests.support.systems import Systems

SYSTEM, ORGANISATION = "police-records", "police-merseyside"


@asynccontextmanager
async def opened(
    infrastructure: Infrastructure, service: str, database: str = ""
) -> AsyncIterator[Store]:
    """A service's store: its own database, or that of another name."""
    pool = await open_pool(
        host=infrastructure.postgres_host,
        port=infrastructure.postgres_port,
        database=database or service,
        user=f"{service}_app",
        password=infrastructure.database_password(service),
        size=10,
    )
    try:
        yield Store(pool, service, Keyring(b"k" * 32, kek_id="benchmark"))
    finally:
        await pool.close()


def desk_over(store: Store, directory: Path) -> Desk:
    return Desk(
        store=store,
        tracing=Tracing("intake", None),
        metrics=Metrics(),
        registry=SystemRegistry(Systems(directory).file),
        blind_index=BlindIndex(b"i" * 32),
        ingress_keys=IngressKeys([new_private_key("benchmark")]),
        fingerprint_key=hashlib.sha256(b"benchmark").digest(),
    )


def another_child(number: int) -> dict[str, Any]:
    """A report that no other one may be a duplicate of."""
    born = f"20{10 + number % 14}-{1 + number // 14 % 12:02d}-{1 + number // 168 % 28:02d}"
    surname = "".join(chr(97 + (number // 26**place) % 26) for place in range(5))
    return sample_body(
        {
            "children.0.surname": f"Sample {surname}",
            "children.0.forenames": f"Invented {surname[::-1]}",
            "children.0.date_of_birth": born,
        },
        without="children.0.nhs_number",
    )


async def accept_in(desk: Desk, tx: Tx, content: dict[str, Any], sender_id: UUID) -> None:
    submission = submission_of(
        desk,
        content,
        system=SYSTEM,
        organisation=ORGANISATION,
        sender_report_id=sender_id,
        door="http",
        traceparent=None,
    )
    await accept(desk, tx, submission, content)


async def accept_one(desk: Desk, content: dict[str, Any]) -> None:
    """As a door does it, in one transaction."""
    sender_id = uuid4()
    cause = cause_of(ORGANISATION, sender_id)
    async with desk.store.transaction(cause, f"system:{SYSTEM}") as tx:
        await accept_in(desk, tx, content, sender_id)
