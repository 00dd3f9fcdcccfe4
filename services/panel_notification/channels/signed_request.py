"""How a request of ours is signed, and how a recipient signs that it has a notice.

A detached JWS (RFC 7515 appendix F) over the body, ES256, in the header `Vigil-Signature`. Its
protected header names our key (`kid`), the address it is meant for (`aud`), when it was made
(`iat`, seconds) and a value that is never used twice (`jti`): a recipient that keeps those for
`iat` plus five minutes takes nothing in that somebody recorded and sent again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

ALGORITHM: Final = "ES256"
SIGNATURE_HEADER: Final = "Vigil-Signature"
RECEIPT_HEADER: Final = "Vigil-Receipt"
LONGEST_RECEIPT: Final = 4096
_OWN_MEMBERS = jws.JWSRegistry(algorithms=[ALGORITHM], strict_check_header=False)


@dataclass(frozen=True)
class Signer:
    """`key` is our private P-256 key with its `kid`."""

    key: ECKey

    def sign(self, body: bytes, *, audience: str, now: datetime, nonce: UUID) -> str:
        """The value of the header, without the body in it."""
        protected = {
            "alg": ALGORITHM,
            "kid": self.key.kid,
            "aud": audience,
            "iat": int(now.timestamp()),
            "jti": str(nonce),
        }
        whole = jws.serialize_compact(protected, body, self.key, registry=_OWN_MEMBERS)
        return str(jws.detach_content(whole))


def signer_from(private_jwk: str) -> Signer:
    """Raises ValueError for anything but a private P-256 key with a `kid`."""
    try:
        key = ECKey.import_key(json.loads(private_jwk))
    except (JoseError, ValueError, TypeError, KeyError):
        raise ValueError("the webhook's signing key is not a private JWK") from None
    if not key.is_private or not key.kid or key.curve_name != "P-256":
        raise ValueError("the webhook's signing key is not a private P-256 key with a kid")
    return Signer(key)


def is_receipt(
    value: str | None, keys: Sequence[Mapping[str, Any]], notice_id: UUID, nonce: UUID
) -> bool:
    """Whether a recipient signed, with a key that is registered for it, that it has this notice
    from this request. One made for another request proves nothing of this one."""
    if value is None or len(value) > LONGEST_RECEIPT:
        return False
    try:
        unverified = jws.extract_compact(value.encode("ascii"))
        header = unverified.headers()
        found = [key for key in keys if key["kid"] == header.get("kid")]
        if header.get("alg") != ALGORITHM or not found:
            return False
        public = ECKey.import_key({name: found[0][name] for name in ("kty", "crv", "x", "y")})
        said = json.loads(jws.deserialize_compact(value, public, algorithms=[ALGORITHM]).payload)
    except (JoseError, ValueError, TypeError, RecursionError):
        return False
    if not isinstance(said, dict):
        return False
    return said.get("notice_id") == str(notice_id) and said.get("jti") == str(nonce)
