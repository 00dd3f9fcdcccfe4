"""A closed case: no clock of its review runs on, what was met stays met."""

import os
import random
from datetime import date
from uuid import UUID

from services.rapid_review_timer.keep_clocks import in_line
from shared.contracts.event_codes import PanelDecision
from tests.services.rapid_review_timer.case_changed import CaseChanged
from tests.services.rapid_review_timer.case_told import at
from tests.services.rapid_review_timer.sample_cases import how_met, of, why_cancelled
from tests.services.rapid_review_timer.test_panel_reply_clocks import PanelTold
from tests.services.rapid_review_timer.test_suspended_clocks import Kept

SEED = int(os.environ.get("VIGIL_TEST_SEED", "20261122"))
RUN_ON = {"DL01", "DL02", "DL03", "DL04", "DL05", "DL20"}
"""Somebody is still to be told, whether the case is closed or not."""


def closed_at(day: str, told: PanelTold) -> PanelTold:
    assert isinstance(told.case, CaseChanged)
    told.case.closed(at(day))
    return told


def in_national_review() -> PanelTold:
    """A local review had been commissioned; nobody noted that its decision was told."""
    told = PanelTold(CaseChanged())
    told.at("2019-06-28").submitted().commissioned(date(2019, 6, 28))
    told.received("2019-07-01").decided("2019-07-05", PanelDecision.NATIONAL_REVIEW)
    return told


def test_what_runs_or_stands_still_is_cancelled_and_says_why() -> None:
    before = of(in_national_review().case)
    assert (before["DL10"].state, before["DL11"].state) == ("running", "suspended")
    after = of(closed_at("2019-09-02", in_national_review()).case)
    assert why_cancelled(after["DL10"]) == why_cancelled(after["DL11"]) == "closed"


def test_what_was_met_is_not_touched() -> None:
    told = in_national_review()
    before = {rule: how_met(of(told.case)[rule]) for rule in ("DL06", "DL07", "DL09")}
    closed_at("2019-09-02", told)
    assert {rule: how_met(of(told.case)[rule]) for rule in before} == before


def test_who_must_be_told_must_be_told_after_the_closing_too() -> None:
    told = closed_at("2019-09-02", in_national_review())
    running = {rule for rule, deadline in of(told.case).items() if deadline.state == "running"}
    assert running == {"DL02"} <= RUN_ON


def test_each_clock_is_cancelled_once_and_told_as_cancelled() -> None:
    told = in_national_review()
    kept = Kept(told, "DL11")
    kept.brought_in_line()
    closed_at("2019-09-02", told)
    says, events = kept.brought_in_line()
    assert says == ("cancelled",)
    assert [type(event).__name__ for event in events] == ["DeadlineCancelled"]
    assert kept.row().next_firing is None
    assert kept.brought_in_line() == ((), [])


def test_the_clocks_of_a_closed_case_are_the_same_in_every_order_of_arrival() -> None:
    print(f"seed {SEED}")
    chance, told = random.Random(SEED), closed_at("2019-09-02", in_national_review())
    known, expected = list(told.case.facts), of(told.case)
    for _ in range(20):
        heard = known + chance.choices(known, k=3)
        chance.shuffle(heard)
        told.case.facts = heard
        assert of(told.case) == expected


def test_a_case_opened_again_has_clocks_of_its_own() -> None:
    told = closed_at("2019-09-02", in_national_review())
    assert isinstance(told.case, CaseChanged)
    told.case.reopened(at("2019-10-01"), at("2019-10-01"))
    told.case.assessed(at("2019-10-01"), at("2019-10-01"), cycle=2)
    stored = in_line(told.case.case_id, told.case.facts, {}).steps
    found: dict[tuple[int, str], str] = {
        (change.deadline.cycle, change.deadline.rule): change.deadline.state for change, _ in stored
    }
    assert found[1, "DL11"] == "cancelled"
    assert found[2, "DL01"] == "running"
    assert isinstance(told.case.case_id, UUID)
