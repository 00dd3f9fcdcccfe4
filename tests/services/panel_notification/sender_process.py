"""A sender as a process of its own, to be killed: `python -m …sender_process` with addresses as
arguments and the password in a file."""

import asyncio
import sys
from pathlib import Path

from services.panel_notification.addressing import read_addressing
from services.panel_notification.channels.smtp import SmtpChannel
from services.panel_notification.notice_sender import NoticeSender
from shared.messaging.store import Store, open_pool
from shared.sealing.envelope import Keyring
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.services.panel_notification.told import post_by


async def run(port: int, database: str, password: str, smtp_port: int) -> None:
    pool = await open_pool(
        host="127.0.0.1",
        port=port,
        database=database,
        user="panel_notification_app",
        password=password,
    )
    store = Store(pool, "panel_notification", Keyring(b"k" * 32, kek_id="test"))
    post = post_by(read_addressing(), SmtpChannel("127.0.0.1", smtp_port, "vigil.example", 5, 5, 5))
    await NoticeSender(store, post, Tracing("panel_notification", None), Metrics()).run()


if __name__ == "__main__":
    secret = Path(sys.argv[3]).read_text().strip()
    asyncio.run(run(int(sys.argv[1]), sys.argv[2], secret, int(sys.argv[4])))
