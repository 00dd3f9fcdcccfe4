"""Every source of an obligation in one table: who has to be told of what, by which limit, with what
force; and that panel notification makes one notice of each."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.intake.case_changes import newly_owed, withdrawal
from services.panel_notification.about import About
from services.panel_notification.wanted import owed_now
from services.rapid_review_timer import local_review_steps as local
from services.rapid_review_timer import review_said as said
from shared.contracts.event_codes import Decision, Stage
from shared.contracts.intake_events import ObligationOwed
from shared.contracts.review_codes import DelayReason, WithheldReason
from shared.contracts.review_events import ReviewStep
from shared.messaging.facts import of_type
from tests.services.intake.sample_children import CASE, child, decide
from tests.services.intake.stated_incidents import BARNET, LIVERPOOL, WIRRAL, aged, decided, facts
from tests.services.intake.stated_incidents import on as on_day
from tests.services.rapid_review_timer.review_told import ReviewTold

Owed = set[tuple[str, str, str]]
"""Recipient, limit, force."""
OWN = {("ccg-99A", "DL02", "should"), ("police-merseyside", "DL02", "should")}
PANEL_MUST = ("panel", "DL01", "must")
CDOP = ("cdop-merseyside", "DL20", "must")
CARE = {"responsible_la_code": LIVERPOOL, "children": [aged(9, "full_care_order")]}
LOOKED_AFTER = {("dfe", "DL04", "must"), ("ofsted", "DL04", "must")}
LEAVER = {("dfe", "DL05", "should"), ("ofsted", "DL05", "should")}

ROWS: dict[str, tuple[dict[str, Any], Owed]] = {
    "N1 a death": (facts(outcome="died"), OWN | {PANEL_MUST, CDOP}),
    "N2 serious harm": (facts(), OWN | {PANEL_MUST}),
    "N3 harm abroad, told by the area of residence": (
        facts(incident_area_code=None, country="GB-WLS"),
        OWN | {PANEL_MUST},
    ),
    "N4 harm in another area than that of residence": (
        facts(residence_area_code=BARNET),
        OWN
        | {PANEL_MUST}
        | {(body, "DL03", "should") for body in (f"la-{BARNET}", "ccg-07M", "police-metropolitan")},
    ),
    "N5 a looked after child dies without abuse or neglect": (
        facts(outcome="died", abuse_neglect_status="not_suspected", **CARE),
        LOOKED_AFTER | OWN | {CDOP},
    ),
    "N6 a looked after child dies of abuse or neglect": (
        facts(outcome="died", **CARE),
        LOOKED_AFTER | OWN | {PANEL_MUST, CDOP},
    ),
    "N7 a looked after child is harmed without abuse or neglect": (
        facts(outcome="harmed_not_serious", abuse_neglect_status="not_suspected", **CARE),
        set(),
    ),
    "N8 a care leaver dies": (
        on_day(
            "2024-03-04",
            outcome="died",
            abuse_neglect_status="not_suspected",
            children=[aged(22, "care_leaver")],
            responsible_la_code=LIVERPOOL,
        ),
        LEAVER,
    ),
    "N10 a death of natural causes": (
        facts(outcome="died", abuse_neglect_status="not_suspected"),
        {CDOP},
    ),
    "N11 harm that is not serious": (facts(outcome="harmed_not_serious"), set()),
}


def owed(obligations: list[Any]) -> Owed:
    found = [one if isinstance(one, dict) else one.model_dump(mode="json") for one in obligations]
    return {(one["recipient"], one["limit_rule"], one["force"]) for one in found}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_criteria_names_its_recipients(row: str) -> None:
    stated, expected = ROWS[row]
    assert owed(decided(stated)["obligations"]) == expected


def test_who_may_have_heard_of_an_incident_hears_of_its_withdrawal() -> None:
    told = decide(child()).obligations
    found = withdrawal(Stage.NOTIFIED, CASE, 1, told)
    assert {(one.recipient, one.area) for one in found.obligations} == {
        (one.recipient, one.area) for one in told
    }
    assert {one.limit_rule for one in found.obligations} == {"NONE"}
    assert found.panel_acknowledges


def test_a_correction_adds_those_who_were_not_told_and_nobody_twice() -> None:
    before = decide(child()).obligations
    after = decide(child(residence_area=WIRRAL)).obligations
    added = newly_owed(before, after, Decision.NOTIFIABLE)
    assert added
    assert {one.area for one in added} == {WIRRAL}
    assert {one.limit_rule for one in added} == {"DL03"}


def _submitted() -> ReviewTold:
    return ReviewTold().at("2019-06-27").submitted()


def _commissioned() -> ReviewTold:
    return _submitted().commissioned(date(2019, 6, 27))


def _drafted() -> ReviewTold:
    return _commissioned().drafted(date(2019, 10, 14))


def _delayed() -> ReviewTold:
    told = _commissioned()
    told.does(local.delay, said.DelayLocalReview(reason=DelayReason.INQUEST, explanation="x"))
    return told


def _withheld() -> ReviewTold:
    told = _drafted().copies_sent(date(2019, 6, 27))
    reason = said.WithholdLocalReview(reason=next(iter(WithheldReason)), justification="x")
    told.does(local.withhold, reason)
    return told


STEPS: dict[str, tuple[Callable[[], ReviewTold], About, Owed]] = {
    "the rapid review": (_submitted, About.REVIEW, {("panel", "DL08", "should")}),
    "the decision for a local review": (
        _commissioned,
        About.LOCAL_REVIEW,
        {(one, "DL10", "should") for one in ("panel", "ofsted", "dfe")},
    ),
    "the copy before publication": (
        _drafted,
        About.COPY,
        {("panel", "DL12", "must"), ("dfe", "DL12", "must"), ("ofsted", "DL12", "should")},
    ),
    "the reasons for a delay": (
        _delayed,
        About.DELAY,
        {("panel", "DL15", "should"), ("dfe", "DL15", "should")},
    ),
    "the reasons for not publishing": (
        _withheld,
        About.NOT_PUBLISHED,
        {("panel", "DL15", "should"), ("dfe", "DL15", "should")},
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_of_a_review_names_its_recipients_and_each_gets_one_notice(step: str) -> None:
    make, about, expected = STEPS[step]
    told = make().case.facts
    last = [
        one
        for _, data in of_type(told, ReviewStep)
        for one in getattr(data, "obligations", ())
        if isinstance(one, ObligationOwed)
    ]
    named = {one.obligation_id: one for one in last}
    wanted = [one for one in owed_now(told, {}) if one.about is about]
    assert owed([named[one.obligation_id] for one in wanted]) == expected
    assert len({one.notice_id for one in wanted}) == len(wanted) == len(expected)


def test_nothing_that_a_notice_can_be_about_is_left_out_of_this_table() -> None:
    assert {about for _, about, _ in STEPS.values()} | {
        About.INCIDENT,
        About.TRANSFER,
        About.WITHDRAWAL,
    } == set(About)
