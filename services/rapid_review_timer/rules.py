"""The rules of the timer as data.

A directory of rules holds `<RULE ID>.json`, the dated versions of one rule each; `rule_sets`,
`overlays` (relaxations), `discrepancies` (points on which sources disagree), `listed` (rules that
are no clock) and `vocabulary` (the words for every code); and `profiles/<profile>.json`, what an
area does differently. A new rule, rule set or local profile is a new file or row and no code.
"""

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from services.rapid_review_timer.profiles import Profile
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import Rule, RuleError
from services.rapid_review_timer.rule_sets import (
    Discrepancy,
    Listed,
    Overlay,
    RuleSet,
    Vocabulary,
)

BUNDLED = Path(__file__).with_name("rules")
ENGLAND = "england"
"""The profile of every area that has none of its own."""

NOT_RULES = {"rule_sets", "discrepancies", "overlays", "listed", "vocabulary"}
T = TypeVar("T")


def load_rule_book(directory: Path) -> RuleBook:
    """Read and check a directory of rules; no profile is applied (see RuleBook.under).

    Raises RuleError `rules_invalid`, naming the file and the fields at fault and no values.
    """
    rule_sets = _read(directory / "rule_sets.json", TypeAdapter(tuple[RuleSet, ...]))
    switches = _read(directory / "discrepancies.json", TypeAdapter(tuple[Discrepancy, ...]))
    profiles = [
        _read(path, TypeAdapter(Profile)) for path in sorted(directory.glob("profiles/*.json"))
    ]
    rules = {
        path.stem: _read(path, TypeAdapter(tuple[Rule, ...]))
        for path in sorted(directory.glob("*.json"))
        if path.stem not in NOT_RULES
    }
    book = _checked(
        "rules taken together",
        lambda: RuleBook(
            rule_sets=rule_sets,
            overlays=_read(directory / "overlays.json", TypeAdapter(tuple[Overlay, ...])),
            discrepancies={switch.id: switch for switch in switches},
            listed=_read(directory / "listed.json", TypeAdapter(tuple[Listed, ...])),
            vocabulary=_read(directory / "vocabulary.json", TypeAdapter(Vocabulary)),
            rules=rules,
            profiles={profile.id: profile for profile in profiles},
        ),
    )
    for profile in profiles:
        _checked(f"profile {profile.id}", partial(_could_be_written, book.under(profile.id)))
    return book


def _could_be_written(book: RuleBook) -> None:
    """What a profile makes of a rule has to be one that could stand in its file."""
    for versions in book.rules.values():
        for changed in versions:
            Rule.model_validate(changed.model_dump(by_alias=True))


def _read(path: Path, adapter: TypeAdapter[T]) -> T:
    return _checked(path.name, lambda: adapter.validate_json(path.read_bytes()))


def _checked(reading: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except OSError as refused:
        raise RuleError("rules_invalid", f"{reading}: {type(refused).__name__}") from None
    except ValidationError as refused:
        at = {".".join(map(str, error["loc"])) or error["msg"] for error in refused.errors()}
        raise RuleError("rules_invalid", f"{reading}: {', '.join(sorted(at))}") from None


@cache
def rule_book(profile: str = ENGLAND) -> RuleBook:
    """The rules that come with the code, as a profile reads them.

    Raises RuleError `unknown_profile`.
    """
    return _bundled().under(profile)


@cache
def _bundled() -> RuleBook:
    return load_rule_book(BUNDLED)


def rule(rule_id: str, on: date) -> Rule:
    """See RuleBook.rule."""
    return rule_book().rule(rule_id, on)
