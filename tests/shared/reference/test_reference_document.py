"""The document on the reference data says what the data says."""

import json
import re
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

from shared.reference.directory import areas
from shared.reference.records import records

DOCUMENT = Path("docs/reference-data.md")


def table_after(heading: str) -> list[list[str]]:
    text = DOCUMENT.read_text(encoding="utf-8").split(heading, 1)[1]
    lines = text[text.index("|---") :].splitlines()[1:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def test_it_counts_the_rows_of_every_file() -> None:
    told = {row[0].strip("`"): int(row[1]) for row in table_after("## What is in it")}
    folder = files("shared.reference")
    held = {
        one.name: len(json.loads(one.read_bytes()))
        for one in folder.iterdir()
        if one.name.endswith(".json")
    }
    assert told == held


def test_it_counts_the_authorities_and_the_boards_of_every_day() -> None:
    rows = table_after("Counts to hold it against")
    assert len(rows) == 8
    for day, authorities, boards, _ in rows:
        on = _date(day)
        assert len(areas(on)) == int(authorities), day
        held = {
            row.organisation
            for row in records().health
            if row.holds_on(on) and row.organisation.startswith("icb-")
        }
        assert len(held) == int(boards or 0), day


def _date(words: str) -> date:
    return datetime.strptime(words, "%d %B %Y").replace(tzinfo=UTC).date()


def test_it_names_every_source_with_its_address() -> None:
    told = {row[0].strip("`"): row[1:] for row in table_after("## Where it comes from")}
    public = {key: row for key, row in records().sources.items() if row.address}
    assert set(told) == set(public)
    for key, row in public.items():
        assert told[key] == [f"{row.publisher}: [{row.title}]({row.address})", row.read]


def test_it_names_every_area_whose_seat_is_not_sure() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    unsure = {row.area for row in records().health if not row.confirmed}
    for code in unsure:
        name = records().areas_by_code[code].name
        assert re.search(rf"(?s)Two health seats are not sure.*{name} and NHS", text), name
    assert len(unsure) == 2
