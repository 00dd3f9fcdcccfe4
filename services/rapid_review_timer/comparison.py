"""How one rule set differs from another: in its rules, and for starts that are given. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from services.rapid_review_timer.answers import Answer
from services.rapid_review_timer.calculation import calculate
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import Rule, RuleError
from services.rapid_review_timer.sentence import of_them
from shared.calendar.bank_holidays import Calendar
from shared.calendar.errors import CalendarError
from shared.calendar.working_days import working_days_between

COMPARED = (
    "title",
    "basis",
    "count",
    "unit",
    "fixed",
    "not_after",
    "direction",
    "who",
    "to_whom",
    "should_tell_too",
    "force",
    "duty",
    "due_soon_lead",
)
"""What of a rule makes it another one. Citations and words for a missed limit do not."""
NAMES_PARTIES = frozenset({"who", "to_whom", "should_tell_too"})


@dataclass(frozen=True)
class Start:
    """A clock that started: its rule, and a London date or an aware instant."""

    rule: str
    start: date | datetime


class NamedRule(Answer):
    rule: str
    title: str


class SaidOtherwise(Answer):
    """`what` is the field of a rule, `one` and `other` what each rule set says of it."""

    rule: str
    what: str
    one: str
    other: str


class Shifted(Answer):
    """Of `of` starts, `starts` fall due `working_days` later under the other; negative: earlier."""

    rule: str
    working_days: int
    starts: int
    of: int


class NotCounted(Answer):
    rule: str
    code: str
    starts: int


class Compared(Answer):
    """`counted` starts have a due date under both; `same` of them fall on the same day."""

    one: str
    other: str
    because: str
    only_in_one: list[NamedRule]
    only_in_other: list[NamedRule]
    said_otherwise: list[SaidOtherwise]
    counted: int
    same: int
    shifted: list[Shifted]
    not_counted: list[NotCounted]
    sentences: list[str]


def pairs(book: RuleBook, names: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Each rule set and the next, of those named or of all in force. Raises RuleError."""
    in_force = [rules.id for rules in book.rule_sets if rules.effective_from is not None]
    return list(pairwise([book.rule_set(name).id for name in names] or in_force))


def compared(
    book: RuleBook, calendar: Calendar, one: str, other: str, starts: Iterable[Start]
) -> Compared:
    """Raises RuleError for a rule set that is not there or not in force."""
    first, second = _rules_in(book, one), _rules_in(book, other)
    both = sorted(first.keys() & second.keys())
    shifts: Counter[tuple[str, int]] = Counter()
    not_counted: Counter[tuple[str, str]] = Counter()
    for begun in starts:
        if begun.rule not in both:
            continue
        try:
            shifts[begun.rule, _shift(first, second, calendar, begun)] += 1
        except (RuleError, CalendarError) as refused:
            not_counted[begun.rule, refused.code] += 1
    of: Counter[str] = Counter()
    for (rule, _), number in shifts.items():
        of[rule] += number
    made = Compared(
        one=one,
        other=other,
        because=book.rule_set(other).reason,
        only_in_one=_only(first, second),
        only_in_other=_only(second, first),
        said_otherwise=[
            said for rule in both for said in _said_otherwise(first[rule], second[rule], book)
        ],
        counted=shifts.total(),
        same=sum(number for (_, days), number in shifts.items() if not days),
        shifted=[
            Shifted(rule=rule, working_days=days, starts=number, of=of[rule])
            for (rule, days), number in sorted(shifts.items())
            if days
        ],
        not_counted=[
            NotCounted(rule=rule, code=code, starts=number)
            for (rule, code), number in sorted(not_counted.items())
        ],
        sentences=[],
    )
    return made.model_copy(update={"sentences": in_words(made)})


def _rules_in(book: RuleBook, rule_set: str) -> dict[str, Rule]:
    found = {}
    for rule_id in book.rules:
        try:
            found[rule_id] = book.rule_in(rule_id, rule_set)
        except RuleError as refused:
            if refused.code not in {"rule_not_in_force", "rule_off"}:
                raise
    return found


def _shift(
    first: dict[str, Rule], second: dict[str, Rule], calendar: Calendar, begun: Start
) -> int:
    before = calculate(first[begun.rule], calendar, begun.start).due_date
    after = calculate(second[begun.rule], calendar, begun.start).due_date
    if after >= before:
        return working_days_between(calendar, before, after)
    return -working_days_between(calendar, after, before)


def _only(these: dict[str, Rule], those: dict[str, Rule]) -> list[NamedRule]:
    return [
        NamedRule(rule=name, title=these[name].title)
        for name in sorted(these.keys() - those.keys())
    ]


def _said_otherwise(one: Rule, other: Rule, book: RuleBook) -> list[SaidOtherwise]:
    return [
        SaidOtherwise(
            rule=one.id,
            what=what,
            one=_words(what, getattr(one, what), book),
            other=_words(what, getattr(other, what), book),
        )
        for what in COMPARED
        if getattr(one, what) != getattr(other, what)
    ]


def _words(what: str, value: Any, book: RuleBook) -> str:
    if what in NAMES_PARTIES:
        return ", ".join(book.vocabulary.parties[code] for code in value) or "nobody"
    return "none" if value is None else str(value)


def in_words(made: Compared) -> list[str]:
    """A sentence for each way in which they differ."""
    said = [
        f"{row.rule} ({row.title}) exists in {rules} only."
        for rules, rows in ((made.one, made.only_in_one), (made.other, made.only_in_other))
        for row in rows
    ]
    said += [
        f"{row.rule}, {row.what.replace('_', ' ')}: {row.one} in {made.one}, "
        f"{row.other} in {made.other}."
        for row in made.said_otherwise
    ]
    said += [
        f"{row.rule} falls due {of_them(abs(row.working_days), 'working day')} "
        f"{'later' if row.working_days > 0 else 'earlier'} under {made.other} "
        f"for {row.starts} of {row.of} starts."
        for row in made.shifted
    ]
    if made.counted:
        said.append(
            f"{made.same} of {of_them(made.counted, 'start')} fall due on the same day under both."
        )
    return [
        *said,
        *(f"{row.rule}: {row.starts} not counted ({row.code})." for row in made.not_counted),
    ]
