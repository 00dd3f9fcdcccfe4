"""Pseudonyms: what a region calls a case, so that only its owner can be told which one it is.

They are UUIDs of version 8, which says that their bits have a meaning to their maker alone.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class RegionKey:
    """`secret`: 32 bytes that never leave this service; each region's own key is made from them.

    Whoever loses them cannot resolve what was told; whoever finds them can try every case.
    """

    secret: bytes = field(repr=False)

    def of_case(self, region: str, case_id: UUID, cycle: int, epoch: int) -> UUID:
        """Another one for each region, each cycle and each time that a reference was closed."""
        return self._made(region, f"case|{case_id}|{cycle}|{epoch}")

    def of_action(self, region: str, case_id: UUID, cycle: int, action_id: UUID) -> UUID:
        """Nobody without the key sees that it belongs to a case, or to which."""
        return self._made(region, f"action|{case_id}|{cycle}|{action_id}")

    def _made(self, region: str, about: str) -> UUID:
        key = hmac.digest(self.secret, f"vigil region|{region}".encode(), hashlib.sha256)
        made = bytearray(hmac.digest(key, about.encode(), hashlib.sha256)[:16])
        made[6], made[8] = made[6] & 0x0F | 0x80, made[8] & 0x3F | 0x80
        return UUID(bytes=bytes(made))
