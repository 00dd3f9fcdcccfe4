"""Sending systems with keys of their own, as the registry knows them, and callers that sign."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

ORGANISATIONS = {
    "police-records": ["police-merseyside", "police-metropolitan"],
    "health-incidents": ["trust-northbank", "trust-eastmoor", "trust-hillview", "icb-QYG"],
    "la-cases": ["la-E08000012", "la-E08000015", "la-E09000003"],
    "panel-desk": ["panel", "dfe", "ofsted"],
    "canary": ["la-E08000012", "panel"],
    "vigil-panel-notification": ["vigil-panel-notification"],
    "vigil-rapid-review-timer": ["vigil-rapid-review-timer"],
}
"""The last two are our own services, which call another."""
SYNTHETIC = frozenset({"canary"})


class Systems:
    """Makes the keys, writes the registry's file, signs tokens."""

    def __init__(self, directory: Path) -> None:
        self.keys = {
            system: ECKey.generate_key("P-256", {"kid": f"{system}-1"}, private=True)
            for system in ORGANISATIONS
        }
        self.file = directory / "systems.json"
        self.file.write_text(json.dumps({"systems": [self._row(s) for s in ORGANISATIONS]}))

    def _row(self, system: str) -> dict[str, Any]:
        public = dict(self.keys[system].as_dict(private=False))
        return {
            "system": system,
            "doors": ["http"] if system.startswith("vigil-") else ["bus", "http"],
            "organisations": [
                {"organisation": organisation, "from": "2018-01-01", "to": None}
                for organisation in ORGANISATIONS[system]
            ],
            "keys": [
                {name: public[name] for name in ("kty", "crv", "x", "y")}
                | {"kid": f"{system}-1", "alg": "ES256", "use": "sig"}
            ],
            "duties": ["calendars"] if system == "panel-desk" else [],
            "synthetic": system in SYNTHETIC,
        }

    def token(self, system: str, organisation: str, audience: str, **changes: object) -> str:
        now = datetime.now(UTC)
        claims = {
            "iss": system,
            "sub": organisation,
            "aud": audience,
            "iat": int(now.timestamp()),
            "exp": int((now + timedelta(seconds=120)).timestamp()),
            "jti": str(uuid4()),
        }
        header = {"alg": "ES256", "kid": f"{system}-1"}
        return jwt.encode(header, claims | changes, self.keys[system])

    def bearer(self, system: str, organisation: str, audience: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(system, organisation, audience)}"}
