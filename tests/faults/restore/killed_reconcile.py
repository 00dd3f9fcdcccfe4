"""`reconcile` killed while it works, and what a store looks like after that."""

import asyncio
import signal
import subprocess
import sys

from tests.conftest import REPOSITORY
from tests.faults.restore.restored import PERSON, Estate
from tests.support.waiting import eventually

TAKEN_BACK = "select count(*) from audit where action = 'event.taken_back'"
APPLIED = "select count(*) from inbox"
SETTLED = {
    "intake": "select count(*) from outbox where type = 'uk.vigil.report.requested.v1'",
    "rapid_review_timer": "select count(*) from firing",
    "panel_notification": "select count(*) from audit where action = 'notice.told_before'",
}
"""What grows while a service settles its own state; reporting has none that it told anybody of."""


def places(service: str) -> list[str]:
    """Numbers that grow one after the other while a service is reconciled."""
    told = [TAKEN_BACK] if service in SETTLED else []
    return [*told, APPLIED, *([SETTLED[service]] if service in SETTLED else [])]


async def killed_when_grown(estate: Estate, service: str, number: str) -> None:
    """Begins it, kills it by its id as soon as that number is larger, and returns when the store
    has noticed that nobody holds its locks any more."""
    before = await estate.four.value(service, number)
    begun = await asyncio.to_thread(_begun, estate, service)
    try:

        async def grown() -> bool:
            assert begun.poll() is None, f"{service}: it ended before `{number}` had grown"
            return bool(await estate.four.value(service, number) > before)

        await eventually(grown, f"{service}: {number} grows", within=120)
    finally:
        begun.kill()
        ended = await asyncio.to_thread(begun.wait)
    assert ended == -signal.SIGKILL, f"{service}: it was through before it was killed"
    await eventually(lambda: _nobody_locks(estate, service), "nobody holds a lock")


def _begun(estate: Estate, service: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", f"services.{service}", "reconcile", "--json", *PERSON],
        cwd=REPOSITORY,
        env={"PATH": "/usr/bin:/bin", **estate.four.processes.environment_of(service)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def _nobody_locks(estate: Estate, service: str) -> bool:
    held = await estate.four.value(
        service,
        """select count(*) from pg_locks join pg_database d on d.oid = database
           where locktype = 'advisory' and datname = current_database()""",
    )
    return bool(held == 0)
