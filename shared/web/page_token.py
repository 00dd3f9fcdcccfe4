"""Links that open a page once, and the session they leave behind.

Until people sign in with their own accounts, whoever starts the stack is given a link with a
token; opening it sets a cookie. Both are `payload.signature` (HMAC-SHA256, RFC 2104), signed for
one audience and one purpose, so that neither passes for the other.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta

MAX_LENGTH = 512
SESSION_LIFETIME = timedelta(hours=12)

_LINK = "link"
_SESSION = "session"


def issue_link_token(key: bytes, audience: str, now: datetime, lifetime: timedelta) -> str:
    """A token for `audience` that may be redeemed once before `now + lifetime` (aware)."""
    return _signed(key, _LINK, audience, now + lifetime)


class OneTimeLinks:
    """Redeems link tokens of one audience. Each opens once, and is remembered for its life.

    The memory is of this process: a restart forgets it, so links should live minutes, not days.
    """

    def __init__(
        self, key: bytes, audience: str, session_lifetime: timedelta = SESSION_LIFETIME
    ) -> None:
        self._key = key
        self._audience = audience
        self._session_lifetime = session_lifetime
        self._redeemed: dict[str, int] = {}

    def redeem(self, token: str, now: datetime) -> str | None:
        """The value of the session cookie; None for a token that is not good, or not any more."""
        claims = _read(self._key, _LINK, self._audience, token, now)
        if claims is None:
            return None
        moment = now.timestamp()
        self._redeemed = {n: until for n, until in self._redeemed.items() if until > moment}
        nonce, expires = claims
        if nonce in self._redeemed:
            return None
        self._redeemed[nonce] = expires
        return _signed(self._key, _SESSION, self._audience, now + self._session_lifetime)

    def session_valid(self, cookie: str, now: datetime) -> bool:
        return _read(self._key, _SESSION, self._audience, cookie, now) is not None


def _signed(key: bytes, purpose: str, audience: str, expires: datetime) -> str:
    payload = json.dumps([purpose, audience, int(expires.timestamp()), secrets.token_hex(16)])
    return f"{_text(payload.encode())}.{_text(_mac(key, payload.encode()))}"


def _read(
    key: bytes, purpose: str, audience: str, token: str, now: datetime
) -> tuple[str, int] | None:
    """Nonce and expiry of a token whose signature, purpose, audience and time are right."""
    if len(token) > MAX_LENGTH or not token.isascii():
        return None
    try:
        payload, signature = (_bytes(part) for part in token.split("."))
    except (binascii.Error, ValueError):
        return None
    if not hmac.compare_digest(signature, _mac(key, payload)):
        return None
    signed_purpose, signed_audience, expires, nonce = json.loads(payload)
    if (signed_purpose, signed_audience) != (purpose, audience) or now.timestamp() >= expires:
        return None
    return nonce, expires


def _mac(key: bytes, payload: bytes) -> bytes:
    return hmac.new(key, b"vigil.page-token.v1\x00" + payload, hashlib.sha256).digest()


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
