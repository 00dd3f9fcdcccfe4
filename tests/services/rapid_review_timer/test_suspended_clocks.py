"""A clock that stands still: while the Panel waits for what it asked for, and from a national
review on. It is neither met nor cancelled, nothing fires, and it goes on as a new revision."""

from datetime import date
from uuid import UUID

import pytest

from services.rapid_review_timer.deadline_store import Kept as Row
from services.rapid_review_timer.keep_clocks import in_line
from services.rapid_review_timer.outcome import Suspended
from services.rapid_review_timer.panel_answer import SupplyInformation, supply_information
from services.rapid_review_timer.revision import Said
from services.rapid_review_timer.said import said_of
from services.rapid_review_timer.telling import told_of
from shared.contracts.deadline_events import DeadlineResumed, DeadlineState, DeadlineSuspended
from shared.contracts.event_codes import PanelDecision
from tests.services.rapid_review_timer.case_changed import CaseChanged
from tests.services.rapid_review_timer.case_told import at
from tests.services.rapid_review_timer.sample_cases import how_met, why_cancelled
from tests.services.rapid_review_timer.test_panel_reply_clocks import PanelTold

ANSWER = SupplyInformation(information="Invented information.")


@pytest.fixture
def told() -> PanelTold:
    """The Panel has the review since 1 July 2019 and asked for more on the 8th."""
    told = PanelTold(CaseChanged())
    told.at("2019-06-28").submitted()
    return told.received("2019-07-01").asked("2019-07-08")


class Kept:
    """What the timer keeps of one rule, and what it says each time it is brought in line."""

    def __init__(self, told: PanelTold, rule: str) -> None:
        self.told, self.rule = told, rule
        self.stored: dict[UUID, Row] = {}

    def brought_in_line(self) -> tuple[tuple[Said, ...], list[DeadlineState]]:
        case = self.told.case
        says: tuple[Said, ...] = ()
        events: list[DeadlineState] = []
        for change, kept in in_line(case.case_id, case.facts, self.stored).steps:
            self.stored[kept.deadline.deadline_id] = kept
            if kept.deadline.rule == self.rule:
                says += change.says
                events += [state for state, _ in told_of(change, at("2019-07-08"))]
        return says, events

    def row(self) -> Row:
        return next(k for k in self.stored.values() if k.deadline.rule == self.rule)


def test_what_waits_for_an_answer_stands_still_and_fires_nothing(told: PanelTold) -> None:
    kept = Kept(told, "DL09")
    says, events = kept.brought_in_line()
    assert says == ("set", "suspended")
    assert isinstance(events[-1], DeadlineSuspended)
    assert events[-1].reason == "information_awaited"
    assert (kept.row().deadline.state, kept.row().next_firing) == ("suspended", None)


def test_the_answer_lets_it_go_on_as_a_new_revision_that_fires(told: PanelTold) -> None:
    kept = Kept(told, "DL09")
    kept.brought_in_line()
    told.at("2019-07-15").does(supply_information, ANSWER)
    says, [resumed] = kept.brought_in_line()
    assert says == ("resumed",)
    assert isinstance(resumed, DeadlineResumed)
    assert (resumed.revision, resumed.previous_due_date) == (2, date(2019, 7, 22))
    assert resumed.due_date == date(2019, 8, 5)
    assert kept.row().next_firing is not None
    assert kept.brought_in_line() == ((), []), "the same facts again say nothing"


def test_a_decision_without_the_answer_meets_it_within_its_revision(told: PanelTold) -> None:
    kept = Kept(told, "DL09")
    kept.brought_in_line()
    told.decided("2019-07-19", PanelDecision.AGREE_NO_LCSPR)
    says, [met] = kept.brought_in_line()
    assert (says, met.revision) == (("met",), 1)


def test_a_withdrawal_ends_what_stands_still(told: PanelTold) -> None:
    assert isinstance(told.case, CaseChanged)
    told.case.withdrawn(at("2019-07-10"))
    assert (told.clock("DL09").state, why_cancelled(told.clock("DL09"))) == (
        "cancelled",
        "withdrawn",
    )


def test_a_local_review_published_after_a_national_one_began_is_judged_by_when_it_stopped(
    told: PanelTold,
) -> None:
    told.at("2019-07-15").does(supply_information, ANSWER)
    told.decided("2019-07-19", PanelDecision.AGREE_LCSPR)
    told.at("2019-07-22").commissioned(date(2019, 7, 22))
    told.decided("2019-10-01", PanelDecision.NATIONAL_REVIEW)
    assert told.clock("DL11").state == "suspended"
    told.at("2020-03-02").drafted(date(2020, 4, 1)).copies_sent(date(2020, 3, 2))
    told.at("2020-04-01").published(date(2020, 4, 1))
    met = how_met(told.clock("DL11"))
    assert told.clock("DL11").basis.due_date == date(2020, 1, 22)
    assert (met.on_time, met.working_days_late) == (True, 0)


def test_what_was_late_when_it_stopped_stays_late(told: PanelTold) -> None:
    told.at("2019-07-15").does(supply_information, ANSWER)
    told.decided("2019-07-19", PanelDecision.AGREE_LCSPR)
    told.at("2019-07-22").commissioned(date(2019, 7, 22))
    told.decided("2020-01-24", PanelDecision.NATIONAL_REVIEW)
    told.at("2020-03-02").drafted(date(2020, 4, 1)).copies_sent(date(2020, 3, 2))
    told.at("2020-04-01").published(date(2020, 4, 1))
    met = how_met(told.clock("DL11"))
    assert (met.on_time, met.working_days_late) == (False, 2)


def test_a_restored_timer_reads_back_that_it_stood_still_and_went_on(told: PanelTold) -> None:
    kept = Kept(told, "DL09")
    _, stopped = kept.brought_in_line()
    told.at("2019-07-15").does(supply_information, ANSWER)
    _, resumed = kept.brought_in_line()
    facts = [told.case._add(said, at("2019-07-15")) for said in (*stopped, *resumed)]
    back = said_of(facts[:-1])[kept.row().deadline.deadline_id]
    assert isinstance(back.deadline.outcome, Suspended)
    back = said_of(facts)[kept.row().deadline.deadline_id]
    assert (back.revision, back.deadline.state) == (2, "running")
    assert back.deadline == kept.row().deadline


def test_a_second_request_stops_it_again(told: PanelTold) -> None:
    kept = Kept(told, "DL09")
    told.at("2019-07-15").does(supply_information, ANSWER)
    kept.brought_in_line()
    told.asked("2019-07-22", number=3)
    says, [stopped] = kept.brought_in_line()
    assert (says, stopped.revision) == (("suspended",), 1)
    assert UUID(int=3) in {one.request_id for one in told.review.replies.requests}
