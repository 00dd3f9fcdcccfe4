import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVER = """
import asyncio, os, sys, signal
import uvicorn
from shared.ending import await_signals, end_as_failed, exit_code

async def app(scope, receive, send):
    while True:
        said = await receive()
        if said["type"] == "lifespan.startup":
            asyncio.get_running_loop().call_later(0.1, end)
        await send({"type": said["type"] + ".complete"})
        if said["type"] == "lifespan.shutdown":
            return

def end():
    end_as_failed() if sys.argv[1] == "fails" else os.kill(os.getpid(), signal.SIGTERM)

await_signals()
config = uvicorn.Config(app, port=0, log_config=None, lifespan="on")
asyncio.run(uvicorn.Server(config).serve())
sys.exit(exit_code())
"""


@pytest.mark.parametrize(("way", "code"), [("asked", 0), ("fails", 1)])
def test_a_process_says_by_its_exit_code_whether_it_was_asked_to_end(way: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVER, way],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == code, (done.returncode, -signal.SIGTERM, done.stderr[-500:])
