"""The whole flow of a case: every step there is, and none that there is not."""

import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.intake.case_flow import (
    OPEN,
    Moment,
    Reached,
    Refused,
    permitted,
    reached,
    transition,
    transitions,
)
from shared.contracts.event_codes import Stage

SEED = int(os.environ.get("VIGIL_TEST_SEED", "20261122"))
DOCUMENT = Path(__file__).parents[3] / "docs" / "case-flow.md"
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)

STEPS = """
-                    incident.reported                  reported
-                    incident.assessed                  triage
reported             incident.assessed                  triage
reported             incident.linked                    merged
triage               incident.linked                    merged
triage               incident.decided:notifiable        notifiable
triage               incident.decided:simple            simple_notification
triage               incident.decided:not_notifiable    not_notifiable
notifiable           incident.notified:panel            notified
simple_notification  incident.notified:simple           closed
notified             review.opened                      rapid_review
rapid_review         review.submitted                   rr_submitted
rr_submitted         panel.received                     panel_considering
panel_considering    panel.information.requested        more_info
more_info            panel.information.supplied         panel_considering
panel_considering    panel.decided:agree_no_lcspr       no_further_review
panel_considering    panel.decided:agree_lcspr          -
panel_considering    panel.decided:disagree_recommends_lcspr -
panel_considering    panel.decided:not_serious_case     -
panel_considering    lcspr.commissioned                 lcspr_commissioned
panel_considering    panel.decided:national_review      national_review
lcspr_commissioned   panel.decided:national_review      national_review
lcspr_commissioned   lcspr.drafted                      lcspr_drafted
lcspr_drafted        lcspr.sent                         lcspr_prepublication
lcspr_prepublication lcspr.published                    lcspr_published
lcspr_prepublication lcspr.withheld                     lcspr_not_published
lcspr_published      learning.action.opened             learning_tracking
lcspr_not_published  learning.action.opened             learning_tracking
no_further_review    learning.action.opened             learning_tracking
national_review      learning.action.opened             learning_tracking
learning_tracking    case.closed                        closed
no_further_review    case.closed                        closed
lcspr_published      case.closed                        closed
lcspr_not_published  case.closed                        closed
notifiable           incident.withdrawn                 withdrawn
notified             incident.withdrawn                 withdrawn
rapid_review         incident.withdrawn                 withdrawn
rr_submitted         incident.withdrawn                 withdrawn
panel_considering    incident.withdrawn                 withdrawn
withdrawn            incident.reopened                  triage
not_notifiable       incident.reopened                  triage
simple_notification  incident.reopened                  triage
closed               incident.reopened                  triage
no_further_review    incident.reopened                  triage
rapid_review         review.extension.requested         -
rapid_review         review.extension.decided           -
"""
STAY = ("incident.corrected", "incident.transferred")
TIMERS = {
    "incident.assessed": "start DL01 DL02 DL03",
    "incident.linked": "cancel; take_over_earliest DL01 DL02 DL03",
    "incident.decided:notifiable": "keep DL01 DL02 DL03",
    "incident.decided:simple": "cancel DL01 DL02 DL03; start DL04 DL05",
    "incident.decided:not_notifiable": "cancel DL01 DL02 DL03",
    "incident.notified:panel": "meet DL01; start DL06 DL07",
    "incident.notified:simple": "meet DL04 DL05",
    "review.submitted": "meet DL06 DL07; start DL09",
    "panel.information.requested": "suspend DL09",
    "panel.information.supplied": "restart DL09",
    "panel.decided:agree_no_lcspr": "meet DL09",
    "panel.decided:agree_lcspr": "meet DL09",
    "panel.decided:disagree_recommends_lcspr": "meet DL09",
    "panel.decided:not_serious_case": "meet DL09",
    "panel.decided:national_review": "meet DL09; suspend DL11",
    "lcspr.commissioned": "meet DL09; start DL10 DL11",
    "lcspr.sent": "meet DL12",
    "lcspr.published": "meet DL11",
    "lcspr.withheld": "meet DL11",
    "case.closed": "cancel DL10 DL11",
    "incident.withdrawn": "cancel",
    "incident.reopened": "start DL01 DL02 DL03",
    "incident.corrected": "recompute",
    "incident.transferred": "keep",
    "review.extension.requested": "keep DL07",
    "review.extension.decided": "recompute DL07",
    "panel.received": "restart DL09",
    "lcspr.drafted": "start DL12",
}


def _stage(text: str) -> Stage | None:
    return None if text == "-" else Stage(text)


def steps() -> dict[tuple[Stage | None, str], Stage | None]:
    rows = [line.split() for line in STEPS.strip().splitlines()]
    return {(_stage(source), fact): _stage(to) for source, fact, to in rows}


