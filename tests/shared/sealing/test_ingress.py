"""The front door opens what was encrypted to it by the agreed means, and says little otherwise."""

import base64
import json
from typing import Any

import pytest
from joserfc import jwe
from joserfc.jwk import ECKey, OctKey, RSAKey

from shared.sealing.ingress import IngressKeys, IngressRefused, encrypt, new_private_key

BODY = b'{"surname":"Sample Child One"}'
EC = new_private_key("intake-1")
RSA: dict[str, Any] = {
    **RSAKey.generate_key(2048, private=True).as_dict(private=True),
    "kid": "intake-2",
}
KEYS = IngressKeys([EC, RSA])


def public(kid: str) -> dict[str, Any]:
    return next(key for key in KEYS.public() if key["kid"] == kid)


def code_for(token: bytes) -> str:
    with pytest.raises(IngressRefused) as refused:
        KEYS.decrypt(token)
    assert str(refused.value) == refused.value.code
    return refused.value.code


def with_header(token: bytes, **changes: Any) -> bytes:
    first, rest = token.split(b".", 1)
    header = json.loads(base64.urlsafe_b64decode(first + b"=="))
    altered = json.dumps(header | changes).encode()
    return base64.urlsafe_b64encode(altered).rstrip(b"=") + b"." + rest


@pytest.mark.parametrize("kid", ["intake-1", "intake-2"])
def test_a_body_encrypted_to_either_key_opens(kid: str) -> None:
    assert KEYS.decrypt(encrypt(BODY, public(kid))) == BODY


def test_the_largest_body_passes_and_a_larger_one_does_not() -> None:
    largest = b"x" * 262_144
    assert KEYS.decrypt(encrypt(largest, public("intake-2"))) == largest
    assert code_for(encrypt(largest + b"x", public("intake-2"))) == "jwe_too_large"
    assert code_for(b"x" * 1_000_000) == "jwe_too_large"


def test_what_is_published_is_public() -> None:
    assert all("d" not in key and "p" not in key for key in KEYS.public())
    assert "intake-1" in repr(KEYS)
    assert EC["d"] not in repr(KEYS)


@pytest.mark.parametrize(
    "token",
    [
        b"",
        b"....",
        b"not a token",
        b"a.b.c.d",
        b"!!!.b.c.d.e",
        b"bnVsbA.b.c.d.e",
        b"e30.b.c.d.e",
        b"\xff\xfe.b.c.d.e",
        b"x" * 2000 + b".b.c.d.e",
        base64.urlsafe_b64encode(b"[" * 700) + b".b.c.d.e",
    ],
)
def test_what_is_no_encrypted_body_is_unreadable(token: bytes) -> None:
    assert code_for(token) == "jwe_unreadable"


@pytest.mark.parametrize("part", [1, 2, 3, 4])
@pytest.mark.parametrize("kid", ["intake-1", "intake-2"])
def test_an_altered_part_is_unreadable(kid: str, part: int) -> None:
    parts = encrypt(BODY, public(kid)).split(b".")
    for altered in (b"", b"AAAA", parts[part][:-4], b"\xff" + parts[part], b"?" + parts[part][1:]):
        parts_now = [*parts[:part], altered, *parts[part + 1 :]]
        assert code_for(b".".join(parts_now)) == "jwe_unreadable"


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "dir"},
        {"alg": "none"},
        {"alg": "RSA1_5"},
        {"alg": "RSA-OAEP"},
        {"alg": "RSA-OAEP-256"},
        {"alg": "ECDH-ES"},
        {"alg": "PBES2-HS256+A128KW", "p2c": 10_000_000, "p2s": "c2FsdA"},
        {"alg": ["ECDH-ES+A256KW"]},
        {"enc": "A128CBC-HS256"},
        {"enc": None},
        {"zip": "DEF"},
        {"crit": ["exp"]},
        {"jku": "https://example.org/keys"},
        {"jwk": {"kty": "oct"}},
    ],
)
def test_other_algorithms_compression_and_foreign_keys_are_refused(changes: dict[str, Any]) -> None:
    token = encrypt(BODY, public("intake-1"))
    assert code_for(with_header(token, **changes)) == "jwe_algorithm_refused"


def test_a_truly_compressed_body_is_refused_before_it_is_opened() -> None:
    header = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM", "zip": "DEF", "kid": "intake-1"}
    registry = jwe.JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM", "DEF"])
    key = ECKey.import_key({name: EC[name] for name in ("kty", "crv", "x", "y")})
    bomb = jwe.encrypt_compact(header, b"0" * 200_000, key, registry=registry).encode()
    assert len(bomb) < 2000
    assert code_for(bomb) == "jwe_algorithm_refused"


def test_the_public_key_is_not_taken_for_a_shared_secret() -> None:
    header = {"alg": "A256KW", "enc": "A256GCM", "kid": "intake-1"}
    token = jwe.encrypt_compact(
        header, BODY, OctKey.import_key(b"0" * 32), algorithms=["A256KW", "A256GCM"]
    )
    assert code_for(token.encode()) == "jwe_algorithm_refused"


def test_an_unknown_key_id_is_told_apart() -> None:
    token = encrypt(BODY, public("intake-1"))
    assert code_for(with_header(token, kid="intake-9")) == "jwe_key_unknown"
    assert code_for(with_header(token, kid=7)) == "jwe_unreadable"


@pytest.mark.parametrize(
    "epk",
    [
        None,
        "text",
        {},
        {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"},
        {"kty": "EC", "crv": "P-384", "x": EC["x"], "y": EC["y"]},
        {"kty": "OKP", "crv": "X25519", "x": EC["x"]},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
    ],
)
def test_a_false_sender_key_is_unreadable_not_a_crash(epk: Any) -> None:
    token = encrypt(BODY, public("intake-1"))
    assert code_for(with_header(token, epk=epk)) == "jwe_unreadable"


def test_a_changed_header_breaks_the_seal() -> None:
    token = encrypt(BODY, public("intake-1"))
    assert code_for(with_header(token, cty="text/plain")) == "jwe_unreadable"
