"""A stand-in for the Panel, the department and Ofsted: it reads its mail and confirms each notice.

A process of its own that knows nothing of Vigil but its mailboxes and the address for receipts, as
the real bodies' systems would.
"""

import asyncio
import json
import os
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import structlog
import uvicorn
from fastapi import FastAPI, Response
from joserfc import jwt
from joserfc.jwk import ECKey

from deploy.local.layout import LOOPBACK
from deploy.local.secret_files import private_directory, write_private
from shared.reference.directory import mailbox

SYSTEM = "panel-desk"
AUDIENCE = "panel_notification"
ORGANISATIONS = ("panel", "dfe", "ofsted")
POLL_SECONDS = 0.5
UNWELL_AFTER_SECONDS = 30.0
ASK_AGAIN_SECONDS = 30.0
TOKEN_SECONDS = 120
REQUEST_SECONDS = 10.0

_LINK = re.compile(r"/v1/notices/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
_REFERENCE = re.compile(r"^Reference: (VN-[0-9A-F]{12})\s*$", re.MULTILINE)

log = structlog.get_logger("panel_desk")


@dataclass(frozen=True)
class DeskSettings:
    http_port: int
    mail_url: str
    notification_url: str
    state_dir: Path
    mail_token: str = field(repr=False)
    signing_key: dict[str, Any] = field(repr=False)
    http_host: str = LOOPBACK


def settings_from_environment() -> DeskSettings:
    """Addresses from the environment (`VIGIL_…`), secrets from files."""
    secrets = Path(os.environ["VIGIL_SECRETS_DIR"])
    return DeskSettings(
        http_port=int(os.environ["VIGIL_HTTP_PORT"]),
        mail_url=os.environ["VIGIL_MAIL_URL"].rstrip("/"),
        notification_url=os.environ["VIGIL_NOTIFICATION_URL"].rstrip("/"),
        state_dir=Path(os.environ["VIGIL_STATE_DIR"]),
        mail_token=(secrets / "vigil_mail_token").read_text().strip(),
        signing_key=json.loads((secrets / "vigil_signing_key").read_text()),
        http_host=os.environ.get("VIGIL_HTTP_HOST", LOOPBACK),
    )


class PanelDesk:
    """What was confirmed is on disk; what was confirmed and not yet written is asked again with the
    same key, and gets the same answer."""

    def __init__(self, settings: DeskSettings, client: httpx.AsyncClient) -> None:
        self._settings = settings
        self._client = client
        self._file = private_directory(settings.state_dir) / "confirmed.json"
        self.confirmed: dict[str, str] = (
            json.loads(self._file.read_text()) if self._file.exists() else {}
        )
        self.ask_again_at: dict[UUID, float] = {}
        self.last_turn = self.last_success = time.monotonic()

    async def run(self) -> None:
        """Until cancelled. A mail server or a service that is away is tried again."""
        while True:
            try:
                for organisation in ORGANISATIONS:
                    await self.read_mail(organisation)
                self.last_success = time.monotonic()
            except httpx.HTTPError as error:
                log.warning("panel_desk.waits", error=type(error).__name__)
            self.last_turn = time.monotonic()
            await asyncio.sleep(POLL_SECONDS)

    async def read_mail(self, organisation: str) -> None:
        response = await self._client.get(
            f"{self._settings.mail_url}/api/messages",
            params={"to": mailbox(organisation)},
            headers={"Authorization": f"Bearer {self._settings.mail_token}"},
        )
        response.raise_for_status()
        for message in response.json()["messages"]:
            notice_id = notice_in(message["text"])
            if notice_id and self._is_new(notice_id):
                await self.confirm(organisation, notice_id, message["received_at"])

    async def confirm(self, organisation: str, notice_id: UUID, received_at: str) -> None:
        reference = f"{organisation.upper()}-{notice_id.hex[:8].upper()}"
        response = await self._client.post(
            f"{self._settings.notification_url}/v1/notices/{notice_id}/receipt",
            json={"reference": reference, "received_at": received_at},
            headers={
                "Authorization": f"Bearer {self._token(organisation)}",
                "Idempotency-Key": str(notice_id),
            },
        )
        if not response.is_success:
            log.error("panel_desk.refused", notice_id=str(notice_id), status=response.status_code)
            self.ask_again_at[notice_id] = time.monotonic() + ASK_AGAIN_SECONDS
            return
        log.info("panel_desk.confirmed", notice_id=str(notice_id), organisation=organisation)
        self.confirmed[str(notice_id)] = reference
        write_private(self._file, json.dumps(self.confirmed, indent=1))

    def _is_new(self, notice_id: UUID) -> bool:
        waits = self.ask_again_at.get(notice_id, 0.0) > time.monotonic()
        return not waits and str(notice_id) not in self.confirmed

    def _token(self, organisation: str) -> str:
        now = int(time.time())
        key = self._settings.signing_key
        claims = {
            "iss": SYSTEM,
            "sub": organisation,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "jti": str(uuid4()),
        }
        return jwt.encode({"alg": "ES256", "kid": key["kid"]}, claims, ECKey.import_key(key))


def notice_in(text: str) -> UUID | None:
    """The notice that an email is about: it has a reference and a link."""
    link = _LINK.search(text)
    return UUID(link[1]) if link and _REFERENCE.search(text) else None


def desk_app(settings: DeskSettings) -> FastAPI:
    """Health for whoever started it; the work is a task of its own."""
    running: list[PanelDesk] = []

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=REQUEST_SECONDS, trust_env=False) as client:
            desk = PanelDesk(settings, client)
            running.append(desk)
            task = asyncio.create_task(desk.run(), name="panel_desk")
            yield
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    app = FastAPI(
        title="Stub Panel", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )

    def answer(response: Response, well: bool) -> dict[str, str]:
        response.status_code = 200 if well else 503
        return {"status": "ok" if well else "failing"}

    @app.get("/health/readiness")
    async def readiness(response: Response) -> dict[str, str]:
        last = running[0].last_success if running else 0.0
        return answer(response, time.monotonic() - last < UNWELL_AFTER_SECONDS)

    @app.get("/health/liveness")
    async def liveness(response: Response) -> dict[str, str]:
        last = running[0].last_turn if running else 0.0
        return answer(response, time.monotonic() - last < UNWELL_AFTER_SECONDS)

    return app


def serve_panel_desk() -> None:
    """Runs the stub until it is told to stop. Configured by the environment."""
    settings = settings_from_environment()
    uvicorn.run(
        desk_app(settings),
        host=settings.http_host,
        port=settings.http_port,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
