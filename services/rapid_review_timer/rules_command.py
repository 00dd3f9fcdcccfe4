"""`rules`: all rule data as one Markdown document, which is also docs/deadlines.md."""

from collections.abc import Iterable

import typer

from services.rapid_review_timer.calculate_command import calculate
from services.rapid_review_timer.compare_command import compare
from services.rapid_review_timer.rule_book import RuleBook
from services.rapid_review_timer.rule_row import Alternative, Citation, Rule, Span
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.sentence import of_them

HEAD = """# Deadlines

Every time limit, as the rule data of the rapid-review timer has it. This page is printed by
`python -m services.rapid_review_timer rules`; a limit is changed in its file and not here.
"(to be confirmed)" marks what has not been read in the text that is named."""
Row = Iterable[str]
NO_CLOCK = """\
A limit without a number of days (DL08, DL15) is listed and starts no clock: a date would be
invented. The review shows what is still to be sent, and since when. For DL15 no source gives days.
For DL08 Working Together 2018 says promptly; the sixteenth working day of one older local timetable
(X14) is kept as a reading that no profile takes.

A time of "at least" (DL13, DL14B) starts none either. A clock waits for something that somebody
does, is met by it, and is late without it. Here nobody has anything to do before the day, nothing
but time meets it, and when it has passed nobody is late: nothing could be fired. What it forbids is
to take the report down, which is no command of this system. `lcspr.published` says until when a
review stays available, and the review shows that day, also once the case is closed. DL14B counts
from the Panel's publication of a national report, which is not told here by any event.

DL16 and DL17 belong to an area and to no case: they run in the record of the area, from the days of
publication that its partners record. DL18 is listed and starts no clock, because nothing says here
that a financial year has ended."""


def add_to(app: typer.Typer) -> None:
    """Adds what can be asked without a store or a broker: `calculate`, `compare` and `rules`."""
    app.command()(calculate)
    app.command()(compare)
    app.command()(rules)


def rules() -> None:
    """Prints every rule, what starts and ends its clock, and where sources disagree."""
    typer.echo(document(rule_book()), nl=False)


def document(book: RuleBook) -> str:
    """The Markdown of a book's rules, the words for every code in it."""
    versions = [rule for held in book.rules.values() for rule in held]
    parts = [
        HEAD,
        "## Clocks",
        NO_CLOCK,
        _table(
            ("Rule", "What", "Limit", "Who, to whom", "Limit, act", "When missed"),
            (_clock(rule, book) for rule in versions),
        ),
        "## What starts, meets, moves, suspends and cancels each clock",
        _table(
            ("Rule", "Starts when", "Met when", "Moved when", "Suspended, resumed", "Cancelled"),
            (_life(held[-1], book) for held in book.rules.values()),
        ),
        "## Rule sets and what lies over them",
        _table(
            ("Rule set", "From", "To", "Why"),
            [
                (s.id, *_period(s.effective_from, s.effective_to), _sure(s.reason, s.confirmed))
                for s in book.rule_sets
            ]
            + [
                (
                    o.id,
                    *_period(o.effective_from, o.effective_to),
                    f"{o.shown}: {', '.join(o.relaxes)}; not {', '.join(o.unaffected)}. "
                    f"{o.except_when}. The end is a setting of the profile.",
                )
                for o in book.overlays
            ],
        ),
        "## Where sources disagree",
        _table(
            ("", "Question", "Readings, the default in bold", "What is shown"),
            (
                (
                    switch.id,
                    switch.question,
                    "<br>".join(
                        f"{f'**{name}**' if name == switch.default else name}: {side.says}"
                        for name, side in switch.options.items()
                    ),
                    switch.shown,
                )
                for switch in book.discrepancies.values()
            ),
        ),
        "## Listed, and no clock",
        _table(
            ("Rule", "Kind", "What", "What it does"),
            ((row.id, row.kind, row.title, row.does) for row in book.listed),
        ),
        "## Sources",
        "\n".join(
            f"- {rule.id}, version {rule.version}: {'; '.join(map(_cited, rule.citations))}."
            for rule in versions
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _clock(rule: Rule, book: RuleBook) -> Row:
    words = book.vocabulary
    since, until = _period(rule.effective_from, rule.effective_to)
    others = "".join(f"<br>or {_other(other, rule)}" for other in rule.alternatives)
    told = ", ".join(words.parties[code] for code in rule.to_whom)
    also = ", ".join(words.parties[code] for code in rule.should_tell_too)
    return (
        f"{rule.id}<br>{since} to {until}<br>{', '.join(book.rule_sets_of(rule))}",
        rule.title,
        f"{_limit(rule)}{others}",
        f"{', '.join(words.parties[code] for code in rule.who)}, to {told}"
        f"{f'; {also} should have it too' if also else ''}",
        f"{rule.force}, {rule.duty}",
        f"{rule.overdue.shown}: {', '.join(words.actions[code] for code in rule.overdue.does)}",
    )


def _limit(rule: Rule) -> str:
    if rule.fixed is not None:
        return f"{rule.fixed.replace('--', 'every ')}, a fixed date"
    if rule.span is None:
        return "promptly, no number"
    at_least = "at least " if rule.bounds == "at_least" else ""
    back = " before" if rule.direction == "backward" else ""
    return f"{at_least}{_length(rule.span)}{back} ({rule.basis})"


def _length(span: Span) -> str:
    if span.count == 0:
        return "the same day"
    unit = span.unit.removesuffix("s").replace("_", " ")
    latest = f", by {span.not_after} at the latest" if span.not_after else ""
    return f"{of_them(span.count, unit)}{latest}"


def _other(other: Alternative, rule: Rule) -> str:
    span = rule.span if isinstance(other.span, str) else other.span
    length = _length(span) if span else "no number"
    return f"{length} ({other.basis}, {other.discrepancy})"


def _life(rule: Rule, book: RuleBook) -> Row:
    life, words = rule.lifecycle, book.vocabulary
    pauses = [f"suspended when {words.happenings[code]}" for code in life.suspended_by] + [
        f"resumed when {words.happenings[code]}" for code in life.resumed_by
    ]
    return (
        rule.id,
        words.triggers[rule.trigger],
        "<br>".join(words.happenings[code] for code in life.met_by),
        "<br>".join(words.happenings[code] for code in life.moved_by) or "never",
        "<br>".join(pauses) or "never",
        "<br>".join(words.happenings[code] for code in life.cancelled_by) or "never",
    )


def _period(first: object, last: object) -> tuple[str, str]:
    return (str(first) if first else "not in force", str(last) if last else "open")


def _sure(text: str, confirmed: bool) -> str:
    return text if confirmed else f"{text} (to be confirmed)"


def _cited(citation: Citation) -> str:
    section = f", {citation.section}" if citation.section else ""
    return _sure(f"{citation.source}{section}", citation.confirmed)


def _table(head: Row, rows: Iterable[Row]) -> str:
    head = tuple(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
