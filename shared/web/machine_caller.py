"""Which sending system calls, and for which organisation it speaks.

The caller signs a short JWT (RFC 7519) with its own key: `iss` the system, `sub` the organisation
it speaks for in this call, `aud` the service, `exp` at most 300 s ahead, `iat`, `jti`. ES256 is the
only algorithm; the key is found by `kid` among those registered for `iss`, and whatever key the
token itself carries or points to is not looked at (RFC 8725 sections 3.1, 3.5, 3.10).
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from shared.web.problem import Problem

ALGORITHM: Final = "ES256"
MAX_TOKEN: Final = 4096
MAX_LIFETIME: Final = 300
CLOCK_TOLERANCE: Final = 30
MAX_TEXT: Final = 128
HEADERS: Final = frozenset({"alg", "kid", "typ", "jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256"})
LONDON: Final = ZoneInfo("Europe/London")

Remember = Callable[[str, str, datetime], Awaitable[bool]]
"""`await remember(iss, jti, exp)`: True the first time, durably; False for a replay."""


class SystemRegistry(Protocol):
    def may_speak_for(self, system: str, organisation: str, on: date) -> bool: ...

    def public_keys(self, system: str) -> Sequence[Mapping[str, Any]]:
        """Public JWKs with `kid`; raises LookupError for an unknown system."""
        ...

    def is_synthetic(self, system: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Caller:
    system: str
    organisation: str
    jti: str
    expires_at: datetime
    synthetic: bool = False
    """It speaks in synthetic cases alone, and other cases do not exist for it."""


class _Unauthenticated(Exception):
    """Any reason; the caller is not told which."""


async def identify(
    authorization: str | None,
    *,
    audience: str,
    now: datetime,
    registry: SystemRegistry,
    remember: Remember,
) -> Caller:
    """The caller behind an Authorization header. `now` is aware; nothing else tells the time.

    Raises Problem: 401 `unauthenticated`, the same for every reason, or 403
    `organisation_not_allowed` if the token is good but its system does not speak for `sub` on
    that day in London. A refused organisation leaves the `jti` unused.
    """
    try:
        claims = _verified_claims(authorization, registry)
        caller = _caller(claims, audience, now)
    except _Unauthenticated:
        raise _unauthenticated() from None
    today = now.astimezone(LONDON).date()
    if not registry.may_speak_for(caller.system, caller.organisation, today):
        raise Problem("organisation_not_allowed", 403)
    if not await remember(caller.system, caller.jti, caller.expires_at):
        raise _unauthenticated()
    return replace(caller, synthetic=registry.is_synthetic(caller.system))


def _unauthenticated() -> Problem:
    return Problem("unauthenticated", 401, headers={"WWW-Authenticate": "Bearer"})


def _verified_claims(authorization: str | None, registry: SystemRegistry) -> dict[str, Any]:
    token = _token(authorization)
    try:
        unverified = jws.extract_compact(token.encode("ascii"))
        header = unverified.headers()
        issuer = _unverified_issuer(unverified.payload)
        if header.get("alg") != ALGORITHM or not header.keys() <= HEADERS:
            raise _Unauthenticated
        if header.get("typ", "JWT") not in {"JWT", "jwt"}:
            raise _Unauthenticated
        key = _key(registry, issuer, header.get("kid"))
        return dict(jwt.decode(token, key, algorithms=[ALGORITHM]).claims)
    except (JoseError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise _Unauthenticated from None


def _token(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(token) <= MAX_TOKEN:
        raise _Unauthenticated
    return token


def _unverified_issuer(payload: bytes) -> str:
    """Only to find the registered keys; the same claim is read again after verification."""
    claims = json.loads(payload)
    return _text(claims.get("iss"))


def _key(registry: SystemRegistry, issuer: str, kid: object) -> ECKey:
    for jwk in registry.public_keys(issuer):
        if jwk["kid"] == kid and (jwk["kty"], jwk["crv"]) == ("EC", "P-256"):
            return ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})
    raise _Unauthenticated


def _caller(claims: Mapping[str, Any], audience: str, now: datetime) -> Caller:
    moment = now.timestamp()
    expires, issued = _seconds(claims.get("exp")), _seconds(claims.get("iat"))
    valid_from = _seconds(claims.get("nbf", issued))
    if not moment < expires <= moment + MAX_LIFETIME:
        raise _Unauthenticated
    if max(issued, valid_from) > moment + CLOCK_TOLERANCE or claims.get("aud") != audience:
        raise _Unauthenticated
    return Caller(
        system=_text(claims.get("iss")),
        organisation=_text(claims.get("sub")),
        jti=_text(claims.get("jti")),
        expires_at=datetime.fromtimestamp(expires, UTC),
    )


def _seconds(value: object) -> int:
    """Whole seconds since 1970. A truth value or a not-a-number is no time."""
    if type(value) is not int:
        raise _Unauthenticated
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT or not value.isprintable():
        raise _Unauthenticated
    return value
