"""Events as released versions wrote them, kept for good."""

import json
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.wire import Record

RECORDED = Path(__file__).parent / "recorded"
VERSIONS = sorted(path.name for path in RECORDED.iterdir() if path.is_dir())


@dataclass(frozen=True)
class Recorded:
    """`source` is the service that wrote it."""

    version: str
    topic: str
    key: str
    headers: dict[str, str]
    value: str

    @property
    def type(self) -> str:
        return self.headers["ce_type"]

    @property
    def source(self) -> str:
        return self.headers["ce_source"].rpartition("/")[2]

    @property
    def number(self) -> int | None:
        return int(self.headers["ce_sequence"]) if "ce_sequence" in self.headers else None

    @property
    def record(self) -> Record:
        headers = tuple((name, value.encode()) for name, value in self.headers.items())
        offset = self.number or 0
        return Record(self.topic, 0, offset, self.key.encode(), headers, self.value.encode())

    def __str__(self) -> str:
        return f"{self.version}/{self.type}"


def recorded(version: str | None = None) -> list[Recorded]:
    """All of a version, or of all versions, inside events in the order of their numbers."""
    found = [
        Recorded(**json.loads(path.read_text()))
        for path in sorted(RECORDED.glob(f"{version or '*'}/*.json"))
    ]
    return sorted(found, key=lambda each: (each.version, each.source, each.number or 0, each.type))
