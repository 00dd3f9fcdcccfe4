"""The Panel's days: from its receipt, stopped while it waits, anew from the answer, met by its
decision. Review due 2 July 2019; the submission on 28 June."""

import os
import random
from datetime import date
from uuid import UUID

import pytest

from services.rapid_review_timer.panel_answer import SupplyInformation, supply_information
from services.rapid_review_timer.review_shown import shown
from shared.contracts.event_codes import PanelDecision
from shared.contracts.panel_events import (
    PanelDecided,
    PanelInformationRequested,
    PanelReceived,
)
from tests.services.rapid_review_timer.case_told import at
from tests.services.rapid_review_timer.review_told import ReviewTold
from tests.services.rapid_review_timer.sample_cases import how_met, of, why_suspended

SEED = int(os.environ.get("VIGIL_TEST_SEED", "20261122"))
ANSWER = SupplyInformation(information="Invented information.")


class PanelTold(ReviewTold):
    def received(self, day: str, cycle: int = 1) -> "PanelTold":
        said = PanelReceived(
            reply_id=UUID(int=1), cycle=cycle, recorded_at=at(day), received_at=at(day)
        )
        self.case._add(said, at(day))
        return self

    def asked(self, day: str, number: int = 2, cycle: int = 1) -> "PanelTold":
        said = PanelInformationRequested(
            reply_id=UUID(int=number), cycle=cycle, recorded_at=at(day), requested_at=at(day)
        )
        self.case._add(said, at(day))
        return self

    def decided(self, day: str, decision: PanelDecision, cycle: int = 1) -> "PanelTold":
        said = PanelDecided(
            reply_id=UUID(int=9),
            cycle=cycle,
            recorded_at=at(day),
            decision=decision,
            decided_at=at(day),
        )
        self.case._add(said, at(day))
        return self


@pytest.fixture
def told() -> PanelTold:
    told = PanelTold()
    told.at("2019-06-28").submitted()
    return told


def test_the_panels_days_are_counted_from_its_receipt_of_the_review(told: PanelTold) -> None:
    assert told.clock("DL09").basis.due_date == date(2019, 7, 19)
    told.received("2019-07-01")
    assert told.clock("DL09").basis.due_date == date(2019, 7, 22)
    told.received("2019-07-03")
    assert told.clock("DL09").basis.due_date == date(2019, 7, 22), "the first receipt counts"


def test_a_request_stops_the_panels_days_and_the_answer_starts_them_anew(told: PanelTold) -> None:
    told.received("2019-07-01").asked("2019-07-08")
    assert why_suspended(told.clock("DL09")) == "information_awaited"
    told.at("2019-07-15").does(supply_information, ANSWER)
    clock = told.clock("DL09")
    assert (clock.state, clock.basis.started_at) == ("running", at("2019-07-15", "12:00"))
    assert clock.basis.due_date == date(2019, 8, 5)
    told.asked("2019-07-22", number=3)
    assert why_suspended(told.clock("DL09")) == "information_awaited"


@pytest.mark.parametrize("decision", PanelDecision)
def test_every_decision_of_the_panel_meets_its_limit(
    told: PanelTold, decision: PanelDecision
) -> None:
    told.received("2019-07-01").decided("2019-07-23", decision)
    met = how_met(told.clock("DL09"))
    assert (met.on_time, met.working_days_late, met.at) == (False, 1, at("2019-07-23"))


def test_what_the_panel_says_in_another_cycle_changes_nothing_here(told: PanelTold) -> None:
    before = told.clock("DL09")
    told.received("2019-07-01", cycle=2).asked("2019-07-03", cycle=2)
    told.decided("2019-07-05", PanelDecision.AGREE_LCSPR, cycle=2)
    assert told.clock("DL09") == before


