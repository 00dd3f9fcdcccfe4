"""A sending system at an HTTP front door: every request signed with the system's own key."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from joserfc import jwt
from joserfc.jwk import ECKey

TOKEN_SECONDS = 120
PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.5
REQUEST_SECONDS = 10.0
_BUSY = frozenset({429, 502, 503, 504})
_ADVICE = {
    "unauthenticated": "check that the system's key in the secrets matches the list of systems",
    "organisation_not_allowed": "add the organisation to the system in the list of systems",
    "report_id_reused": "another report was sent under this id: start with an empty DATA",
}


class Declined(Exception):
    """A request was not granted. The text is one sentence for whoever ran the command."""

    def __init__(self, sentence: str, *, status: int = 0, code: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.code = code


class SignedClient:
    """Speaks to one service (`audience`) as one system, for the organisation named in each call."""

    def __init__(
        self, client: httpx.AsyncClient, url: str, audience: str, system: str, key_file: Path
    ) -> None:
        self._client = client
        self._url = url
        self._audience = audience
        self._system = system
        self._key = json.loads(key_file.read_text())

    async def get(self, organisation: str, path: str, **parameters: str) -> Any:
        """The JSON of the answer. Raises Declined."""
        response = await self._send("GET", organisation, path, params=parameters)
        return response.json()

    async def post(
        self,
        organisation: str,
        path: str,
        body: str,
        *,
        headers: dict[str, str],
        content_type: str = "application/json",
    ) -> Any:
        """Sends `body` as it is. Raises Declined."""
        response = await self._send(
            "POST",
            organisation,
            path,
            content=body.encode(),
            headers={"Content-Type": content_type, **headers},
        )
        return response.json()

    async def put(self, organisation: str, path: str, body: str) -> Any:
        """Sends `body` as it is. Raises Declined."""
        headers = {"Content-Type": "application/json"}
        response = await self._send(
            "PUT", organisation, path, content=body.encode(), headers=headers
        )
        return response.json()

    async def _send(self, method: str, organisation: str, path: str, **request: Any) -> Any:
        """Asks again while the service is away or busy, each time with a token of its own."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        headers = request.pop("headers", {})
        while True:
            token = {"Authorization": f"Bearer {self._token(organisation)}"}
            try:
                response = await self._client.request(
                    method, f"{self._url}{path}", headers=headers | token, **request
                )
            except httpx.TransportError:
                response = None
            if response is not None and response.is_success:
                return response
            if response is not None and response.status_code not in _BUSY:
                raise _declined(response, self._audience, organisation)
            if time.monotonic() > give_up:
                raise Declined(
                    f"{self._audience} does not answer at {self._url}: "
                    "see whether it runs with `make status`, and its log in DATA/logs."
                )
            await asyncio.sleep(PAUSE_SECONDS)

    def _token(self, organisation: str) -> str:
        now = int(time.time())
        claims = {
            "iss": self._system,
            "sub": organisation,
            "aud": self._audience,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "jti": str(uuid4()),
        }
        header = {"alg": "ES256", "kid": self._key["kid"]}
        return jwt.encode(header, claims, ECKey.import_key(self._key))


def new_http_client() -> httpx.AsyncClient:
    """Proxies of the machine are for elsewhere: the front doors are on this one."""
    return httpx.AsyncClient(timeout=REQUEST_SECONDS, trust_env=False)


def _declined(response: httpx.Response, service: str, organisation: str) -> Declined:
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    code = str(problem.get("type", "")).removeprefix("urn:vigil:problem:") or "no_reason_given"
    places = [f"{fault['code']} at {fault['pointer']}" for fault in problem.get("errors", [])]
    why = "; ".join([code, *places])
    what_to_do = _ADVICE.get(code, f"see DATA/logs/{service}.log")
    return Declined(
        f"{service} refused a request of {organisation} ({response.status_code}: {why}): "
        f"{what_to_do}.",
        status=response.status_code,
        code=code,
    )
