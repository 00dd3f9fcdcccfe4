"""A real SMTP server that keeps every message, with pages and a small API to look at them.

Nothing leaves this machine. Pages open with a one-time link (`make links`), the API with the bearer
token that is in the secret file `vigil_mail_token`.
"""

import asyncio
import os
from base64 import urlsafe_b64decode
from datetime import UTC, datetime
from hmac import compare_digest
from pathlib import Path

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader

from deploy.local.keys import MAIL_TOKEN, PAGE_KEY
from deploy.local.layout import LOOPBACK
from deploy.local.received_mail import MailDirectory
from shared.web.page_token import OneTimeLinks
from shared.web.security_headers import SecurityHeaders

AUDIENCE = "mail"
LARGEST_MESSAGE = 10 * 1024 * 1024
_PAGES = Path(__file__).with_name("pages")


class KeepEverything:
    """What the SMTP server does with a message: 250 means that it is on disk."""

    def __init__(self, mail: MailDirectory) -> None:
        self._mail = mail

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        await asyncio.to_thread(
            self._mail.keep,
            envelope.mail_from or "",
            list(envelope.rcpt_tos),
            content,
            datetime.now(UTC),
        )
        return "250 kept"


def mail_app(mail: MailDirectory, links: OneTimeLinks, token: str, http_port: int) -> FastAPI:
    """Cookies of one host are shared by all its ports: the port is in the cookie's name."""
    cookie = f"vigil_mail_{http_port}"
    app = FastAPI(title="Vigil: mail sink", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SecurityHeaders)
    templates = Environment(loader=FileSystemLoader(_PAGES), autoescape=True)

    def page(name: str, status: int = 200, **shown: object) -> HTMLResponse:
        return HTMLResponse(templates.get_template(name).render(shown), status)

    def signed_in(request: Request) -> bool:
        session = request.cookies.get(cookie)
        return session is not None and links.session_valid(session, datetime.now(UTC))

    @app.get("/health/readiness")
    async def readiness() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/style.css")
    async def style() -> Response:
        return Response((_PAGES / "style.css").read_text(), media_type="text/css")

    @app.get("/open")
    async def open_pages(token: str) -> Response:
        session = links.redeem(token, datetime.now(UTC))
        if session is None:
            return page("closed.html", 401)
        response = RedirectResponse("/", 303)
        response.set_cookie(cookie, session, httponly=True, samesite="strict")
        return response

    @app.get("/")
    async def arrived(request: Request) -> Response:
        if not signed_in(request):
            return page("closed.html", 401)
        messages = await asyncio.to_thread(mail.all)
        return page("arrived.html", messages=messages[::-1])

    @app.get("/messages/{name}")
    async def message(request: Request, name: str) -> Response:
        if not signed_in(request):
            return page("closed.html", 401)
        found = await asyncio.to_thread(mail.one, name)
        if found is None:
            return page("missing.html", 404)
        return page("message.html", message=found)

    @app.get("/api/messages")
    async def api(request: Request, to: str | None = None) -> dict[str, object]:
        offered = request.headers.get("authorization", "").encode()
        if not compare_digest(offered, f"Bearer {token}".encode()):
            raise HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
        found = await asyncio.to_thread(mail.all, to)
        return {"messages": [each.as_json() for each in found]}

    return app


async def serve(
    mail: MailDirectory, app: FastAPI, *, smtp_port: int, http_port: int, host: str = LOOPBACK
) -> None:
    """Listens on both ports until it is told to stop."""
    loop = asyncio.get_running_loop()
    smtp = await loop.create_server(
        lambda: SMTP(
            KeepEverything(mail),
            hostname="mail-sink.localhost",
            data_size_limit=LARGEST_MESSAGE,
            enable_SMTPUTF8=True,
            loop=loop,
        ),
        host,
        smtp_port,
    )
    config = uvicorn.Config(
        app,
        host=host,
        port=http_port,
        log_level="warning",
        access_log=False,
        server_header=False,
    )
    async with smtp:
        await uvicorn.Server(config).serve()


def main() -> None:
    secrets = Path(os.environ["VIGIL_SECRETS_DIR"])
    mail = MailDirectory(Path(os.environ["VIGIL_STATE_DIR"]))
    page_key = urlsafe_b64decode((secrets / PAGE_KEY).read_text())
    token = (secrets / MAIL_TOKEN).read_text()
    smtp_port, http_port = (int(os.environ[f"VIGIL_{name}_PORT"]) for name in ("SMTP", "HTTP"))
    app = mail_app(mail, OneTimeLinks(page_key, AUDIENCE), token, http_port)
    host = os.environ.get("VIGIL_HTTP_HOST", LOOPBACK)
    asyncio.run(serve(mail, app, smtp_port=smtp_port, http_port=http_port, host=host))


if __name__ == "__main__":
    main()
