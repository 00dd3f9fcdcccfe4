"""The steps of a review in the journey, in words; the data are the committed examples."""

import pytest

from services.reporting.journey import journey
from services.reporting.known import as_it_happened
from shared.contracts.catalogue import event_type
from shared.contracts.lcspr_events import LCSPR_TOPICS
from shared.contracts.panel_events import REPLY_TOPICS
from shared.contracts.review_events import REVIEW_TOPICS
from tests.contracts.committed import example
from tests.services.reporting.sample_events import CASE, Story, at

SAID = {
    "review.opened": "Rapid review opened: the Panel was notified Tuesday 3 March 2026 at 14:05",
    "findings.recorded": "First findings recorded: something has to be done at once",
    "review.summary.requested": (
        "Northbank Hospitals Trust was asked for what it knows, by Tuesday 17 March 2026"
    ),
    "review.summary.chased": "Northbank Hospitals Trust was reminded of its summary, 1 time so far",
    "review.summary.received": "Northbank Hospitals Trust answered: its summary is in",
    "review.aims.recorded": (
        "Aims of the rapid review written down, version 1: all four are filled; "
        "next step: a local review"
    ),
    "review.approval.recorded": (
        "Merseyside Police (police) approved version 1 of the rapid review"
    ),
    "review.submitted": (
        "Rapid review sent to the Panel, approved by all three partners; next step: a local review"
    ),
    "panel.received": "The Panel has received the rapid review",
    "panel.information.requested": (
        "The Panel asked for more information, by Wednesday 8 April 2026"
    ),
    "panel.information.supplied": "The information that the Panel asked for was supplied",
    "panel.decided": (
        "The Panel decided at its meeting on Thursday 9 April 2026: it agrees with a local review"
    ),
    "review.extension.requested": (
        "Extension asked for to Tuesday 31 March 2026: an agency has not answered yet. The review "
        "stays due Tuesday 24 March 2026 until it is granted"
    ),
    "review.extension.decided": (
        "Extension granted to Tuesday 31 March 2026; it was due Tuesday 24 March 2026"
    ),
    "lcspr.commissioned": "Local review decided on Tuesday 14 April 2026, with 1 reviewer",
    "lcspr.told": (
        "The Panel was told of the decision for a local review on Wednesday 15 April 2026"
    ),
    "lcspr.drafted": "Local review drafted; publication planned for Monday 12 October 2026",
    "lcspr.sent": (
        "Copies of the local review went to the Panel, the Secretary of State, Ofsted on "
        "Thursday 1 October 2026; it may be published from Monday 12 October 2026"
    ),
    "lcspr.delayed": "The local review will be late: criminal proceedings",
    "lcspr.published": (
        "Local review published on Monday 12 October 2026 (the whole report); it stays up through "
        "Monday 11 October 2027"
    ),
    "lcspr.withheld": "The local review is not published: it could harm a child",
    "learning.action.opened": (
        "Action for Northbank Hospitals Trust (information sharing), by Friday 29 January 2027"
    ),
    "learning.action.closed": "Action closed on Wednesday 20 January 2027: done",
}


def words_of(topic: str, **changes: object) -> tuple[str, tuple[str, ...]]:
    row = event_type(f"uk.vigil.{topic}.v1")
    assert row is not None
    data = row.model.model_validate(example(row.type)["data"] | changes)
    story = Story()
    story.tell(row.producer, data, at(5))
    facts = sorted(story.facts, key=as_it_happened)
    (step,) = journey(CASE, facts, (), at(6)).steps
    return step.what, step.late


@pytest.mark.parametrize("topic", SAID)
def test_a_step_is_one_sentence_without_a_name_of_a_person(topic: str) -> None:
    assert words_of(topic)[0] == SAID[topic]


def test_a_summary_after_its_day_is_marked() -> None:
    what, late = words_of("review.summary.received", late=True, nil_return=True)
    assert what == "Northbank Hospitals Trust answered, late: it was not involved"
    assert late == ("after its day",)


def test_aims_that_are_open_are_named() -> None:
    what, _ = words_of("review.aims.recorded", filled=["facts"], next_step=None)
    assert what.endswith(
        "still open: what has to be done at once, what can be learnt, the next step"
    )


def test_a_refused_extension_keeps_the_date() -> None:
    what, _ = words_of("review.extension.decided", answer="refused", agreed_date=None)
    assert what == "Extension refused: the review stays due Tuesday 24 March 2026"


def test_an_early_publication_says_why() -> None:
    what, _ = words_of("lcspr.published", early_because="court_order")
    assert "sooner after its copies than the limit allows: a court ordered it" in what


def test_every_step_is_tried() -> None:
    assert SAID.keys() == {*REVIEW_TOPICS, *LCSPR_TOPICS, *REPLY_TOPICS}
