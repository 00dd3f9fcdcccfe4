"""GOV.UK Notify. A 201 is accepted; what proves delivery is the status `delivered`, told later.

Notify does not know a repeat by its reference: the same reference twice is two emails. So an
attempt without an answer is looked up by it, and never made again before that.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from requests import ConnectionError as Unconnected
from requests import ConnectTimeout, RequestException

from services.panel_notification.channels.channel import Answer, Letter
from services.panel_notification.channels.http_answer import answer_to
from services.panel_notification.channels.provider_status import (
    DELIVERED,
    FAILED,
    code_of_status,
)
from services.panel_notification.notice import Outcome

T = TypeVar("T")

CLIENT: Any = NotificationsAPIClient
"""Its methods carry no types."""

logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL + 1)
"""It logs what the API answers, which may quote the address that was written to."""


@dataclass(frozen=True)
class NotifyChannel:
    """The client is made anew for each request, because it is not safe between threads.
    `whole_seconds` bounds a request, `bound` how many run at once."""

    base_url: str
    api_key: str
    whole_seconds: float
    bound: asyncio.Semaphore
    name: str = "notify"
    looks_up: bool = True

    async def send(self, letter: Letter) -> Answer:
        """`content` is JSON: email_address, template_id and personalisation."""
        asked = json.loads(letter.content)

        def post(client: Any) -> dict[str, Any]:
            return cast(
                "dict[str, Any]",
                client.send_email_notification(
                    email_address=asked["email_address"],
                    template_id=asked["template_id"],
                    personalisation=asked["personalisation"],
                    reference=str(letter.notice_id),
                ),
            )

        try:
            taken = await self._in_a_thread(post)
        except TimeoutError:
            return Answer(Outcome.UNKNOWN, "timeout_after_request", channel_down=True)
        except APIError as refusal:
            return _refusal(refusal, letter)
        accepted = Answer(Outcome.ACCEPTED, "notify_accepted")
        return replace(accepted, provider_reference=_id_of(taken))

    async def look_up(self, letter: Letter) -> Answer:
        def get(client: Any) -> dict[str, Any]:
            found = client.get_all_notifications(reference=str(letter.notice_id))
            return cast("dict[str, Any]", found)

        try:
            found = (await self._in_a_thread(get)).get("notifications", [])
        except (TimeoutError, APIError, AttributeError):
            return Answer(Outcome.UNKNOWN, "look_up_failed")
        if not found:
            return Answer(Outcome.AGAIN, "not_there")
        statuses = {str(each.get("status")) for each in found}
        answer = Answer(Outcome.ACCEPTED, "looked_up", provider_reference=_id_of(found[0]))
        if statuses & DELIVERED:
            return replace(answer, delivered=True)
        if statuses <= FAILED:
            return Answer(Outcome.REFUSED, code_of_status(sorted(statuses)[0]))
        return answer

    async def _in_a_thread(self, work: Callable[[Any], T]) -> T:
        """A thread cannot be stopped: the client's own limit ends it soon after ours."""
        async with self.bound:
            client = CLIENT(self.api_key, base_url=self.base_url, timeout=self.whole_seconds)
            client.request_session.trust_env = False
            try:
                return await asyncio.wait_for(
                    asyncio.to_thread(work, client), self.whole_seconds * 2
                )
            finally:
                client.request_session.close()


def _refusal(refusal: APIError, letter: Letter) -> Answer:
    response = refusal.response
    if response is not None:
        return answer_to(response.status_code, response.headers, letter.at)
    cause = refusal.__cause__
    if isinstance(cause, ConnectTimeout) or (
        isinstance(cause, Unconnected) and "NewConnectionError" in repr(cause)
    ):
        return Answer(Outcome.AGAIN, "unreachable", channel_down=True)
    code = "cut_after_request" if isinstance(cause, RequestException) else "answer_unreadable"
    return Answer(Outcome.UNKNOWN, code, channel_down=True)


def _id_of(found: object) -> str | None:
    known = found.get("id") if isinstance(found, dict) else None
    return known if isinstance(known, str) else None
