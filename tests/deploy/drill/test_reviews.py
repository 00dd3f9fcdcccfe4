"""A drill's partners do in a review what its rules allow: no step of a plan is refused."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from pydantic_core import to_jsonable_python

from deploy.drill import bodies
from deploy.drill.incident import Incident, Planned
from deploy.drill.plan import Plan, plan
from services.panel_notification.panel_replies import ReplyRefused, considered, reply
from services.rapid_review_timer.circumstances import Circumstances, Refused
from services.rapid_review_timer.opening_review import to_open
from services.rapid_review_timer.review import reviews_of
from services.rapid_review_timer.review_clocks import ORIGINAL
from services.rapid_review_timer.review_commands import ReviewCommand
from services.rapid_review_timer.review_desk import seat_of
from services.rapid_review_timer.review_http import COMMANDS
from services.rapid_review_timer.review_shown import shown
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.london import london_date
from shared.contracts.panel_said import PanelSays
from shared.contracts.strict_json import parse, validate
from tests.services.rapid_review_timer.case_told import CaseTold
from tests.services.rapid_review_timer.sample_cases import of

BY_PATH = {command.path: command for command in COMMANDS}
BEFORE_THE_REVIEW = {"report", "police_report", "correct", "decide", "receipts", "withdraw"}


@pytest.fixture(scope="module")
def years() -> Plan:
    return plan(date(2018, 6, 29), date(2024, 12, 31), 120, 13)


class Told:
    """The review of one incident of a plan, told without a store."""

    def __init__(self, incident: Incident, decided: Planned) -> None:
        self.incident = incident
        self.case = CaseTold()
        self.case.reported(incident.aware_at)
        self.case.assessed(incident.aware_at, incident.aware_at)
        self.case.decided(decided.at, clock_start=incident.aware_at)
        self.case.notified(decided.at)
        for opened in to_open(self.case.case_id, self.case.facts):
            self.case._add(opened, opened.opened_at)

    def hears(self, act: Planned) -> None:
        """The Panel's reply, as panel notification tells of it. Raises ReplyRefused."""
        said = validate(PanelSays, bodies.panel_reply(act.act, act.says))
        found = considered(self.case.facts)
        self.case._add(reply(found, said, uuid4(), act.at), act.at)

    def does(self, act: Planned) -> None:
        """Raises Refused."""
        on = london_date(act.at)
        for path, by, body in self._says(act, on):
            command: ReviewCommand = BY_PATH[path]
            said = validate(command.model, parse(json.dumps(body).encode()))
            for step in command.steps(self._review(), said, self._met(act, by, on)):
                self.case._add(step, act.at)

    def _says(self, act: Planned, on: date) -> Iterator[tuple[str, str, dict[str, Any]]]:
        authority = bodies.authority_of(self.incident)
        others = [seat.organisation for seat in bodies.partners(self.incident, on)]
        if act.act == "ask_agencies":
            yield "summaries", authority, {"agencies": others[1:]}
        elif act.act == "approve":
            version = self._seen(act, on)["aims_recorded"]["content_version"]
            for partner in others:
                yield "approvals", partner, {"answer": "approved", "content_version": version}
        else:
            says = {**act.says, "by": authority}
            for path, body in bodies.in_review(act.act, says, on, self._seen(act, on)):
                yield path, authority, body

    def _review(self) -> Any:
        return reviews_of(self.case.facts, self.case.case_id)[1]

    def _seen(self, act: Planned, on: date) -> dict[str, Any]:
        met = self._met(act, bodies.authority_of(self.incident), on)
        seen: dict[str, Any] = to_jsonable_python(shown(self._review(), met, 1))
        return seen

    def _met(self, act: Planned, by: str, on: date) -> Circumstances:
        basis = of(self.case)["DL07"].basis
        return Circumstances(
            case_id=self.case.case_id,
            owner_area=self.incident.area,
            organisation=by,
            partner=seat_of(by, self.incident.area, on),
            now=act.at,
            calendar=england_and_wales(),
            due_date=basis.due_date,
            original_due_date=basis.alternatives.get(ORIGINAL, basis.due_date),
        )


def test_no_step_of_a_review_is_refused(years: Plan) -> None:
    told: dict[int, Told] = {}
    refused, done = [], set[str]()
    for act in years.acts:
        incident = years.incidents[act.incident - 1]
        if act.act == "decide" and incident.kind in ("review", "forgotten"):
            told[act.incident] = Told(incident, act)
        if act.act in BEFORE_THE_REVIEW:
            continue
        review = told[act.incident]
        try:
            review.hears(act) if act.act.startswith("panel_") else review.does(act)
            done.add(act.act)
        except (Refused, ReplyRefused) as refusal:
            refused.append((incident.number, act.act, act.at, refusal.code))
    assert not refused
    assert {"supply", "panel_decides", "panel_takes_it_on"} <= done
    assert {"answer_longer", "delay", "withhold", "publish", "close_action", "findings"} <= done
