"""Every source of an obligation, from the facts of a case to the notices that it makes: who is told
of what, by which limit, with what force. The table is printed in docs/notices.md."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.intake.criteria_rows import bundled
from services.panel_notification.about import About
from services.panel_notification.handlers import registry
from services.panel_notification.notice import Notice, State
from services.panel_notification.review_tellings import ReviewTelling
from services.panel_notification.wanted import Telling
from shared.contracts.area_events import YearlyReportStep
from shared.contracts.catalogue import EVENT_TYPES
from shared.contracts.event_codes import RecipientKind
from shared.contracts.review_events import ReviewSubmitted
from shared.messaging.facts import Fact, of_type
from tests.journeys.obligation_sources import Source, Told, obligations_of
from tests.journeys.obligation_steps import STEPS, submitted
from tests.journeys.obligation_table import CHANGES, DECISIONS
from tests.journeys.obligation_years import YEARS
from tests.services.panel_notification.notices_in_memory import NoticesInMemory

SOURCES = (*DECISIONS, *CHANGES, *STEPS, *YEARS)
DOCUMENT = Path("docs/notices.md")


def told_of(facts: list[Fact]) -> list[Notice]:
    """The notices that the last fact makes once all that was owed before has gone out."""
    world = NoticesInMemory()
    for one in facts[:-1]:
        if isinstance(one.data, Telling | ReviewTelling | YearlyReportStep):
            world.learn(one)
    for notice_id in world.pending():
        world.send(notice_id)
    before = set(world.notices)
    for one in facts[-1:]:
        world.learn(one)
    return [
        notice
        for notice_id, notice in sorted(world.notices.items())
        if notice_id not in before and notice.state is not State.CANCELLED
    ]


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: f"{one.name}: {one.what}")
def test_a_source_makes_one_notice_for_everybody_who_has_to_be_told(source: Source) -> None:
    facts = source.makes()
    notices = told_of(facts)
    forces = {one.obligation_id: one.force for fact in facts for one in obligations_of(fact.data)}
    told: Told = {
        (one.recipient, one.area, one.limit_rule, forces[one.obligation_id].value)
        for one in notices
    }
    assert told == source.expected
    assert len(notices) == len(told)
    assert {one.about for one in notices} <= {source.about}


def test_every_row_of_the_criteria_stands_in_the_table() -> None:
    assert [one.name for one in DECISIONS if one.name.startswith("N")] == [
        row.id for row in {row.id: row for row in bundled().rows}.values()
    ]


def test_every_event_that_names_obligations_is_a_source_and_is_heard() -> None:
    naming = {row.model for row in EVENT_TYPES if "obligations" in row.model.model_fields}
    last = {type(facts[-1].data) for source in SOURCES if (facts := source.makes())}
    assert naming <= last
    assert {row.type for row in EVENT_TYPES if row.model in naming} <= registry.types()


def test_everything_that_a_notice_can_be_about_stands_in_the_table() -> None:
    assert {source.about for source in SOURCES} == set(About)


def test_every_kind_of_recipient_is_told_by_some_source() -> None:
    kinds = {one.recipient_kind for source in SOURCES for one in told_of(source.makes())}
    assert kinds == set(RecipientKind)


def test_the_submission_says_how_the_partners_see_a_local_and_a_national_review() -> None:
    [(_, said)] = of_type(submitted().case.facts, ReviewSubmitted)
    assert (said.next_step, said.local_criteria) == ("lcspr_yes", ["improvements"])
    assert said.national_criteria == []


def test_the_document_has_this_table() -> None:
    lines = [f"| {one.name} | {one.what} | {one.tells} |" for one in SOURCES]
    assert "\n".join(lines) in DOCUMENT.read_text(encoding="utf-8"), "\n".join(lines)


def test_words_that_are_not_understood_are_no_row() -> None:
    source = replace(SOURCES[0], tells="the Panel by DL01")
    with pytest.raises(ValueError, match="not understood"):
        _ = source.expected
