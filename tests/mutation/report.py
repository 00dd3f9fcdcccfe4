"""What a run found: a table by file, and every survivor with the reason that is known for it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutant import Mutant
from tests.mutation.verdicts import Verdict

ENOUGH_PERCENT = 90
REASONS = Path(__file__).with_name("reasons.json")


@dataclass(frozen=True)
class Found:
    """Of one part: its mutants, and the verdicts that hold."""

    part: str
    mutants: list[Mutant]
    verdicts: dict[str, Verdict]

    def outcome(self, mutant: Mutant) -> str:
        verdict = self.verdicts.get(mutant.key)
        return verdict.outcome if verdict else "not tried"

    def survivors(self) -> list[Mutant]:
        return [mutant for mutant in self.mutants if self.outcome(mutant) == "survived"]

    @property
    def untried(self) -> int:
        return sum(self.outcome(mutant) == "not tried" for mutant in self.mutants)

    def rows(self) -> Iterator[tuple[str, Counter[str]]]:
        by_file: dict[str, Counter[str]] = {}
        for mutant in self.mutants:
            by_file.setdefault(mutant.file, Counter())[self.outcome(mutant)] += 1
        yield from by_file.items()


def reasons() -> dict[str, str]:
    """By mutant, why no test has to notice it."""
    rows = json.loads(REASONS.read_text(encoding="utf-8"))
    return {name: row["reason"] for row in rows for name in row["mutants"]}


def table(found: Iterable[Found]) -> list[str]:
    """In Markdown; data files of one directory are one row, the wholes are rows of their own."""
    lines = [
        "| | mutants | killed | timed out | survived | noticed |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for one in found:
        shown: dict[str, Counter[str]] = {}
        for file, counted in one.rows():
            name = file if is_code(file) else f"{Path(file).parent}/*.json"
            shown.setdefault(name, Counter()).update(counted)
        lines += [_row(name, counted) for name, counted in shown.items()]
        for kind, held in (("code", True), ("data", False)):
            whole = _whole(one, code=held)
            if whole:
                lines.append(_row(f"**{one.part}: {kind}**", whole))
    return lines


def failures(found: Iterable[Found]) -> list[str]:
    """What makes a run fail, as sentences."""
    said, known = [], reasons()
    for one in found:
        code = _whole(one, code=True)
        if code and percent(code) < ENOUGH_PERCENT:
            said.append(f"{one.part}: {percent(code):.1f} % noticed, {ENOUGH_PERCENT} % are asked")
        unexplained = [
            mutant
            for mutant in one.survivors()
            if not is_code(mutant.file) and mutant.name not in known
        ]
        if unexplained:
            said.append(f"{one.part}: {len(unexplained)} changes of data that no test notices")
        if one.untried:
            said.append(f"{one.part}: {one.untried} mutants are still to be tried: run it again")
    return said


def survivor_lines(found: Iterable[Found]) -> list[str]:
    known = reasons()
    return [
        f"{mutant.file}:{mutant.line} {mutant.place}: {mutant.change}"
        + (f"  [{known[mutant.name]}]" if mutant.name in known else "")
        for one in found
        for mutant in one.survivors()
    ]


def explained(found: Iterable[Found]) -> list[str]:
    """In Markdown: the survivors by the reason that is given for them."""
    known, by_reason = reasons(), dict[str, list[str]]()
    for one in found:
        for mutant in one.survivors():
            reason = known.get(mutant.name, "Not looked into yet.")
            by_reason.setdefault(reason, []).append(f"`{mutant.name}`")
    lines = []
    for reason, names in sorted(by_reason.items(), key=lambda pair: -len(pair[1])):
        lines += [f"**{reason}**", "", *(f"* {name}" for name in names), ""]
    return lines


def out_of_date(found: Iterable[Found]) -> list[str]:
    """Reasons for mutants that are killed by now, or gone; of files that were looked at."""
    left = {mutant.name for one in found for mutant in one.survivors()}
    files = {mutant.file for one in found for mutant in one.mutants}
    return [name for name in reasons() if name.split(" ")[0] in files and name not in left]


def is_code(file: str) -> bool:
    return file.endswith(".py")


def percent(counted: Counter[str]) -> float:
    noticed = counted["killed"] + counted["timed out"]
    return 100 * noticed / max(1, counted.total())


def _whole(one: Found, *, code: bool) -> Counter[str]:
    whole: Counter[str] = Counter()
    for file, counted in one.rows():
        if is_code(file) is code:
            whole.update(counted)
    return whole


def _row(name: str, counted: Counter[str]) -> str:
    figures = (counted.total(), counted["killed"], counted["timed out"], counted["survived"])
    return f"| {name} | {' | '.join(map(str, figures))} | {percent(counted):.1f} % |"
