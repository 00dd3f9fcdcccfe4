"""The id of the case that a report opens: nobody can guess it, and the report brings it back.

A store restored to an earlier moment takes the same report in again. Under another id it would
open a second case beside the one of which everybody has been told.
"""

import hashlib
import hmac
from uuid import UUID

_PURPOSE = b"vigil case ids"


def case_id_of(report_id: UUID, key: bytes) -> UUID:
    """Looks like a random UUID, version 4, to whoever does not have `key`, which is secret and may
    serve other purposes too. Another key gives other ids: it must not be changed."""
    own_key = hmac.new(key, _PURPOSE, hashlib.sha256).digest()
    digest = hmac.new(own_key, report_id.bytes, hashlib.sha256).digest()
    return UUID(bytes=digest[:16], version=4)
