"""Reports on their way in are encrypted to intake's public key (JWE, RFC 7516, compact form).

One key agreement or transport per key type, one content encryption, no compression: a compressed
body can be small here and enormous once opened, and its length tells about its content.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from shared.contracts.strict_json import MAX_BYTES

ALGORITHM_OF: Final = {"RSA": "RSA-OAEP-256", "EC": "ECDH-ES+A256KW"}
ENCRYPTION: Final = "A256GCM"
MAX_HEADER: Final = 1024
MAX_TOKEN: Final = MAX_BYTES * 4 // 3 + 4096
HEADERS: Final = frozenset({"alg", "enc", "kid", "epk", "typ", "cty", "apu", "apv"})
PARTS: Final = 5

Key = RSAKey | ECKey


class IngressRefused(Exception):
    """The record cannot be opened: jwe_unreadable, jwe_algorithm_refused, jwe_key_unknown,
    jwe_too_large. Says nothing about its content."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Registry(jwe.JWERegistry):
    max_ciphertext_length = MAX_TOKEN


class IngressKeys:
    """Intake's private keys by key id. Several, while senders move from one to the next."""

    def __init__(self, private_keys: Sequence[Mapping[str, Any]]) -> None:
        self._keys = {str(jwk["kid"]): _key(jwk) for jwk in private_keys}

    def __repr__(self) -> str:
        return f"IngressKeys({sorted(self._keys)})"

    def public(self) -> list[dict[str, Any]]:
        """What senders need: JWKs without a private part, with kid and alg."""
        return [
            {**key.as_dict(private=False), "kid": kid, "alg": ALGORITHM_OF[key.key_type]}
            for kid, key in self._keys.items()
        ]

    def decrypt(self, token: bytes) -> bytes:
        """The body a sender encrypted, at most MAX_BYTES; raises IngressRefused."""
        if len(token) > MAX_TOKEN:
            raise IngressRefused("jwe_too_large")
        header = _header(token)
        key = self._keys.get(header["kid"])
        if key is None:
            raise IngressRefused("jwe_key_unknown")
        algorithm = ALGORITHM_OF[key.key_type]
        if (header.get("alg"), header.get("enc")) != (algorithm, ENCRYPTION):
            raise IngressRefused("jwe_algorithm_refused")
        registry = _Registry(algorithms=[algorithm, ENCRYPTION])
        try:
            plain = jwe.decrypt_compact(token, key, registry=registry).plaintext
        except (JoseError, InvalidTag, ValueError, TypeError, KeyError, AttributeError):
            plain = None
        if plain is None:
            raise IngressRefused("jwe_unreadable")
        if len(plain) > MAX_BYTES:
            raise IngressRefused("jwe_too_large")
        return plain


def encrypt(body: bytes, public_key: Mapping[str, Any]) -> bytes:
    """`body` for the owner of `public_key` (a JWK with `kid`), as a compact JWE."""
    key = _key(public_key)
    algorithm = ALGORITHM_OF[key.key_type]
    header = {"alg": algorithm, "enc": ENCRYPTION, "kid": public_key["kid"]}
    registry = _Registry(algorithms=[algorithm, ENCRYPTION])
    return jwe.encrypt_compact(header, body, key, registry=registry).encode()


def new_private_key(kid: str) -> dict[str, Any]:
    """A private JWK on P-256 for intake's front door."""
    jwk = dict(ECKey.generate_key("P-256", private=True).as_dict(private=True))
    return {**jwk, "kid": kid, "use": "enc", "alg": ALGORITHM_OF["EC"]}


def _key(jwk: Mapping[str, Any]) -> Key:
    plain = {name: value for name, value in jwk.items() if name not in {"alg", "use", "key_ops"}}
    return RSAKey.import_key(plain) if jwk["kty"] == "RSA" else ECKey.import_key(plain)


def _header(token: bytes) -> dict[str, Any]:
    """The protected header, read before any key is touched: small, plain, without surprises."""
    parts = token.split(b".")
    if len(parts) != PARTS or not 0 < len(parts[0]) <= MAX_HEADER:
        raise IngressRefused("jwe_unreadable")
    try:
        padded = parts[0] + b"=" * (-len(parts[0]) % 4)
        header = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise IngressRefused("jwe_unreadable") from None
    if not isinstance(header, dict) or not isinstance(header.get("kid"), str):
        raise IngressRefused("jwe_unreadable")
    if not header.keys() <= HEADERS:
        raise IngressRefused("jwe_algorithm_refused")
    return header
