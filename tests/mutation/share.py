"""A share of one part's mutants, and what is known of the tests that may notice them."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.mutation.code_mutants import mutants_of
from tests.mutation.mutant import Mutant
from tests.mutation.parts import Part, matching
from tests.mutation.row_mutants import row_mutants_of
from tests.mutation.verdicts import Outcome, Verdict, Verdicts, digest


def all_mutants(root: Path, part: Part, only: str = "") -> list[Mutant]:
    """Those of the files in whose names `only` stands, always in the same order."""
    files = matching(root, part.data)
    return [
        *(one for file in part.code if only in file for one in mutants_of(root, file)),
        *(one for file in files if only in file for one in row_mutants_of(root, file, files)),
    ]


def whole_digest(root: Path, part: Part) -> str:
    files = [*part.code, *matching(root, part.data), *matching(root, part.tests)]
    return digest(root, [*files, *matching(root, (f"{Path(part.tests[0]).parent}/*.py",))])


@dataclass
class Share:
    """`plan` is what was observed: which test runs what, and how long it takes."""

    tree: Path
    part: Part
    shard: int
    verdicts: Verdicts
    whole: str
    until: float
    plan: dict[str, Any] = field(default_factory=dict)
    killers: dict[str, list[str]] = field(default_factory=dict)

    @property
    def seconds(self) -> dict[str, float]:
        return {name: test["seconds"] for name, test in self.plan["tests"].items()}

    def keep(self, mutant: Mutant, outcome: Outcome, by: str) -> None:
        file = by.partition("::")[0]
        holds = digest(self.tree, [file]) if outcome == "killed" else self.whole
        self.verdicts.add(self.shard, Verdict(mutant.key, outcome, by, holds))
        if by:
            known = [name for name in self.killers.get(mutant.file, []) if name != by]
            self.killers[mutant.file] = [by, *known][:6]

    def in_order(self, mutant: Mutant, names: list[str]) -> list[str]:
        """Those that noticed something in this file before, the latest first, then the fast."""
        before, seconds = self.killers.get(mutant.file, []), self.seconds
        return sorted(
            names,
            key=lambda name: (
                before.index(name) if name in before else len(before),
                seconds.get(name, 1.0),
            ),
        )

    def touching(self, mutant: Mutant) -> list[str]:
        """The tests that run the mutated function, or read the changed file."""
        return [
            name
            for name, test in self.plan["tests"].items()
            if (
                [mutant.file, mutant.inside] in test["functions"]
                if mutant.inside
                else mutant.file in test["opened"]
            )
        ]

    def at_import(self, mutant: Mutant) -> bool:
        """Whether it may take effect before any test runs."""
        early = self.plan["collected"]
        if mutant.file.endswith(".py"):
            return not mutant.inside or [mutant.file, mutant.inside] in early["functions"]
        return mutant.file in early["opened"]

    def is_over(self) -> bool:
        return time.monotonic() > self.until
