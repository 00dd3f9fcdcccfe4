"""A provider on loopback that speaks real HTTP and keeps a ledger of its own of what it accepted.

It stands for GOV.UK Notify (`/v2/notifications…`) and for a recipient's own system (`/hook`). What
it is told to do wrong it does wrong: before it accepts, or after, when nobody hears of it.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from joserfc import jws
from joserfc.jwk import ECKey

from services.panel_notification.channels.signed_request import RECEIPT_HEADER, SIGNATURE_HEADER

Head = dict[str, str]
LATER = {"Retry-After": "120"}
REFUSALS: dict[str, tuple[int, Head]] = {
    "busy": (503, {}),
    "too_many": (429, LATER),
    "not_us": (403, {}),
    "bad": (400, {}),
}
LOST_AFTER = ("500_after", "cut_after", "hang_after")


@dataclass
class StubProvider:
    """`fault` is one of REFUSALS, of LOST_AFTER, `hang` (before anything) or empty. `ledger` holds
    the key of every message that it accepted, as often as it did."""

    port: int = 0
    fault: str = ""
    signs: bool = True
    ledger: list[str] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    statuses: dict[str, str] = field(default_factory=dict)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    key: ECKey = field(
        default_factory=lambda: ECKey.generate_key("P-256", {"kid": "recipient-1"}, private=True)
    )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def hook(self) -> str:
        return f"{self.url}/hook"

    def accepted(self) -> Counter[str]:
        return Counter(self.ledger)

    def public_key(self) -> dict[str, Any]:
        public = self.key.as_dict(private=False)
        chosen = {name: public[name] for name in ("kty", "crv", "x", "y")}
        return chosen | {"kid": "recipient-1", "alg": "ES256", "use": "sig"}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = (await reader.readline()).decode().split(" ", 2)
        if first == [""]:
            return
        method, target, _ = first
        headers: Head = {}
        while line := (await reader.readline()).decode().strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.requests.append((method, target))
        if self.fault == "hang":
            await self.released.wait()
            return
        if self.fault in REFUSALS and (method == "POST" or self.fault != "bad"):
            status, more = REFUSALS[self.fault]
            _write(writer, status, {"errors": [{"error": "Refused", "message": "no"}]}, more)
            return
        if method == "GET":
            _write(writer, *self._looked_up(target, headers))
            return
        key = self._take(target, headers, body)
        if self.fault == "hang_after":
            await self.released.wait()
        elif self.fault == "500_after":
            _write(writer, 500, {"errors": []}, {})
        elif self.fault != "cut_after":
            said = {"id": self._id_of(key), "reference": key}
            _write(writer, 201, said, self._receipt(key, headers))

    def _take(self, target: str, headers: Head, body: bytes) -> str:
        key = headers.get("idempotency-key") or str(json.loads(body)["reference"])
        self.ledger.append(key)
        self.bodies.append(body)
        self.statuses[key] = "created"
        if signature := headers.get(SIGNATURE_HEADER.lower()):
            self.signatures.append(signature)
        return key

    def _looked_up(self, target: str, headers: Head) -> tuple[int, Any, Head]:
        parts = urlsplit(target)
        if parts.path == "/v2/notifications":
            key = parse_qs(parts.query)["reference"][0]
            found = [
                {"id": self._id_of(key), "reference": key, "status": self.statuses[key]}
                for _ in range(self.accepted()[key])
            ]
            return 200, {"notifications": found}, {}
        key = parts.path.rpartition("/")[2]
        if key not in self.ledger:
            return 404, {}, {}
        return 200, {}, self._receipt(key, headers)

    def _receipt(self, key: str, headers: Head) -> Head:
        signature = headers.get(SIGNATURE_HEADER.lower())
        if not signature or not self.signs:
            return {}
        nonce = jws.extract_compact(_with_body(signature)).headers()["jti"]
        said = json.dumps({"notice_id": key, "jti": nonce})
        signed = jws.serialize_compact({"alg": "ES256", "kid": "recipient-1"}, said, self.key)
        return {RECEIPT_HEADER: str(signed)}

    def _id_of(self, key: str) -> str:
        return f"provider-{key[:8]}"


def _with_body(detached: str) -> bytes:
    head, _, signature = detached.partition("..")
    return f"{head}.e30.{signature}".encode()


def _write(writer: asyncio.StreamWriter, status: int, said: Any, headers: Head) -> None:
    body = json.dumps(said).encode()
    lines = [f"HTTP/1.1 {status} Sample", "Content-Type: application/json", "Connection: close"]
    lines += [f"Content-Length: {len(body)}", *(f"{name}: {v}" for name, v in headers.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode() + body)


@asynccontextmanager
async def running_provider() -> AsyncIterator[StubProvider]:
    provider = StubProvider()
    server = await asyncio.start_server(provider.serve, "127.0.0.1", 0)
    provider.port = server.sockets[0].getsockname()[1]
    try:
        yield provider
    finally:
        provider.released.set()
        server.close()


def notify_key() -> str:
    """As Notify gives them: a name, the service's id and the secret."""
    return f"sample-{uuid4()}-{uuid4()}"
