"""Spans on disk, one JSON document a line, in numbered segments of which the oldest are dropped."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

SEGMENT_BYTES = 16 * 1024 * 1024
SEGMENTS_KEPT = 4


class Position(NamedTuple):
    """How far somebody has read."""

    segment: int
    offset: int


BEGINNING = Position(0, 0)


@dataclass
class SpanJournal:
    """At most `segments_kept` segments of about `segment_bytes` each, whatever arrives."""

    directory: Path
    segment_bytes: int = SEGMENT_BYTES
    segments_kept: int = SEGMENTS_KEPT
    _newest: int = field(init=False)

    def __post_init__(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._newest = max(self._segments(), default=1)
        self._end_a_line_that_was_cut()

    def append(self, spans: Iterable[Mapping[str, Any]]) -> None:
        path = self._path(self._newest)
        if path.exists() and path.stat().st_size > self.segment_bytes:
            self._newest += 1
            path = self._path(self._newest)
            for old in sorted(self._segments())[: -self.segments_kept + 1]:
                self._path(old).unlink()
        with path.open("a") as file:
            file.writelines(json.dumps(span, separators=(",", ":")) + "\n" for span in spans)

    def _end_a_line_that_was_cut(self) -> None:
        path = self._path(self._newest)
        if path.exists() and not path.read_bytes().endswith(b"\n"):
            with path.open("ab") as file:
                file.write(b"\n")

    def read(self, position: Position, limit: int) -> tuple[list[dict[str, Any]], Position]:
        """Up to `limit` spans after `position`, and where to go on. A line that a crash cut short
        is passed over."""
        for segment in sorted(self._segments()):
            if segment < position.segment:
                continue
            offset = position.offset if segment == position.segment else 0
            spans, offset = self._read_segment(segment, offset, limit)
            if offset > (position.offset if segment == position.segment else 0):
                return spans, Position(segment, offset)
        return [], position

    def _read_segment(
        self, segment: int, offset: int, limit: int
    ) -> tuple[list[dict[str, Any]], int]:
        spans: list[dict[str, Any]] = []
        with self._path(segment).open("rb") as file:
            file.seek(offset)
            while len(spans) < limit and (line := file.readline()).endswith(b"\n"):
                offset += len(line)
                try:
                    spans.append(json.loads(line))
                except ValueError:
                    continue
        return spans, offset

    def _segments(self) -> list[int]:
        return [int(path.stem.split("-")[1]) for path in self.directory.glob("spans-*.jsonl")]

    def _path(self, segment: int) -> Path:
        return self.directory / f"spans-{segment:06d}.jsonl"
