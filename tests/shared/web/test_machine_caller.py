"""Only a fresh token of a registered key opens the door; every other gets the same answer."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from shared.web.machine_caller import Caller, identify
from shared.web.problem import Problem

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
AT = int(NOW.timestamp())
KEY = ECKey.generate_key("P-256", private=True)
OTHER = ECKey.generate_key("P-256", private=True)
CURVE_384 = ECKey.generate_key("P-384", private=True)
PUBLIC = {**KEY.as_dict(private=False), "kid": "police-1", "alg": "ES256"}
CLAIMS: dict[str, Any] = {
    "iss": "police-records",
    "sub": "police-merseyside",
    "aud": "intake",
    "iat": AT,
    "exp": AT + 300,
    "jti": "first",
}


class Registry:
    def may_speak_for(self, system: str, organisation: str, on: date) -> bool:
        until = date(2026, 3, 29)
        return (system, organisation) == ("police-records", "police-merseyside") and on <= until

    def public_keys(self, system: str) -> Sequence[Mapping[str, Any]]:
        if system != "police-records":
            raise LookupError
        return [PUBLIC, {**CURVE_384.as_dict(private=False), "kid": "police-384"}]

    def is_synthetic(self, system: str) -> bool:
        return False


class Memory:
    def __init__(self) -> None:
        self.seen: dict[tuple[str, str], datetime] = {}

    async def remember(self, issuer: str, jti: str, expires: datetime) -> bool:
        return self.seen.setdefault((issuer, jti), expires) is expires


def token(
    claims: Mapping[str, Any] | None = None,
    header: Mapping[str, Any] | None = None,
    key: ECKey | RSAKey = KEY,
    without: str = "",
) -> str:
    named = {"alg": "ES256", "kid": "police-1"} | dict(header or {})
    kept = {k: v for k, v in (CLAIMS | dict(claims or {})).items() if k != without}
    return jwt.encode(named, kept, key, algorithms=[named["alg"]])


def forged(header: dict[str, Any], secret: bytes | None) -> str:
    parts = [header, CLAIMS]
    text = ".".join(_b64(json.dumps(part).encode()) for part in parts)
    signature = hmac.new(secret, text.encode(), hashlib.sha256).digest() if secret else b""
    return f"{text}.{_b64(signature)}"


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


async def caller(
    authorization: str | None, memory: Memory | None = None, now: datetime = NOW
) -> Caller:
    return await identify(
        authorization,
        audience="intake",
        now=now,
        registry=Registry(),
        remember=(memory or Memory()).remember,
    )


async def refusal(authorization: str | None, memory: Memory | None = None) -> Problem:
    with pytest.raises(Problem) as refused:
        await caller(authorization, memory)
    return refused.value


async def test_a_good_token_tells_system_and_organisation() -> None:
    assert await caller(f"Bearer {token()}") == Caller(
        "police-records", "police-merseyside", "first", NOW + timedelta(seconds=300)
    )


async def test_a_key_the_token_brings_along_is_not_looked_at() -> None:
    elsewhere = {"jku": "https://example.org/keys", "x5u": "https://example.org/cert"}
    assert await caller(f"bearer {token(header=elsewhere)}")
    own_key = {"jwk": OTHER.as_dict(private=False)}
    assert (await refusal(f"Bearer {token(header=own_key, key=OTHER)}")).status == 401


PEM = KEY.as_pem(private=False)
RSA = RSAKey.generate_key(2048, private=True)

REFUSED: dict[str, str | None] = {
    "no header": None,
    "empty": "",
    "another scheme": "Basic " + token(),
    "no token": "Bearer ",
    "two tokens": f"Bearer {token()} {token()}",
    "not a token": "Bearer x.y.z",
    "not ascii": "Bearer é.é.é",
    "huge": "Bearer " + "x" * 10_000,
    "unsigned": "Bearer " + forged({"alg": "none", "kid": "police-1"}, None),
    "unsigned, spelt otherwise": "Bearer " + forged({"alg": "nOnE", "kid": "police-1"}, None),
    "public key as secret": "Bearer " + forged({"alg": "HS256", "kid": "police-1"}, PEM),
    "HS256 said ES256": "Bearer " + forged({"alg": "ES256", "kid": "police-1"}, PEM),
    "RSA": "Bearer " + token(header={"alg": "RS256"}, key=RSA),
    "another curve": "Bearer " + token(header={"alg": "ES384", "kid": "police-384"}, key=CURVE_384),
    "another's key": "Bearer " + token(key=OTHER),
    "unknown key id": "Bearer " + token(header={"kid": "police-9"}),
    "no key id": "Bearer " + forged({"alg": "ES256"}, PEM),
    "critical extension": "Bearer "
    + forged({"alg": "ES256", "kid": "police-1", "crit": ["b64"]}, PEM),
    "not a JWT": "Bearer " + token(header={"typ": "dpop+jwt"}),
    "altered": "Bearer " + token()[:-6] + "AAAAAA",
    "unknown system": "Bearer " + token({"iss": "another-system"}),
    "system is a list": "Bearer " + token({"iss": ["police-records"]}),
    "wrong audience": "Bearer " + token({"aud": "reporting"}),
    "several audiences": "Bearer " + token({"aud": ["intake", "reporting"]}),
    "expired": "Bearer " + token({"exp": AT}),
    "lives too long": "Bearer " + token({"exp": AT + 301}),
    "expiry is text": "Bearer " + token({"exp": str(AT + 100)}),
    "expiry is true": "Bearer " + token({"exp": True}),
    "expiry is no number": "Bearer " + token({"exp": float("nan")}),
    "expiry is infinite": "Bearer " + token({"exp": float("inf")}),
    "issued in the future": "Bearer " + token({"iat": AT + 31}),
    "issued in the future, valid before": "Bearer " + token({"iat": AT + 31, "nbf": AT}),
    "issued is true": "Bearer " + token({"iat": True}),
    "not valid yet": "Bearer " + token({"nbf": AT + 31}),
    "empty jti": "Bearer " + token({"jti": ""}),
    "long jti": "Bearer " + token({"jti": "x" * 129}),
    "organisation with control": "Bearer " + token({"sub": "police\r\n"}),
    **{f"no {claim}": "Bearer " + token(without=claim) for claim in CLAIMS},
}


@pytest.mark.parametrize("reason", REFUSED)
async def test_every_other_token_gets_the_same_answer(reason: str) -> None:
    memory = Memory()
    problem = await refusal(REFUSED[reason], memory)
    shown = (problem.code, problem.status, problem.detail, problem.errors, problem.headers)
    assert shown == ("unauthenticated", 401, None, [], {"WWW-Authenticate": "Bearer"})
    assert problem.__suppress_context__ or problem.__context__ is None
    assert memory.seen == {}


async def test_a_small_clock_error_is_forgiven() -> None:
    assert await caller(f"Bearer {token({'iat': AT + 30, 'nbf': AT + 30})}")


async def test_a_token_is_good_once() -> None:
    memory = Memory()
    sent = f"Bearer {token()}"
    assert await caller(sent, memory)
    again = await refusal(sent, memory)
    assert (again.code, again.status) == ("unauthenticated", 401)
    assert await caller(f"Bearer {token({'jti': 'second'})}", memory)


async def test_a_system_speaks_only_for_its_organisations_and_says_so() -> None:
    memory = Memory()
    refused = await refusal(f"Bearer {token({'sub': 'la-E08000012'})}", memory)
    assert (refused.code, refused.status) == ("organisation_not_allowed", 403)
    assert memory.seen == {}


async def test_the_day_of_a_mandate_is_a_day_in_london() -> None:
    # The mandate ends on 29 March 2026, the day the clocks go forward.
    for now, allowed in (
        (datetime(2026, 3, 29, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 29, 23, 1, tzinfo=UTC), False),
    ):
        at = int(now.timestamp())
        sent = f"Bearer {token({'iat': at, 'exp': at + 60})}"
        if allowed:
            assert await caller(sent, now=now)
        else:
            with pytest.raises(Problem, match="organisation_not_allowed"):
                await caller(sent, now=now)
