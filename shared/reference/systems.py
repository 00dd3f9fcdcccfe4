"""The systems that send reports: for whom they speak, through which doors, with which keys.

Read from one JSON file, and read again when it changes, so that a partner is admitted or shut
out without a restart. A change that cannot be used never shuts everybody out: the last good
file stays in force and a warning says so.
"""

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.reference.dated import Dated
from shared.reference.errors import SystemsFileInvalid, UnknownReference
from shared.reference.rows import OrganisationId

SECONDS_BETWEEN_LOOKS = 1.0

Door = Literal["bus", "http"]
Duty = Literal["calendars"]
"""What a system may do beside speaking for organisations: send versions of the bank holidays."""
Coordinate = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]
SystemName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]

log = structlog.get_logger(__name__)


class Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Mandate(Dated):
    """An organisation a system may speak for, from and to London dates, both included."""

    organisation: OrganisationId


class PublicKey(Strict):
    """A public ES256 key as a JWK; a private part is refused like any unknown field."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    alg: Literal["ES256"]
    kid: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,128}$")]
    use: Literal["sig"] = "sig"
    x: Coordinate
    y: Coordinate

    @model_validator(mode="after")
    def lies_on_the_curve(self) -> Self:
        try:
            _ = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": self.x, "y": self.y}).raw_value
        except (JoseError, ValueError):
            raise ValueError("not a point of P-256") from None
        return self


class SendingSystem(Strict):
    """One row of the file. `synthetic`: nobody is behind what this system reports; it may see and
    do nothing about any other case, for whatever organisation it speaks."""

    system: SystemName
    doors: Annotated[tuple[Door, ...], Field(min_length=1)]
    organisations: tuple[Mandate, ...]
    keys: tuple[PublicKey, ...]
    duties: tuple[Duty, ...] = ()
    synthetic: bool = False


class SystemsFile(Strict):
    """The whole file; a system or a key id named twice is refused."""

    systems: tuple[SendingSystem, ...]

    @model_validator(mode="after")
    def names_each_once(self) -> Self:
        names = [row.system for row in self.systems]
        key_ids = [key.kid for row in self.systems for key in row.keys]
        if len(set(names)) < len(names) or len(set(key_ids)) < len(key_ids):
            raise ValueError("a system or a key id is named twice")
        return self


class SystemRegistry:
    """Sending systems by name.

    Looks at the file at most once a second by `monotonic` (seconds). Raises SystemsFileInvalid
    (`SYSTEMS_FILE_INVALID`) when made on a file that cannot be used; later, it keeps what it
    had and logs `systems_file_kept` with that code, once for each broken state of the file.
    """

    def __init__(
        self, path: Path | str, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = Path(path)
        self._monotonic = monotonic
        self._looked_at = monotonic()
        self._state = _state_of(self._path)
        self._systems = _read(self._path)

    def systems(self) -> list[str]:
        """The names of all systems, sorted."""
        return sorted(self._current())

    def may_use(self, system: str, door: Door) -> bool:
        """Whether a system may come through a door; False for an unknown system."""
        row = self._current().get(system)
        return row is not None and door in row.doors

    def may_keep_calendars(self, system: str) -> bool:
        """Whether a system sends the versions of the bank holidays; False for an unknown one."""
        row = self._current().get(system)
        return row is not None and "calendars" in row.duties

    def is_synthetic(self, system: str) -> bool:
        """Whether all that a system reports is synthetic; False for an unknown system."""
        row = self._current().get(system)
        return row is not None and row.synthetic

    def may_speak_for(self, system: str, organisation: str, on: date) -> bool:
        """Whether a system speaks for an organisation on a London date; False if unknown."""
        row = self._current().get(system)
        return row is not None and any(
            mandate.organisation == organisation and mandate.holds_on(on)
            for mandate in row.organisations
        )

    def public_keys(self, system: str) -> list[dict[str, Any]]:
        """The system's public keys as JWKs. Raises UnknownReference `UNKNOWN_SYSTEM`."""
        row = self._current().get(system)
        if row is None:
            raise UnknownReference("UNKNOWN_SYSTEM", system)
        return [key.model_dump() for key in row.keys]

    def _current(self) -> dict[str, SendingSystem]:
        now = self._monotonic()
        if now - self._looked_at >= SECONDS_BETWEEN_LOOKS:
            self._looked_at = now
            state = _state_of(self._path)
            if state != self._state:
                self._state = state
                self._reload()
        return self._systems

    def _reload(self) -> None:
        try:
            self._systems = _read(self._path)
        except SystemsFileInvalid as refused:
            log.warning("systems_file_kept", code=refused.code, at=str(refused))
        else:
            log.info("systems_file_read", systems=len(self._systems))


def _state_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _read(path: Path) -> dict[str, SendingSystem]:
    try:
        read = SystemsFile.model_validate_json(path.read_bytes())
    except OSError as refused:
        raise SystemsFileInvalid(type(refused).__name__) from None
    except ValidationError as refused:
        at = {".".join(map(str, error["loc"])) or "whole file" for error in refused.errors()}
        raise SystemsFileInvalid(", ".join(sorted(at))) from None
    return {row.system: row for row in read.systems}
