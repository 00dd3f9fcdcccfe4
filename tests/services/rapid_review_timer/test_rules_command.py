import typer
from typer.testing import CliRunner

from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.rules_command import document, rules
from tests.boundaries.source import REPOSITORY

PAGE = REPOSITORY / "docs" / "deadlines.md"


def test_the_page_about_deadlines_is_what_the_rules_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(rule_book()), (
        "print it again: python -m services.rapid_review_timer rules > docs/deadlines.md"
    )


def test_the_command_prints_the_page() -> None:
    app = typer.Typer()
    app.command()(rules)
    assert CliRunner().invoke(app, []).stdout == document(rule_book())


def test_every_rule_disagreement_and_source_is_on_the_page() -> None:
    text, book = document(rule_book()), rule_book()
    names = {*book.rules, *book.discrepancies, *(row.id for row in book.listed)}
    assert not [name for name in names if f"| {name}" not in text]
    sources = {
        cited.source
        for versions in book.rules.values()
        for rule in versions
        for cited in rule.citations
    }
    assert not [source for source in sources if source not in text]


def test_what_is_not_confirmed_is_marked() -> None:
    text = document(rule_book())
    assert "Working Together to Safeguard Children 2018, chapter 4, rapid review (to be" in text
    assert "Trafford notice of 30 March 2020 (to be confirmed)" not in text
