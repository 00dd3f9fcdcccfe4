"""A signed request to the recipient's own system. 2xx is accepted; proof is its signed receipt.

The notice's id is the idempotency key: a recipient that gets it again does nothing again. It says
at `<address>/<notice id>` whether it has a notice.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from ssl import SSLContext
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.panel_notification.channels.channel import Answer, Letter
from services.panel_notification.channels.http_answer import NOT_FOUND, answer_to
from services.panel_notification.channels.signed_request import (
    RECEIPT_HEADER,
    SIGNATURE_HEADER,
    Signer,
    is_receipt,
)
from services.panel_notification.notice import Outcome
from shared.messaging.crash_points import ARMED, crash_point

NOTHING_HANDED_OVER = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
MEDIA_TYPE = "application/json"
REQUEST_IS_OUT = "http11.send_request_body.complete"

KeysOf = Callable[[str], Sequence[Mapping[str, Any]]]
"""The public keys registered for an address."""


@dataclass(frozen=True)
class WebhookChannel:
    """One connection for each attempt. `whole_seconds` bounds it whatever the other side does."""

    signer: Signer
    keys_of: KeysOf
    connect_seconds: float
    whole_seconds: float
    name: str = "webhook"
    looks_up: bool = True

    async def send(self, letter: Letter) -> Answer:
        nonce = uuid4()
        try:
            response = await self._request("POST", letter.address, letter, letter.content, nonce)
        except NOTHING_HANDED_OVER:
            return Answer(Outcome.AGAIN, "unreachable", channel_down=True)
        except (TimeoutError, httpx.TimeoutException):
            return Answer(Outcome.UNKNOWN, "timeout_after_request", channel_down=True)
        except httpx.HTTPError:
            return Answer(Outcome.UNKNOWN, "cut_after_request", channel_down=True)
        return self._with_receipt(response, letter, nonce)

    async def look_up(self, letter: Letter) -> Answer:
        nonce = uuid4()
        address = f"{letter.address}/{letter.notice_id}"
        try:
            response = await self._request("GET", address, letter, b"", nonce)
        except (TimeoutError, httpx.HTTPError):
            return Answer(Outcome.UNKNOWN, "look_up_failed")
        if response.status_code == NOT_FOUND:
            return Answer(Outcome.AGAIN, "not_there")
        if not response.is_success:
            return Answer(Outcome.UNKNOWN, "look_up_failed")
        return self._with_receipt(response, letter, nonce)

    def _with_receipt(self, response: httpx.Response, letter: Letter, nonce: UUID) -> Answer:
        answer = answer_to(response.status_code, response.headers, letter.at)
        if answer.outcome is not Outcome.ACCEPTED:
            return answer
        keys = self.keys_of(letter.address)
        said = response.headers.get(RECEIPT_HEADER)
        return replace(answer, delivered=is_receipt(said, keys, letter.notice_id, nonce))

    async def _request(
        self, method: str, address: str, letter: Letter, body: bytes, nonce: UUID
    ) -> httpx.Response:
        signature = self.signer.sign(body, audience=address, now=letter.at, nonce=nonce)
        headers = {
            "Content-Type": MEDIA_TYPE,
            "Idempotency-Key": str(letter.notice_id),
            SIGNATURE_HEADER: signature,
        }
        timeout = httpx.Timeout(self.whole_seconds, connect=self.connect_seconds)
        async with (
            asyncio.timeout(self.whole_seconds),
            httpx.AsyncClient(
                timeout=timeout, follow_redirects=False, trust_env=False, verify=_trusted()
            ) as client,
            # Only the head of the answer is read: it may be as long as the other side likes.
            client.stream(
                method,
                address,
                content=body,
                headers=headers,
                extensions={"trace": _pass_crash_point} if ARMED else {},
            ) as response,
        ):
            return response


@cache
def _trusted() -> SSLContext:
    """Read once: making it anew for each attempt costs more than the attempt."""
    return httpx.create_ssl_context(trust_env=False)


async def _pass_crash_point(event: str, _: object) -> None:
    if event == REQUEST_IS_OUT:
        crash_point("notice.request_sent")
