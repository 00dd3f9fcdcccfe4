"""Migrations only add, so that the version before runs on the schema of the one after."""

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.catalogue import SERVICES

REPOSITORY = Path(__file__).parents[2]
FIRST_RELEASED = "0002"
"""What came up to here was made before anything ran; from here on only what adds may come."""

RELAXED: dict[str, str] = {
    each["statement"]: each["reason"]
    for each in json.loads(Path(__file__).with_name("relaxed.json").read_text())
}
"""Statements that take nothing away from the version before though they do not only add (a check
replaced by a wider one, most of them), word for word, each with the reason."""

_ADDS = re.compile(
    r"create (unique )?index |create table |create (or replace )?view |create schema "
    r"|create (or replace )?function |comment on |grant ",
    re.IGNORECASE,
)
_ADDS_COLUMN = re.compile(r"alter table \w+ add column (?P<column>[^;]+)", re.IGNORECASE)


def only_adds(statement: str) -> bool:
    """Whether code that does not know of this statement runs on as before."""
    text = " ".join(statement.split())
    if text in RELAXED or _ADDS.match(text):
        return True
    column = _ADDS_COLUMN.fullmatch(text)
    if column is None or re.search(r", (add|drop|alter) ", text, re.IGNORECASE):
        return False
    said = column["column"].lower()
    return "not null" not in said or " default " in said or " generated " in said


def statements_of(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a migration would run."""
    spec = importlib.util.spec_from_file_location(f"migration_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    ran: list[str] = []
    monkeypatch.setattr(module.op, "execute", lambda statement: ran.append(str(statement)))
    module.upgrade()
    return ran


def migrations(service: str) -> list[Path]:
    versions = REPOSITORY / "services" / service / "migrations" / "versions"
    return [path for path in sorted(versions.glob("*.py")) if path.stem[:4] > FIRST_RELEASED]


@pytest.mark.parametrize("service", SERVICES)
def test_what_was_released_still_runs_on_the_newest_schema(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = migrations(service)
    assert found, "there is something to look at"
    for path in found:
        loose = [one for one in statements_of(path, monkeypatch) if not only_adds(one)]
        assert not loose, f"{path.name}: {loose}: add first, take away a release later"


@pytest.mark.parametrize(
    ("statement", "adds"),
    [
        ("create table seen (at timestamptz not null)", True),
        ("alter table outbox add column origin text", True),
        ("alter table outbox add column tries int not null default 0", True),
        ("alter table outbox add column tries int not null", False),
        ("alter table outbox add column tries int, drop column origin", False),
        ("alter table outbox drop column origin", False),
        ("alter table outbox alter column stream type uuid using stream::uuid", False),
        ("alter table outbox rename column stream to case_id", False),
        ("drop table parked", False),
        ("alter table notice drop constraint notice_state_check", False),
        ("revoke select on outbox from intake_app", False),
        ("update outbox set topic = 'other'", False),
    ],
)
def test_what_takes_away_is_told_from_what_adds(statement: str, adds: bool) -> None:
    assert only_adds(statement) is adds
