"""What the sample senders keep: the reports, written once, and what was answered to each.

A real sender does the same: a report that may not have arrived is sent again under its own id with
the very same content, and so gets the same receipt.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from deploy.local.secret_files import private_directory, write_private
from deploy.samples.incidents import Door
from deploy.samples.sample_reports import sample_reports


@dataclass(frozen=True)
class KeptReport:
    """`content` is the exact JSON text; `id` and `time` are the event's, of the first start."""

    id: str
    time: str
    name: str
    incident: str
    system: str
    organisation: str
    door: Door
    content: str

    @property
    def source(self) -> str:
        return f"/org/{self.organisation}/{self.system}"


@dataclass(frozen=True)
class Answer:
    """What became of a report. `faults` are codes and places, never what was sent."""

    accepted: bool
    receipt_id: str | None = None
    call_999: bool = False
    reason: str | None = None
    faults: tuple[str, ...] = ()
    held_for_a_person: bool = False


class KeptSamples:
    """Files of one stack. Each is written whole or not at all, and is on disk after."""

    def __init__(self, directory: Path) -> None:
        self._reports = private_directory(directory) / "reports.json"
        self._answers = directory / "answers.json"
        self._steps = directory / "steps.json"

    def reports(self, now: datetime) -> list[KeptReport]:
        """The reports, made at the first call, seen from `now`; the same ones ever after."""
        if not self._reports.exists():
            time = now.isoformat(timespec="seconds")
            made = [
                KeptReport(
                    id=str(uuid4()),
                    time=time,
                    content=json.dumps(report.content, indent=1),
                    name=report.name,
                    incident=report.incident,
                    system=report.system,
                    organisation=report.organisation,
                    door=report.door,
                )
                for report in sample_reports(now)
            ]
            write_private(self._reports, json.dumps([asdict(one) for one in made], indent=1))
        return [KeptReport(**one) for one in json.loads(self._reports.read_text())]

    def answers(self) -> dict[str, Answer]:
        """By the report's id."""
        if not self._answers.exists():
            return {}
        kept = json.loads(self._answers.read_text())
        return {
            id_: Answer(**{**answer, "faults": tuple(answer["faults"])})
            for id_, answer in kept.items()
        }

    def keep_answer(self, report_id: str, answer: Answer) -> None:
        answers = {**self.answers(), report_id: answer}
        kept = {id_: asdict(one) for id_, one in answers.items()}
        write_private(self._answers, json.dumps(kept, indent=1))

    def aware_at(self, incident: str) -> datetime:
        """When the first of its reporters knew. The reports are there."""
        kept = json.loads(self._reports.read_text())
        instants = [
            datetime.fromisoformat(json.loads(one["content"])["agency_aware_at"])
            for one in kept
            if one["incident"] == incident
        ]
        return min(instants)

    def steps(self) -> frozenset[str]:
        """What was done with the cases after they were decided, by name."""
        return frozenset(json.loads(self._steps.read_text()) if self._steps.exists() else ())

    def keep_step(self, name: str) -> None:
        write_private(self._steps, json.dumps(sorted(self.steps() | {name}), indent=1))