def test_of_two_requests_the_earlier_is_the_one_that_is_waited_for(told: PanelTold) -> None:
    told.asked("2019-07-09", number=2).asked("2019-07-08", number=3).at("2019-07-10")
    panel = shown(told.review, told.met(), 9)["panel"]
    assert (panel["waits_for"], panel["asked_at"]) == (UUID(int=3), at("2019-07-08"))


def test_of_two_decisions_the_last_is_shown_and_the_first_was_the_reply(told: PanelTold) -> None:
    told.decided("2019-07-05", PanelDecision.AGREE_LCSPR)
    told.decided("2019-09-02", PanelDecision.NATIONAL_REVIEW).at("2019-09-03")
    panel = shown(told.review, told.met(), 9)["panel"]
    assert (panel["decision"], panel["decided_at"]) == ("national_review", at("2019-07-05"))


def test_a_national_review_stops_the_six_months_of_a_local_one(told: PanelTold) -> None:
    told.received("2019-07-01").decided("2019-07-05", PanelDecision.AGREE_LCSPR)
    told.at("2019-07-08").commissioned(date(2019, 7, 8))
    assert told.clock("DL11").state == "running"
    told.decided("2019-09-02", PanelDecision.NATIONAL_REVIEW)
    stopped = told.clock("DL11")
    assert why_suspended(stopped) == "national_review"
    told.decided("2019-09-09", PanelDecision.NATIONAL_REVIEW)
    assert told.clock("DL11") == stopped, "it stands still since the first"
    assert how_met(told.clock("DL09")).at == at("2019-07-05"), "the first reply was the reply"


def test_the_first_of_decision_and_commission_meets_the_limit(told: PanelTold) -> None:
    told.at("2019-07-04").commissioned(date(2019, 7, 4))
    told.received("2019-07-01").decided("2019-07-05", PanelDecision.AGREE_LCSPR)
    assert how_met(told.clock("DL09")).at == at("2019-07-04", "12:00")


def test_what_the_panel_did_not_ask_for_is_not_supplied(told: PanelTold) -> None:
    assert PanelTold().refusal(supply_information, ANSWER).code == "not_submitted"
    assert told.refusal(supply_information, ANSWER).code == "nothing_asked"
    told.received("2019-07-01").asked("2019-07-08").at("2019-07-09")
    early = SupplyInformation(information="Invented.", supplied_at=at("2019-07-05"))
    late = SupplyInformation(information="Invented.", supplied_at=at("2019-07-10"))
    assert told.refusal(supply_information, early).code == "before_it_was_asked_for"
    assert told.refusal(supply_information, late).code == "in_the_future"
    told.does(supply_information, ANSWER)
    assert told.refusal(supply_information, ANSWER).code == "nothing_asked"


def test_the_partners_see_what_the_panel_waits_for(told: PanelTold) -> None:
    told.received("2019-07-01").asked("2019-07-08").at("2019-07-09")
    panel = shown(told.review, told.met(), 9)["panel"]
    assert (panel["waits_for"], panel["asked_at"]) == (UUID(int=2), at("2019-07-08"))
    told.does(supply_information, ANSWER)
    told.decided("2019-07-30", PanelDecision.AGREE_NO_LCSPR)
    panel = shown(told.review, told.met(), 10)["panel"]
    assert (panel["waits_for"], panel["decision"]) == (None, "agree_no_lcspr")
    assert panel["decided_at"] == at("2019-07-30")


def test_the_clocks_are_the_same_in_every_order_of_arrival(told: PanelTold) -> None:
    told.received("2019-07-01").asked("2019-07-08").at("2019-07-15")
    told.does(supply_information, ANSWER)
    told.decided("2019-07-19", PanelDecision.NATIONAL_REVIEW)
    print(f"seed {SEED}")
    chance, known = random.Random(SEED), list(told.case.facts)
    for length in range(1, len(known) + 1):
        told.case.facts = known[:length]
        expected = of(told.case)
        for _ in range(5):
            heard = known[:length] + chance.choices(known[:length], k=2)
            chance.shuffle(heard)
            told.case.facts = heard
            assert of(told.case) == expected
