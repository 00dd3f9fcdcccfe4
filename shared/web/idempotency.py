"""What a repeated request gets: the same receipt for the same content, else a conflict."""

import hashlib
import hmac
import json
import re
from enum import StrEnum
from typing import Any

from shared.web.problem import Problem

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class Repeat(StrEnum):
    NEW = "new"
    SAME = "same"
    OTHER_CONTENT = "other_content"


def idempotency_key(header: str | None, *, required: bool) -> str | None:
    """The key of an Idempotency-Key header. Raises Problem 400 `idempotency_key_required` or
    `idempotency_key_invalid`. Keys are scoped by the store to the organisation that sent them."""
    if header is None:
        if required:
            raise Problem("idempotency_key_required", 400)
        return None
    if not _KEY.fullmatch(header):
        raise Problem("idempotency_key_invalid", 400)
    return header


def content_fingerprint(key: bytes, content: dict[str, Any]) -> bytes:
    """Keyed digest (HMAC-SHA256) of what a JSON object says, whatever its order and spacing.

    Keyed, because a short report could be guessed from a plain digest.
    """
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hmac.new(key, b"vigil.content.v1\x00" + canonical.encode(), hashlib.sha256).digest()


def repeat(stored: bytes | None, fingerprint: bytes) -> Repeat:
    """`stored` is the fingerprint kept with the same organisation and id, if there is one."""
    if stored is None:
        return Repeat.NEW
    same = hmac.compare_digest(stored, fingerprint)
    return Repeat.SAME if same else Repeat.OTHER_CONTENT
