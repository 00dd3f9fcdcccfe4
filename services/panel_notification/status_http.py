"""Where GOV.UK Notify says what became of a message. It signs in with a token that is set there.

Notify sends a status again until it gets a 2xx, so whatever is authentic is answered so: what is
known already, comes late or belongs to no notice of ours changes nothing.
"""

import hmac
import re
from uuid import UUID, uuid5

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import SecretStr

from services.panel_notification import described
from services.panel_notification.addressing import Addressing
from services.panel_notification.status_store import Told, record_status
from services.panel_notification.status_told import StatusTold
from shared.contracts.envelope import NAMESPACE
from shared.contracts.event_codes import Channel
from shared.contracts.strict_json import field_names, parse, validate
from shared.messaging.crash_points import crash_point
from shared.messaging.store import Store
from shared.web.bounded_body import read_body
from shared.web.problem import Problem

MAX_BODY = 16 * 1024
ACTOR = "notify"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def status_routes(store: Store, token: SecretStr | None, addressing: Addressing) -> APIRouter:
    """Without a token nobody is believed."""
    router = APIRouter(prefix="/v1/channels", tags=["channels"])

    @router.post("/notify/statuses", **described.STATUS)
    async def told(request: Request) -> JSONResponse:
        """A provider says what became of a message."""
        _sign_in(request, token)
        if request.method == "POST":
            crash_point("http.authenticated")
        body = await read_body(request, content_types=("application/json",), max_bytes=MAX_BODY)
        said = validate(StatusTold, parse(body, names=field_names(StatusTold)))
        reference = said.reference or ""
        status = Told(
            Channel.NOTIFY,
            said.id,
            UUID(reference) if _UUID.fullmatch(reference) else None,
            said.status,
            said.completed_at,
        )
        cause = uuid5(NAMESPACE, f"provider status|{Channel.NOTIFY}|{said.id}|{said.status}")
        async with store.transaction(cause, ACTOR) as tx:
            news = await record_status(tx, status, addressing)
            crash_point("http.written")
        crash_point("http.committed")
        return JSONResponse({"news": news}, 200)

    return router


def _sign_in(request: Request, token: SecretStr | None) -> None:
    """The same refusal for no token, a wrong one and none set here."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    known = token.get_secret_value().strip() if token else ""
    same = hmac.compare_digest(given.encode(), known.encode())
    if scheme.lower() != "bearer" or not known or not same:
        raise Problem("unauthenticated", 401, headers={"WWW-Authenticate": "Bearer"})
