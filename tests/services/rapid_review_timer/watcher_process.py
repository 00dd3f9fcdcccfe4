"""A watcher alone in a process: fires all that is due in one store, then ends.

Arguments: port, database, deadlines of a batch. Environment: VIGIL_TEST_PASSWORD, and VIGIL_CRASH
as any process.
"""

import asyncio
import os
import sys

from services.rapid_review_timer import watcher as watching
from services.rapid_review_timer.handlers import SERVICE
from services.rapid_review_timer.watcher import Watcher
from shared.messaging.store import Store, open_pool
from shared.sealing.envelope import Keyring
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing


async def main(port: int, database: str, batch: int) -> None:
    watching.BATCH = batch
    pool = await open_pool(
        host="127.0.0.1",
        port=port,
        database=database,
        user=f"{SERVICE}_app",
        password=os.environ["VIGIL_TEST_PASSWORD"],
    )
    store = Store(pool, SERVICE, Keyring(b"k" * 32, kek_id="test"))
    watcher = Watcher(store, Tracing(SERVICE, None), Metrics())
    while await watcher.sweep():
        pass
    await pool.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
