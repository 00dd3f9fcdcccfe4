"""Which changes of code and data are tried, and that a change nobody notices is told."""

import json
from pathlib import Path

import pytest

from tests.mutation.code_mutants import mutants_of
from tests.mutation.parts import PARTS, matching
from tests.mutation.report import REASONS, Found, failures, survivor_lines
from tests.mutation.row_mutants import row_mutants_of
from tests.mutation.verdicts import Verdict, Verdicts, digest

ROOT = Path(__file__).parents[2]
CODE = '''"""Days."""
LIMIT = 5


def late(days: int, at_most: int = 3) -> bool:
    """Whether it is late."""
    if days < 0 and not at_most:
        raise ValueError("no days below zero")
    return days > at_most
'''


def changes(path: Path, text: str) -> set[str]:
    path.write_text(text, encoding="utf-8")
    made = row_mutants_of if path.suffix == ".json" else None
    found = (
        made(path.parent, path.name, [path.name]) if made else mutants_of(path.parent, path.name)
    )
    return {f"{mutant.place}: {mutant.change}" for mutant in found}


def test_code_is_changed_in_each_of_its_decisions_and_not_in_its_wording(tmp_path: Path) -> None:
    assert changes(tmp_path / "days.py", CODE) == {
        "module: 5 -> 6",
        "module: 5 -> 4",
        "module: 3 -> 4",
        "module: 3 -> 2",
        "late: days < 0 and (not at_most) -> not (days < 0 and (not at_most))",
        "late: days < 0 and (not at_most) -> days < 0 or not at_most",
        "late: days < 0 -> days <= 0",
        "late: 0 -> 1",
        "late: 0 -> -1",
        "late: not at_most -> at_most",
        "late: without raise ValueError('no days below zero')",
        "late: return days > at_most -> return None",
        "late: days > at_most -> days >= at_most",
    }


def test_a_default_and_a_constant_take_effect_at_import_and_a_body_does_not(tmp_path: Path) -> None:
    (tmp_path / "days.py").write_text(CODE, encoding="utf-8")
    found = mutants_of(tmp_path, "days.py")
    assert {mutant.inside for mutant in found if mutant.line in {2, 5}} == {None}
    assert {mutant.inside for mutant in found if mutant.line > 5} == {"late"}


def test_data_is_changed_in_numbers_dates_codes_flags_and_rows(tmp_path: Path) -> None:
    rows = [
        {"id": "A", "from": "2018-12-31", "count": 5, "unit": "days", "says": "Five days"},
        {"id": "B", "from": None, "confirmed": True, "unit": "hours", "at": ["x"]},
    ]
    assert changes(tmp_path / "rules.json", json.dumps(rows)) == {
        "file: without it",
        "[A]: without it",
        '[A].id: "A" -> "B"',
        '[A].from: "2018-12-31" -> "2019-01-01"',
        "[A].count: 5 -> 6",
        "[A].count: 5 -> 4",
        '[A].unit: "days" -> "hours"',
        "[B]: without it",
        '[B].id: "B" -> "A"',
        '[B].from: null -> "2018-12-31"',
        "[B].confirmed: true -> false",
        '[B].unit: "hours" -> "days"',
        "[B].at[0]: without it",
        '[B].at[0]: "x" -> "xx"',
    }


def test_a_changed_calendar_is_sealed_anew_so_that_only_its_days_can_give_it_away(
    tmp_path: Path,
) -> None:
    (file,) = matching(ROOT, PARTS["calendar"].data)
    whole = json.loads((ROOT / file).read_text(encoding="utf-8"))
    sums = {
        json.loads(mutant.content or "{}").get("sha256")
        for mutant in row_mutants_of(ROOT, file, [file])
    }
    assert len(sums) > len(whole["holidays"])


def test_a_kill_holds_until_the_test_that_made_it_is_edited(tmp_path: Path) -> None:
    (tmp_path / "test_days.py").write_text("one")
    kept = Verdicts(tmp_path / "results", "rules")
    kept.add(0, Verdict("m1", "killed", "test_days.py::test_x", digest(tmp_path, ["test_days.py"])))
    kept.add(1, Verdict("m2", "survived", "", "the whole part"))
    assert kept.holding(tmp_path, "the whole part").keys() == {"m1", "m2"}
    assert kept.holding(tmp_path, "another whole").keys() == {"m1"}
    (tmp_path / "test_days.py").write_text("two")
    assert kept.holding(tmp_path, "another whole").keys() == set()


def test_what_a_run_with_more_processes_found_hides_nothing_found_since(tmp_path: Path) -> None:
    kept = Verdicts(tmp_path, "rules")
    kept.add(1, Verdict("m1", "survived", "", "the whole part before"))
    kept.add(0, Verdict("m1", "survived", "", "the whole part"))
    assert kept.holding(tmp_path, "the whole part").keys() == {"m1"}


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("killed", []),
        ("survived", ["rules: 1 changes of data that no test notices"]),
        (None, ["rules: 1 mutants are still to be tried: run it again"]),
    ],
)
def test_a_change_of_data_that_nobody_notices_fails_the_run(
    tmp_path: Path, outcome: str | None, said: list[str]
) -> None:
    (tmp_path / "rules.json").write_text('{"count": 5}')
    mutant = row_mutants_of(tmp_path, "rules.json", ["rules.json"])[0]
    given = {mutant.key: Verdict(mutant.key, outcome, "", "")} if outcome else {}  # type: ignore[arg-type]
    found = [Found("rules", [mutant], given)]
    assert failures(found) == said
    assert len(survivor_lines(found)) == (outcome == "survived")


def test_every_file_of_every_part_is_there() -> None:
    for part in PARTS.values():
        for patterns in (part.code, part.data, part.tests):
            assert all(matching(ROOT, (pattern,)) for pattern in patterns), part.name


def test_every_reason_is_of_a_file_that_is_changed_and_says_why() -> None:
    files = {file for part in PARTS.values() for file in [*part.code, *matching(ROOT, part.data)]}
    for row in json.loads(REASONS.read_text(encoding="utf-8")):
        assert len(row["reason"]) > 20
        assert {name.split(" ")[0] for name in row["mutants"]} <= files
