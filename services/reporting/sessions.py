"""Who may look at the pages: whoever opened a one-time link, for the time a session lasts."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from shared.web.page_token import SESSION_LIFETIME, OneTimeLinks


@dataclass(frozen=True)
class Sessions:
    """The cookie carries the port in its name: cookies of one host are shared by all its ports."""

    links: OneTimeLinks
    port: int

    @property
    def cookie(self) -> str:
        return f"vigil_reporting_{self.port}"

    def valid(self, request: Request, now: datetime) -> bool:
        value = request.cookies.get(self.cookie)
        return value is not None and self.links.session_valid(value, now)

    def begin(self, request: Request, response: Response, value: str) -> None:
        """`Secure` wherever the page itself came over TLS; the local stack is plain loopback."""
        response.set_cookie(
            self.cookie,
            value,
            max_age=int(SESSION_LIFETIME.total_seconds()),
            path="/",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
