"""Small changes of dated data in JSON: each number, date, code and flag in turn, and each row.

Wording is left alone: it is read by people, and no test should hold every sentence in its place.
A calendar is sealed anew after each change, so that its checksum is not what notices.
"""

import copy
import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.mutation.mutant import Mutant

WORDS = {"says", "title", "source", "section", "work", "where"}
"""Members that hold wording even where it is a single word."""

Way = tuple[str | int, ...]
Seen = dict[str, list[str]]


def row_mutants_of(root: Path, file: str, group: list[str]) -> list[Mutant]:
    """Every mutant of one document; in `group` stand the codes that may replace one another."""
    text = (root / file).read_text(encoding="utf-8")
    document = json.loads(text)
    seen = _codes(json.loads((root / each).read_text(encoding="utf-8")) for each in group)
    found: dict[str, Mutant] = {}
    for where, new in _changes(document, (), seen):
        changed = copy.deepcopy(document)
        before = _at(changed, where)
        told = f"{json.dumps(before)} -> {json.dumps(new)}" if new is not GONE else "without it"
        _change(changed, where, new)
        content = json.dumps(_sealed(changed, where), ensure_ascii=False, indent=2)
        place = _place(document, where)
        mutant = Mutant(file, _line(text, before), place, told, content)
        found.setdefault(mutant.key, mutant)
    if not file.endswith(ONE_OF_ITS_KIND):
        gone = Mutant(file, 1, "file", "without it", None)
        found[gone.key] = gone
    return list(found.values())


def rewritten(root: Path, file: str) -> Mutant:
    """The same data in other spacing: no test may mind."""
    document = json.loads((root / file).read_text(encoding="utf-8"))
    return Mutant(file, 1, "file", "other spacing", json.dumps(document, indent=1))


class Gone:
    """In place of a value: the row is taken away."""


GONE = Gone()
ONE_OF_ITS_KIND = (
    "vocabulary.json",
    "rule_sets.json",
    "overlays.json",
    "listed.json",
    "discrepancies.json",
)


def _changes(value: Any, where: Way, seen: Seen) -> Iterator[tuple[Way, Any]]:
    if isinstance(value, dict):
        # Members that are all alike are rows of a table; in a list, the object itself is the row.
        in_list = bool(where) and isinstance(where[-1], int)
        alike = not in_list and len({type(member) for member in value.values()}) == 1
        for name, member in value.items():
            if alike:
                yield (*where, name), GONE
            yield from _changes(member, (*where, name), seen)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield (*where, index), GONE
            yield from _changes(item, (*where, index), seen)
    else:
        yield from ((where, new) for new in _others(value, _member(where), seen))


def _others(value: Any, member: str, seen: Seen) -> Iterator[Any]:
    """What may stand in place of a number, a flag, a date, an instant or a code."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        yield value - 1
    elif isinstance(value, str) and member not in WORDS and " " not in value:
        yield _a_day_later(value) or _another_code(value, seen[member])
    elif value is None and seen.get(member):
        yield seen[member][0]


def _a_day_later(value: str) -> str | None:
    try:
        if len(value) == len("2018-06-29"):
            return (date.fromisoformat(value) + timedelta(days=1)).isoformat()
        later = datetime.fromisoformat(value) + timedelta(days=1)
        return later.isoformat().replace("+00:00", "Z")
    except ValueError:
        return None


def _another_code(value: str, known: list[str]) -> str:
    """The next code that stands under the same name anywhere, or one that nobody knows."""
    if len(known) == 1:
        return f"{value}x" if value[-1:] != "0" else f"{value[:-1]}1"
    return known[(known.index(value) + 1) % len(known)]


def _codes(documents: Iterator[Any]) -> Seen:
    found: dict[str, set[str]] = {}

    def look(value: Any, member: str) -> None:
        if isinstance(value, dict):
            for name, below in value.items():
                look(below, name)
        elif isinstance(value, list):
            for below in value:
                look(below, member)
        elif isinstance(value, str) and " " not in value:
            found.setdefault(member, set()).add(value)

    for document in documents:
        look(document, "")
    return {member: sorted(codes) for member, codes in found.items()}


def _member(where: Way) -> str:
    return next((step for step in reversed(where) if isinstance(step, str)), "")


def _at(document: Any, where: Way) -> Any:
    for step in where:
        document = document[step]
    return document


def _change(document: Any, where: Way, new: Any) -> None:
    holder = _at(document, where[:-1])
    if new is GONE:
        del holder[where[-1]]
    else:
        holder[where[-1]] = new


def _place(document: Any, where: Way) -> str:
    """The way to a value, by the ids of rows where they have one."""
    steps = []
    for step in where:
        document = document[step]
        known = document.get("id") or document.get("date") if isinstance(document, dict) else None
        steps.append(f"[{known or step}]" if isinstance(step, int) else f".{step}")
    return "".join(steps).removeprefix(".")


def _sealed(document: Any, where: Way) -> Any:
    if not isinstance(document, dict) or "sha256" not in document or where == ("sha256",):
        return document
    rows = sorted([row["date"], row["title"]] for row in document["holidays"])
    said = json.dumps(
        [document["first"], document["last"], rows], ensure_ascii=False, separators=(",", ":")
    )
    return {**document, "sha256": hashlib.sha256(said.encode()).hexdigest()}


def _line(text: str, value: Any) -> int:
    """The only line that holds a value, else the first of the file."""
    lines = [n for n, line in enumerate(text.splitlines(), 1) if json.dumps(value) in line]
    return lines[0] if len(lines) == 1 else 1
