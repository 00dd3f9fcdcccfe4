"""A whole Vigil as a newcomer starts it, with the samples published and decided."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import httpx
import psutil

from deploy.local.children import child_environment
from deploy.local.layout import Layout
from deploy.samples.signed_http import SignedClient
from shared.messaging.security import KafkaAccess

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 240
T = TypeVar("T")


@dataclass
class WholeStack:
    """`shown`: what the start printed."""

    layout: Layout
    shown: str = ""

    def command(
        self, *arguments: str, within: float = START_SECONDS
    ) -> subprocess.CompletedProcess[str]:
        """`python -m deploy.…` with this stack's DATA and PORT_BASE."""
        extra = {"DATA": str(self.layout.directory), "PORT_BASE": str(self.layout.port_base)}
        return subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=REPOSITORY,
            env=child_environment(extra),
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )

    def start(self) -> str:
        """What a newcomer sees."""
        result = self.command("deploy.local", "run", "--detach")
        assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
        return result.stdout

    def stop(self) -> None:
        result = self.command("deploy.local", "stop", within=60)
        assert result.returncode == 0, result.stdout + result.stderr

    def status(self) -> list[dict[str, Any]]:
        result = self.command("deploy.local", "status", "--json", within=60)
        found = json.loads(result.stdout)
        return list(found["components"] if isinstance(found, dict) else found)

    def processes(self) -> list[psutil.Process]:
        """Every process that knows this stack's DATA by its arguments or working files."""
        data = str(self.layout.directory)
        found = []
        for process in psutil.process_iter(["pid", "cmdline"]):
            try:
                environment = process.environ()
            except (psutil.AccessDenied, psutil.NoSuchProcess):
                environment = {}
            told = [*(process.info["cmdline"] or []), *environment.values()]
            if process.pid != os.getpid() and any(data in text for text in told):
                found.append(process)
        return found

    def kafka(self, user: str) -> KafkaAccess:
        directory = self.layout.secrets("systems" if "-" in user else user)
        name = f"{user}.kafka_password" if "-" in user else "vigil_kafka_password"
        return KafkaAccess(self.layout.address("kafka"), user, (directory / name).read_text())

    async def rows(self, service: str, sql: str, *arguments: object) -> list[dict[str, Any]]:
        """Rows of a service's store, read as its runtime role."""
        connection = await asyncpg.connect(
            host="127.0.0.1",
            port=self.layout.ports["postgres"],
            database=service,
            user=f"{service}_app",
            password=(self.layout.secrets(service) / "vigil_database_password").read_text(),
        )
        try:
            return [dict(row) for row in await connection.fetch(sql, *arguments)]
        finally:
            await connection.close()

    async def ask(self, service: str, organisation: str, path: str, **parameters: str) -> Any:
        """The JSON of a GET by the authority's own client."""
        key = self.layout.secrets("systems") / "la-cases.jwk"
        async with httpx.AsyncClient() as client:
            signed = SignedClient(client, self.layout.url(service), service, "la-cases", key)
            return await signed.get(organisation, path, **parameters)

    async def spans(self, trace_id: str) -> list[dict[str, Any]]:
        """A trace as the trace store's own API gives it."""
        address = f"{self.layout.url('traces')}/zipkin/api/v2/trace/{trace_id}"
        async with httpx.AsyncClient() as client:
            answer = await client.get(address, timeout=10)
        return list(answer.json()) if answer.status_code == 200 else []


def new_stack(directory: Path) -> WholeStack:
    return WholeStack(Layout(directory, _free_base()))


def _free_base() -> int:
    """A port base all of whose ports are free, below those the system gives to clients."""
    for base in range(21_000, 32_000, 200):
        if all(_is_free(port) for port in Layout(Path(), base).ports.values()):
            return base
    raise OSError("no free run of ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


async def until(ask: Callable[[], Any], holds: Callable[[Any], bool], what: str) -> Any:
    """Asks again until the answer holds; fails with `what` after 60 s."""
    answer = None
    for _ in range(300):
        answer = await ask()
        if holds(answer):
            return answer
        await asyncio.sleep(0.2)
    raise AssertionError(f"did not happen within 60 s: {what}; last answer {str(answer)[:500]}")
