"""Opens a service's store with its runtime role and its keys."""

from shared.messaging.clock import StoreClock
from shared.messaging.settable_clock import SETTABLE, clock_of
from shared.messaging.store import Store, open_pool
from shared.sealing.envelope import Keyring, key_from_text
from shared.settings import ServiceSettings
from shared.telemetry.logging import mark_logs


async def open_store(settings: ServiceSettings, service: str) -> Store:
    """Raises OSError or an asyncpg error when the store cannot be reached, and ClockRefused."""
    clock = clock_of(settings.stack, settings.clock_file)
    if settings.stack in SETTABLE:
        mark_logs(settings.stack)
    pool = await open_pool(
        host=settings.database_host,
        port=settings.database_port,
        database=settings.database_name,
        user=settings.database_user,
        password=settings.database_password.get_secret_value(),
    )
    key = key_from_text(settings.key_encryption_key.get_secret_value())
    return Store(
        pool,
        service,
        Keyring(key, kek_id=f"{service}.1"),
        clock,
        token_clock=StoreClock(),
        synthetic=settings.stack in SETTABLE,
    )