def test_every_step_is_as_it_is_written_here_and_there_is_no_other() -> None:
    expected = steps() | {(stage, fact): None for stage in OPEN for fact in STAY}
    found = {(source, row.fact): row.to for row in transitions() for source in row.sources}
    assert found == expected


def test_every_step_says_who_takes_it_and_what_must_hold() -> None:
    assert all(row.actor and row.guard for row in transitions())


def test_what_a_step_does_to_clocks_is_as_it_is_written_here() -> None:
    said = {
        row.fact: "; ".join(" ".join((one.does, *one.limits)) for one in row.timers)
        for row in transitions()
    }
    assert {fact: timers for fact, timers in said.items() if timers} == TIMERS


def test_every_stage_can_be_reached_and_left_or_is_an_end() -> None:
    entered = {row.to for row in transitions()} - {None}
    assert entered == set(Stage)
    left = {stage for row in transitions() if row.to for stage in row.sources}
    assert set(Stage) - left == {Stage.MERGED}


def test_the_document_has_every_step() -> None:
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]
    for row in transitions():
        (line,) = [line for line in lines if line.startswith(f"| `{row.fact}` |")]
        assert row.guard in line
        assert f"| `{row.to}` |" in line or (row.to is None and "| stays |" in line)
        if set(row.sources) != OPEN:
            assert all(f"`{source}`" in line for source in row.sources if source)


@pytest.mark.parametrize("stage", [None, *Stage])
def test_anything_else_is_refused_with_a_code(stage: Stage | None) -> None:
    for fact in {row.fact for row in transitions()}:
        if transition(stage, fact) is not None:
            continue
        with pytest.raises(Refused) as refused:
            permitted(stage, fact)
        merged = stage is Stage.MERGED
        assert refused.value.code == ("merged" if merged else "not_in_this_stage")
        assert stage not in refused.value.allowed


def test_a_name_that_is_no_step_is_refused() -> None:
    with pytest.raises(Refused, match="unknown_fact"):
        permitted(Stage.TRIAGE, "incident.forgotten")


STORY = (
    "incident.reported",
    "incident.assessed",
    "incident.decided:notifiable",
    "incident.notified:panel",
    "review.opened",
    "review.submitted",
    "panel.received",
    "panel.information.requested",
    "panel.information.supplied",
    "lcspr.commissioned",
    "lcspr.drafted",
    "lcspr.sent",
    "lcspr.published",
    "learning.action.opened",
    "case.closed",
)


def moments(*facts: str) -> list[Moment]:
    """One an hour, in this order."""
    return [Moment(fact, MONDAY + timedelta(hours=hour)) for hour, fact in enumerate(facts)]


def test_a_case_goes_its_whole_way_in_whatever_order_its_facts_are_heard_of() -> None:
    print(f"seed {SEED}")
    chance = random.Random(SEED)
    story = moments(*STORY)
    for length in range(1, len(story) + 1):
        known = story[:length]
        expected = reached(known)
        for _ in range(10):
            heard = known + chance.choices(known, k=3)
            chance.shuffle(heard)
            assert reached(heard) == expected
    assert reached(story) == Reached(Stage.CLOSED, story[-1].at)


def test_a_fact_waits_for_those_it_follows_from() -> None:
    story = moments(*STORY[:6])
    without_decision = [one for one in story if "decided" not in one.fact]
    assert reached(without_decision) == Reached(Stage.TRIAGE, story[1].at)


def test_a_withdrawn_case_stays_withdrawn_whatever_is_heard_of_afterwards() -> None:
    story = moments(*STORY[:3], "incident.withdrawn", "incident.notified:panel", "review.opened")
    assert reached(story) == Reached(Stage.WITHDRAWN, story[3].at)


def test_a_second_request_of_the_panel_is_no_step_back() -> None:
    story = moments(
        *STORY[:8],
        "panel.information.requested",
        "panel.information.supplied",
    )
    assert reached(story) == Reached(Stage.PANEL_CONSIDERING, story[-1].at)


def test_information_may_be_asked_for_more_than_once() -> None:
    asked, supplied = "panel.information.requested", "panel.information.supplied"
    story = moments(*STORY[:7], asked, supplied, asked)
    assert reached(story) == Reached(Stage.MORE_INFO, story[-1].at)


def test_a_national_review_ends_a_local_one_that_was_commissioned() -> None:
    story = moments(*STORY[:7], "lcspr.commissioned", "panel.decided:national_review")
    found = reached(story)
    assert found is not None
    assert found.stage is Stage.NATIONAL_REVIEW
