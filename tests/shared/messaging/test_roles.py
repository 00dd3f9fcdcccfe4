"""What the running service may do in its store, tried as its runtime role."""

import asyncpg
import pytest

from shared.contracts.catalogue import SERVICES
from tests.conftest import OpenStore
from tests.support.local_stack import Infrastructure

FORBIDDEN = {
    "change an audit row": "update audit set actor = 'nobody'",
    "remove an audit row": "delete from audit",
    "forget an applied event": "delete from inbox",
    "change an applied event": "update inbox set outcome = 'discarded'",
    "remove an event not yet published": "delete from outbox",
    "remove what is in quarantine": "delete from quarantine",
    "make a table": "create table extra (id int)",
    "drop a table": "drop table outbox",
    "lift its own limits": "alter role current_user superuser",
}


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("what", FORBIDDEN)
async def test_the_runtime_role_may_not(open_store: OpenStore, service: str, what: str) -> None:
    store = await open_store(service)
    async with store.reading() as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(FORBIDDEN[what])


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_cannot_open_the_store_of_another(
    infrastructure: Infrastructure, service: str
) -> None:
    for other in SERVICES:
        if other == service:
            continue
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(
                host=infrastructure.postgres_host,
                port=infrastructure.postgres_port,
                database=other,
                user=f"{service}_app",
                password=infrastructure.database_password(service),
            )
