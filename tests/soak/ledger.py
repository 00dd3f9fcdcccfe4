"""What was sent and what was answered, kept by the senders, apart from everything they speak to.

One JSON object a line. A line is written before a report is sent and another when it is answered;
what they say is all that a sender knows. Beside it stands what was acknowledged, each receipt once,
for whoever compares it with the stores.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.soak.reports import Sent


def content_sha256(report: Sent) -> str:
    """Of the content in its canonical form, as a receipt names it."""
    canonical = json.dumps(report.content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass
class Answers:
    """All answers to one id of one organisation. A receipt is receipt id and content digest."""

    receipts: set[tuple[str, str]] = field(default_factory=set)
    refusals: set[str] = field(default_factory=set)


class Ledger:
    """`answers` by (organisation, id); `counts` of lines by what they say."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.acknowledged = path.with_name("acknowledged.jsonl")
        self._file = path.open("a", buffering=1)
        self._receipts = self.acknowledged.open("a", buffering=1)
        self.answers: dict[tuple[str, str], Answers] = defaultdict(Answers)
        self.counts: Counter[str] = Counter()

    def intend(self, report: Sent) -> None:
        self._write(
            "intended",
            sort=report.sort,
            door=report.door,
            system=report.system,
            organisation=report.organisation,
            id=str(report.id),
            content_sha256=content_sha256(report),
        )

    def acknowledge(
        self, report: Sent, receipt_id: str, content_sha256: str, report_id: str
    ) -> None:
        answers = self.answers[report.organisation, str(report.id)]
        if not answers.receipts:
            self.counts["reports acknowledged"] += 1
        if (receipt_id, content_sha256) not in answers.receipts:
            receipt = {
                "organisation": report.organisation,
                "sender_report_id": str(report.id),
                "receipt_id": receipt_id,
                "content_sha256": content_sha256,
            }
            self._receipts.write(json.dumps(receipt) + "\n")
        answers.receipts.add((receipt_id, content_sha256))
        self._write(
            "acknowledged",
            sort=report.sort,
            door=report.door,
            system=report.system,
            organisation=report.organisation,
            id=str(report.id),
            receipt_id=receipt_id,
            report_id=report_id,
            content_sha256=content_sha256,
        )

    def refuse(self, report: Sent, reason: str) -> None:
        self.answers[report.organisation, str(report.id)].refusals.add(reason)
        self._write(
            "refused",
            sort=report.sort,
            door=report.door,
            system=report.system,
            organisation=report.organisation,
            id=str(report.id),
            reason=reason,
        )

    def give_up(self, report: Sent) -> None:
        """Nobody answered within the sender's patience: it may be there or not."""
        self._write("unanswered", door=report.door, system=report.system, id=str(report.id))

    def stray(self, system: str, id_: str) -> None:
        """An answer to something that this system never sent."""
        self._write("stray", system=system, id=id_)

    def command(self, what: str, **details: Any) -> None:
        """A command of an authority, before it is given and when it was answered."""
        self._write(f"command {what}", **details)

    def _write(self, what: str, **details: Any) -> None:
        self.counts[what] += 1
        at = datetime.now(UTC).isoformat()
        self._file.write(json.dumps({"what": what, "at": at, **details}) + "\n")

    def close(self) -> None:
        self._file.close()
        self._receipts.close()


def lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as file:
        for line in file:
            yield json.loads(line)
