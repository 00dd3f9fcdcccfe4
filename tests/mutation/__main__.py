"""`python -m tests.mutation`: do the tests notice when a rule, a date or a line of code changes?"""

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from tests.mutation.copies import bring_up_to_date
from tests.mutation.parts import PARTS
from tests.mutation.report import (
    Found,
    explained,
    failures,
    out_of_date,
    survivor_lines,
    table,
)
from tests.mutation.share import all_mutants, whole_digest
from tests.mutation.verdicts import Verdicts
from tests.mutation.worker import NOT_DONE

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "mutation"
DOCUMENT = ROOT / "docs" / "mutation.md"
START, END = "<!-- last run -->\n", "<!-- end of last run -->\n"


def main(
    parts: Annotated[list[str] | None, typer.Argument(help=", ".join(PARTS))] = None,
    jobs: Annotated[int, typer.Option(min=1, max=16, help="processes at once")] = 2,
    minutes: Annotated[float, typer.Option(min=0.1, help="stop then, to go on later")] = 60,
    anew: Annotated[bool, typer.Option(help="forget what earlier runs found")] = False,
    only: Annotated[str, typer.Option(help="only files with this in their names")] = "",
    record: Annotated[bool, typer.Option(help="write the table into docs/mutation.md")] = False,
) -> None:
    """Tries mutants of the named parts, or of all; what an earlier run found is not tried again."""
    chosen = [name for name in PARTS if not parts or name in parts]
    if unknown := set(parts or ()) - PARTS.keys():
        sys.exit(f"There is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.")
    if record and (only or len(chosen) < len(PARTS)):
        sys.exit("Only a run of all parts is recorded.")
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("Another run is trying mutants: wait for it, or stop it.")
        found = _run(chosen, jobs, time.monotonic() + minutes * 60, only=only, anew=anew)
    _tell(found, record=record)


def _run(chosen: list[str], jobs: int, until: float, *, only: str, anew: bool) -> list[Found]:
    copies = [BUILD / f"copy-{number}" for number in range(jobs)]
    for copy in copies:
        bring_up_to_date(ROOT, copy)
    results = BUILD / "results"
    found = []
    for name in chosen:
        if anew:
            for file in results.glob(f"{name}-*.jsonl"):
                file.unlink()
        started = time.monotonic()
        _try_all(name, copies, results, until, only)
        mutants = all_mutants(copies[0], PARTS[name], only)
        verdicts = Verdicts(results, name).holding(copies[0], whole_digest(copies[0], PARTS[name]))
        found.append(Found(name, mutants, verdicts))
        _say(f"{name}: {len(mutants)} mutants, {time.monotonic() - started:.0f} s")
    return found


def _try_all(name: str, copies: list[Path], results: Path, until: float, only: str) -> None:
    minutes = max(0.0, (until - time.monotonic()) / 60)
    workers = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.mutation.worker", name, str(copy), str(shard)),
                *(str(len(copies)), str(results), f"{minutes:.2f}", only),
            ],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy)},
            stdout=subprocess.DEVNULL,
        )
        for shard, copy in enumerate(copies)
    ]
    try:
        codes = [worker.wait() for worker in workers]
    except KeyboardInterrupt:
        codes = [worker.wait() for worker in workers]
        _say("Interrupted. The same command goes on from here.")
    if any(code not in {0, NOT_DONE} for code in codes):
        sys.exit(f"{name}: a worker ended with {codes}; nothing is said about its share.")


def _tell(found: list[Found], *, record: bool) -> None:
    rows = table(found)
    _say("\n".join(["", *rows, ""]))
    for line in survivor_lines(found):
        _say(f"survived {line}")
    for name in out_of_date(found):
        _say(f"No longer true of the list of reasons: {name}")
    if record:
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        survivors = ["### Survivors", "", *explained(found)]
        text = "\n".join([before + START, *rows, "", *survivors, END + after])
        DOCUMENT.write_text(text, encoding="utf-8")
    if said := failures(found):
        sys.exit("\n".join(said))


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    typer.run(main)
