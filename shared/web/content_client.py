"""Asks intake for the content of what came in by its front door, as one of our own services."""

import asyncio
import json
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from shared.contracts.submissions import caller_of_service
from shared.messaging.arrival_rows import Arrival
from shared.messaging.arrivals import ContentUnavailable
from shared.messaging.store import Store

OWNER = "intake"
ALGORITHM = "ES256"
TOKEN_SECONDS, WHOLE_SECONDS = 60, 15.0
MAX_CONTENT = 4 * 1024 * 1024


@dataclass(frozen=True)
class IntakeContents:
    """`private_jwk` is this service's own key, with its kid; its public half stands in the list of
    systems under the service's name. Without one, or without an address, nothing is given."""

    store: Store
    url: str
    private_jwk: str | None = field(repr=False)
    transport: httpx.AsyncBaseTransport | None = None

    async def content(self, arrival: Arrival) -> bytes:
        if not self.url or not self.private_jwk:
            raise ContentUnavailable("no_address_or_key")
        address = f"{self.url}/v1/contents/{arrival.submission_id}/{arrival.content_version}"
        headers = {"Authorization": f"Bearer {await self._token(self.private_jwk)}"}
        try:
            async with (
                asyncio.timeout(WHOLE_SECONDS),
                httpx.AsyncClient(transport=self.transport, trust_env=False) as client,
                client.stream("GET", address, headers=headers) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise ContentUnavailable(f"status_{answer.status_code}")
                return await _bounded(answer)
        except (httpx.HTTPError, TimeoutError):
            raise ContentUnavailable("not_reached") from None

    async def _token(self, private_jwk: str) -> str:
        async with self.store.reading() as connection:
            now = await self.store.token_clock.now(connection)
        caller = caller_of_service(self.store.service)
        issued = int(now.timestamp())
        claims = {
            "iss": caller,
            "sub": caller,
            "aud": OWNER,
            "iat": issued,
            "exp": issued + TOKEN_SECONDS,
            "jti": str(uuid4()),
        }
        try:
            key = ECKey.import_key(json.loads(private_jwk))
            return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key)
        except (JoseError, ValueError, TypeError, KeyError):
            raise ContentUnavailable("key_unusable") from None


async def _bounded(answer: httpx.Response) -> bytes:
    content = bytearray()
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > MAX_CONTENT:
            raise ContentUnavailable("too_large")
    return bytes(content)
