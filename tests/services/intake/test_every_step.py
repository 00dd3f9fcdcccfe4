"""Each step of the flow, taken from each stage it leaves: the stage that follows from the events,
and what the timer's clocks really do beside what the row says they do."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import pytest

from services.intake.case_flow import Does, Transition, transitions
from services.intake.stage import stage_of
from services.rapid_review_timer.deadline import Deadline, deadlines_of
from services.rapid_review_timer.limits import TRIAGE
from services.rapid_review_timer.rules import rule_book
from shared.calendar.bank_holidays import england_and_wales
from shared.contracts.event_codes import Stage
from tests.services.intake.life_of_a_case import STEPS, Life

TRIAGED = ("incident.reported", "incident.assessed")
NOTIFIABLE = (*TRIAGED, "incident.decided:notifiable")
SIMPLE = (*TRIAGED, "incident.decided:simple")
REVIEW = (*NOTIFIABLE, "incident.notified:panel", "review.opened")
WITH_THE_PANEL = (*REVIEW, "review.submitted", "panel.received")
ENDED = (*WITH_THE_PANEL, "panel.decided:agree_no_lcspr")
COMMISSIONED = (*WITH_THE_PANEL, "lcspr.commissioned")
SENT = (*COMMISSIONED, "lcspr.drafted", "lcspr.sent")
NATIONAL = (*WITH_THE_PANEL, "panel.decided:national_review")
NATIONAL_LATER = (*COMMISSIONED, "panel.decided:national_review")
ACTION = "learning.action.opened"

WAYS: Mapping[Stage | None, tuple[tuple[str, ...], ...]] = {
    None: ((),),
    Stage.REPORTED: (("incident.reported",),),
    Stage.TRIAGE: (TRIAGED,),
    Stage.NOT_NOTIFIABLE: ((*TRIAGED, "incident.decided:not_notifiable"),),
    Stage.NOTIFIABLE: (NOTIFIABLE,),
    Stage.SIMPLE_NOTIFICATION: (SIMPLE,),
    Stage.NOTIFIED: (REVIEW[:-1],),
    Stage.RAPID_REVIEW: (REVIEW,),
    Stage.RR_SUBMITTED: (WITH_THE_PANEL[:-1],),
    Stage.PANEL_CONSIDERING: (WITH_THE_PANEL,),
    Stage.MORE_INFO: ((*WITH_THE_PANEL, "panel.information.requested"),),
    Stage.NO_FURTHER_REVIEW: (ENDED,),
    Stage.LCSPR_COMMISSIONED: (COMMISSIONED,),
    Stage.LCSPR_DRAFTED: (SENT[:-1],),
    Stage.LCSPR_PREPUBLICATION: (SENT,),
    Stage.LCSPR_PUBLISHED: ((*SENT, "lcspr.published"),),
    Stage.LCSPR_NOT_PUBLISHED: ((*SENT, "lcspr.withheld"),),
    Stage.NATIONAL_REVIEW: (NATIONAL, NATIONAL_LATER),
    Stage.LEARNING_TRACKING: tuple(
        (*way, ACTION) for way in (ENDED, (*SENT, "lcspr.withheld"), NATIONAL, NATIONAL_LATER)
    ),
    Stage.CLOSED: ((*ENDED, ACTION, "case.closed"), (*SIMPLE, "incident.notified:simple")),
    Stage.WITHDRAWN: ((*NOTIFIABLE, "incident.withdrawn"),),
}
"""How a case comes to each stage from which something leads on."""

ROWS = [pytest.param(row, id=row.fact) for row in transitions()]
Clocks = dict[tuple[int, str], Deadline]


def clocks_of(life: Life) -> Clocks:
    derived = deadlines_of(life.case.case_id, life.case.facts, rule_book(), england_and_wales())
    return {(one.cycle, one.rule): one for one in derived.deadlines if one.rule != TRIAGE}


def stage(life: Life, cycle: int = 1) -> Stage | None:
    found = stage_of(life.case.facts, cycle)
    return found.stage if found else None


def effects(before: Clocks, after: Clocks) -> Iterator[tuple[Does, str]]:
    """What became of the clocks, by rule; nothing of one that goes on as it was."""
    for key, now in after.items():
        was = before.get(key)
        states = (was.state if was else None, now.state)
        if was is None:
            assert now.state == "running", f"{now.rule} begins {now.state}"
            yield Does.START, now.rule
        elif states[0] != states[1]:
            changed = {
                "met": Does.MEET,
                "cancelled": Does.CANCEL,
                "suspended": Does.SUSPEND,
                "running": Does.RESTART,
            }
            yield changed[now.state], now.rule
        elif now.state == "running" and counted(was) != counted(now):
            yield Does.RESTART, now.rule


def counted(one: Deadline) -> tuple[datetime, datetime]:
    return one.basis.started_at, one.basis.late_from


def taken(row: Transition) -> list[tuple[Clocks, Clocks]]:
    """The clocks before and after the step, from each stage and by each way."""
    found = []
    for source in row.sources:
        for way in WAYS[source]:
            life = Life().takes(*way)
            assert stage(life) is source, f"{way} leads to {source}"
            before = clocks_of(life)
            life.takes(row.fact)
            if row.to is not Stage.MERGED:
                cycle = 2 if row.fact == "incident.reopened" else 1
                assert stage(life, cycle) is (row.to or source)
            found.append((before, clocks_of(life)))
    return found


def test_every_stage_and_every_step_is_walked() -> None:
    assert STEPS.keys() == {row.fact for row in transitions()}
    assert WAYS.keys() == {source for row in transitions() for source in row.sources}


@pytest.mark.parametrize("row", ROWS)
def test_a_step_leads_where_its_row_says_and_does_to_the_clocks_what_it_says(
    row: Transition,
) -> None:
    done = [list(effects(*each)) for each in taken(row)]
    found = {one for each in done for one in each}
    says = {(effect.does, rule) for effect in row.timers for rule in effect.limits}
    open_ended = {effect.does for effect in row.timers if not effect.limits}
    if Does.CANCEL in open_ended:
        for before, after in taken(row):
            assert all(one.state != "running" for one in after.values())
            ended = {rule for does, rule in effects(before, after) if does is Does.CANCEL}
            assert ended == {one.rule for one in before.values() if one.may_go_on}
        found = {one for one in found if one[0] is not Does.CANCEL}
        says = {one for one in says if one[0] is not Does.TAKE_OVER_EARLIEST}
    moves = {rule for does, rule in says if does is Does.RECOMPUTE}
    if moves or Does.RECOMPUTE in open_ended:
        assert found, "something is counted anew"
        assert {does for does, _ in found} <= {Does.RESTART, Does.START}
        assert not moves or {rule for _, rule in found} == moves
        return
    kept = {rule for does, rule in says if does is Does.KEEP}
    assert kept.isdisjoint({rule for _, rule in found})
    assert found == {one for one in says if one[0] is not Does.KEEP}
