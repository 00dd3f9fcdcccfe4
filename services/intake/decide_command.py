"""`decide`: what follows from the facts of one incident, without any store or broker."""

import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import typer
from pydantic_core import to_jsonable_python

from services.intake.children_said import children_of, operation_of
from services.intake.criteria import evaluate
from services.intake.criteria_rows import NoRuleSet, bundled
from services.intake.decision_shown import shown
from services.intake.facts_file import FactsFile, read_facts
from services.intake.fault_advice import advice_on
from services.intake.local_policy import asked_locally, with_copies
from services.intake.obligations import Seat
from services.intake.positions import Standing, standing_of
from shared.contracts.strict_json import (
    BadJson,
    FieldFault,
    Invalid,
    field_names,
    parse,
)
from shared.reference import directory
from shared.reference.errors import UnknownReference

EXAMPLE = Path(__file__).with_name("criteria") / "example_facts.json"
NOT_VALID = 2
NOBODY = UUID(int=0)


class NotDecided(Exception):
    """Each fault is a code, a place in the facts, and what to do; never a value."""

    def __init__(self, faults: list[FieldFault]) -> None:
        super().__init__("not decided")
        self.faults = faults


def decision_of(facts: bytes) -> dict[str, Any]:
    """The answer to the facts of one incident, a JSON object. Raises NotDecided."""
    try:
        said = read_facts(parse(facts, names=field_names(FactsFile)))
        children = children_of(said)
        found = evaluate(
            said.case_id or NOBODY,
            said.cycle,
            children,
            directory,
            operation=operation_of(said),
        )
    except BadJson as bad:
        raise NotDecided([FieldFault(bad.pointer, bad.code)]) from None
    except Invalid as invalid:
        raise NotDecided(invalid.faults) from None
    except NoRuleSet:
        raise NotDecided([FieldFault("/decided_on", "before_the_criteria")]) from None
    standing = _standing(said, found.notifier_area)
    if standing.strangers:
        places = standing.strangers
        raise NotDecided(
            [FieldFault(f"/decision_makers/{n}/organisation", "not_a_partner") for n in places]
        )
    first = children[0]
    rules = bundled().rules_on(first.clock_started_on or first.decided_on)
    asked = asked_locally(children, found)
    case_id = said.case_id or NOBODY
    local = with_copies(asked, case_id, said.cycle, found, first.decided_on, directory)
    answer = shown(said, children, found, rules, local, standing, directory)
    jsonable: dict[str, Any] = to_jsonable_python(answer)
    return jsonable


def decide() -> None:
    try:
        answer = decision_of(sys.stdin.buffer.read())
    except NotDecided as refused:
        for fault in refused.faults:
            place = fault.pointer or "the facts"
            typer.echo(f"Not decided ({fault.code}): {place}: {advice_on(fault)}", err=True)
        raise typer.Exit(NOT_VALID) from None
    typer.echo(json.dumps(answer, indent=2))


decide.__doc__ = f"""Says who must notify whom, from the facts of one incident.

Reads one JSON object from the standard input and prints one: which rows
of the criteria apply and where they come from, the obligations, how many
notifications, and what is still open. It decides nothing: the authority
and its partners do. Exit code 0, also while the case is held; 2 where the
facts cannot be read, with a code, the field and what to do.

The fields are those of the national report, listed in docs/deciding.md:

\b
python -m services.intake decide < facts.json
\b
{EXAMPLE.read_text(encoding="utf-8")}"""


def _standing(said: FactsFile, area: str | None) -> Standing:
    """By the seats of the notifying area, as far as they are known."""
    seats: Sequence[Seat] = ()
    if area is not None and said.day is not None:
        with suppress(UnknownReference):
            seats = directory.seats_held(area, said.day)
    return standing_of(said.decision_makers, seats)
