"""What became of each mutant, kept in lines of JSON so that a stopped run can go on.

That a test noticed a mutant holds while the changed file and that test's file are the same. That
none did holds while nothing of the part is different.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

Outcome = Literal["killed", "timed out", "survived"]


@dataclass(frozen=True)
class Verdict:
    """`by` is the test that failed; `holds_for` the digest of what must not change."""

    key: str
    outcome: Outcome
    by: str
    holds_for: str


class Verdicts:
    """Those of one part in one directory; several processes may add, each to a file of its own."""

    def __init__(self, directory: Path, part: str) -> None:
        self.directory, self.part = directory, part
        directory.mkdir(parents=True, exist_ok=True)

    def add(self, shard: int, verdict: Verdict) -> None:
        with (self.directory / f"{self.part}-{shard}.jsonl").open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(asdict(verdict)) + "\n")

    def all(self) -> Iterator[Verdict]:
        """Of all runs, whatever number of processes each had."""
        for file in sorted(self.directory.glob(f"{self.part}-*.jsonl")):
            for line in file.read_text(encoding="utf-8").splitlines():
                if line.endswith("}"):
                    yield Verdict(**json.loads(line))

    def holding(self, root: Path, whole: str) -> dict[str, Verdict]:
        """Those that need no second look; `whole` is the digest of the part as it is now."""
        digests: dict[str, str] = {}

        def still(verdict: Verdict) -> bool:
            if verdict.outcome != "killed":
                return verdict.holds_for == whole
            file = verdict.by.partition("::")[0]
            if file not in digests:
                digests[file] = digest(root, [file])
            return verdict.holds_for == digests[file]

        return {verdict.key: verdict for verdict in self.all() if still(verdict)}


def digest(root: Path, files: Iterable[str]) -> str:
    total = hashlib.sha256()
    for file in files:
        path = root / file
        total.update(file.encode() + b"\n" + (path.read_bytes() if path.is_file() else b""))
    return total.hexdigest()[:16]
