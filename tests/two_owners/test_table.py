"""The table of rules names every test here, and every test stands in the table."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
TABLE = HERE.parents[1] / "docs" / "two-owners.md"
_ROW = re.compile(r"^\|(?P<cells>.+)\| `(?P<test>test_\w+)` \|$")


def rows() -> list[tuple[list[str], str]]:
    found = [_ROW.match(line) for line in TABLE.read_text().splitlines()]
    return [
        ([cell.strip() for cell in row["cells"].split("|")], row["test"]) for row in found if row
    ]


def written_tests() -> list[str]:
    modules = [ast.parse(path.read_text()) for path in HERE.glob("test_*.py")]
    return [
        node.name
        for module in modules
        for node in ast.walk(module)
        if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("test_")
    ]


def test_every_pair_in_the_table_has_a_test_and_every_test_a_row() -> None:
    assert sorted(name for _, name in rows()) == sorted(written_tests())


def test_every_row_says_who_owns_what_by_which_rule_and_what_is_shown() -> None:
    for cells, name in rows():
        assert len(cells) == 6, name
        assert all(cells), f"a cell of {name} says nothing"
        assert re.fullmatch(r"\*\*[a-z].+\*\*", cells[3]), f"{name}: the rule has no name"
