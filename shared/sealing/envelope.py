"""Sealing of personal data at rest: AES-256-GCM, a data key per case, wrapped by a service's key.

A sealed value is `version byte | 12 bytes nonce | ciphertext and tag`. The place it belongs to
(table, column, row, case) is authenticated with it, so that a value moved to another row, column
or case no longer opens. Destroying a case's wrapped key makes everything sealed for it unreadable.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
VERSION: Final = b"\x01"

Row = UUID | str | int


class SealBroken(Exception):
    """A sealed value or wrapped key does not open: altered, moved, or under another key."""


class KeyUnusable(ValueError):
    """A key is not 32 bytes, or is not held."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as it may be stored: encrypted, beside the id of the key that opens it."""

    kek_id: str
    wrapped: bytes = field(repr=False)


class DataKey:
    """An opened data key of one case. Held in memory only, never printed."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = _cipher_of(key)


class Keyring:
    """Wraps and opens data keys under the present key-encryption key, and opens older ones.

    `retired` maps ids of earlier keys to their bytes, until `rewrapped` has moved every data key.
    """

    def __init__(self, kek: bytes, kek_id: str, retired: Mapping[str, bytes] | None = None) -> None:
        self._present = kek_id
        keys = {**(retired or {}), kek_id: kek}
        self._ciphers = {name: _cipher_of(key) for name, key in keys.items()}

    def __repr__(self) -> str:
        return f"Keyring({self._present!r})"

    def new_data_key(self) -> WrappedKey:
        return self._wrap(os.urandom(KEY_BYTES))

    def opened(self, key: WrappedKey) -> DataKey:
        """The data key. Raises KeyUnusable for a key-encryption key not held, else SealBroken."""
        return DataKey(self._unwrap(key))

    def rewrapped(self, key: WrappedKey) -> WrappedKey:
        """The same data key under the present key-encryption key; what it sealed still opens."""
        return key if key.kek_id == self._present else self._wrap(self._unwrap(key))

    def _wrap(self, plain: bytes) -> WrappedKey:
        bound = _bound("data-key", self._present)
        return WrappedKey(self._present, _sealed(self._ciphers[self._present], plain, bound))

    def _unwrap(self, key: WrappedKey) -> bytes:
        cipher = self._ciphers.get(key.kek_id)
        if cipher is None:
            raise KeyUnusable("key-encryption key not held")
        return _opened(cipher, key.wrapped, _bound("data-key", key.kek_id))


def seal(
    data_key: DataKey, plaintext: bytes, *, table: str, column: str, row: Row, case: UUID
) -> bytes:
    return _sealed(data_key._cipher, plaintext, _place(table, column, row, case))


def open_sealed(
    data_key: DataKey, sealed: bytes, *, table: str, column: str, row: Row, case: UUID
) -> bytes:
    """The only way to read a sealed value; raises SealBroken unless it stands where it was put."""
    return _opened(data_key._cipher, sealed, _place(table, column, row, case))


def key_from_text(text: str) -> bytes:
    """The 32 bytes written base64url in a secret file, padding optional; raises KeyUnusable."""
    stripped = text.strip().rstrip("=")
    try:
        key = base64.b64decode(stripped + "=" * (-len(stripped) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise KeyUnusable("not base64url") from None
    if len(key) != KEY_BYTES:
        raise KeyUnusable("not 32 bytes")
    return key


def _cipher_of(key: bytes) -> AESGCM:
    if len(key) != KEY_BYTES:
        raise KeyUnusable("not 32 bytes")
    return AESGCM(key)


def _place(table: str, column: str, row: Row, case: UUID) -> bytes:
    return _bound("value", table, column, str(row), case.hex)


def _bound(*parts: str) -> bytes:
    """Each part with its length, so that no two places are written alike."""
    encoded = (part.encode() for part in parts)
    return VERSION + b"".join(len(part).to_bytes(4) + part for part in encoded)


def _sealed(cipher: AESGCM, plain: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + cipher.encrypt(nonce, plain, bound)


def _opened(cipher: AESGCM, sealed: bytes, bound: bytes) -> bytes:
    if len(sealed) < 1 + NONCE_BYTES + TAG_BYTES or sealed[:1] != VERSION:
        raise SealBroken
    nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return cipher.decrypt(nonce, ciphertext, bound)
    except InvalidTag:
        raise SealBroken from None
