"""Sample cases told from an awareness on 5 June 2019, and the deadlines that follow from them."""

from collections.abc import Sequence
from uuid import UUID

from services.rapid_review_timer.deadline import Deadline, deadlines_of
from services.rapid_review_timer.outcome import Cancelled, Met
from services.rapid_review_timer.rules import rule_book
from shared.calendar.bank_holidays import england_and_wales
from shared.messaging.facts import Fact
from tests.services.rapid_review_timer.case_told import HEALTH, POLICE, WIRRAL, CaseTold, at

AWARE = at("2019-06-05")


def notifiable(case: CaseTold, *, other_areas: tuple[str, ...] = ()) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE, other_areas=other_areas)
    case.decided(at("2019-06-10"), clock_start=AWARE, other_areas=other_areas)


def whole_story() -> tuple[CaseTold, CaseTold]:
    loser, survivor = CaseTold(), CaseTold()
    loser.reported(AWARE)
    loser.assessed(AWARE, AWARE, other_areas=(WIRRAL,))
    loser.decided(at("2019-06-06"), clock_start=AWARE)
    loser.linked(at("2019-06-12"), survivor.case_id)
    loser.notified(at("2019-06-11"))
    loser.delivered(at("2019-06-11"), POLICE)
    survivor.reported(at("2019-06-06"))
    survivor.assessed(at("2019-06-06"), at("2019-06-06"))
    survivor.assessed(at("2019-06-12"), AWARE)
    survivor.decided(at("2019-06-12"), clock_start=AWARE)
    survivor.sent(at("2019-06-13"), HEALTH)
    survivor.notified(at("2019-06-13"))
    survivor.delivered(at("2019-06-13"), POLICE)
    survivor.delivered(at("2019-06-14"), HEALTH)
    return loser, survivor


def clocks(case_id: UUID, facts: Sequence[Fact]) -> dict[str, Deadline]:
    derived = deadlines_of(case_id, facts, rule_book(), england_and_wales())
    return {deadline.rule: deadline for deadline in derived.deadlines}


def of(case: CaseTold) -> dict[str, Deadline]:
    return clocks(case.case_id, case.facts)


def why_cancelled(deadline: Deadline) -> str:
    assert isinstance(deadline.outcome, Cancelled), f"{deadline.rule} is {deadline.state}"
    assert deadline.state == "cancelled"
    return deadline.outcome.reason


def why_suspended(deadline: Deadline) -> str:
    """Why it stands still."""
    assert isinstance(deadline.outcome, Cancelled), f"{deadline.rule} is {deadline.state}"
    assert deadline.state == "suspended"
    return deadline.outcome.reason


def how_met(deadline: Deadline) -> Met:
    assert isinstance(deadline.outcome, Met), f"{deadline.rule} is {deadline.state}"
    return deadline.outcome
