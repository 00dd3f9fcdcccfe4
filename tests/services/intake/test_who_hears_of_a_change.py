"""Whom a withdrawal names and whom a correction may bring."""

from datetime import UTC, datetime, timedelta

from services.intake.awareness import Awareness
from services.intake.case_changes import newly_owed, reopening, withdrawal
from services.intake.stated_facts import StatedFacts
from shared.contracts.event_codes import AwarenessBasis, Decision, Force, RecipientKind, Stage
from shared.contracts.report_codes import AbuseNeglectStatus, Outcome
from tests.services.intake.sample_children import CASE, LIVERPOOL, child, decide

NOTIFIABLE, SIMPLE = Decision.NOTIFIABLE, Decision.SIMPLE
AWARE = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
KNOWN = Awareness(AWARE, AWARE + timedelta(hours=2), AwarenessBasis.STATED, LIVERPOOL, ())
NOW = AWARE + timedelta(days=30)


def test_before_the_panels_receipt_a_withdrawal_names_whoever_may_hear_and_asks_nobody() -> None:
    owed = decide(child()).obligations
    found = withdrawal(Stage.NOTIFIABLE, CASE, 1, owed)
    assert not found.panel_acknowledges
    assert {one.recipient for one in found.obligations} == {one.recipient for one in owed}


def test_a_withdrawal_names_those_who_should_be_told_like_those_who_must_be() -> None:
    owed = decide(child()).obligations
    found = withdrawal(Stage.NOTIFIED, CASE, 1, owed)
    assert {one.force for one in found.obligations} == {Force.MUST, Force.SHOULD}


def test_a_correction_of_a_simple_decision_brings_no_panel_and_nobody_because_of_it() -> None:
    death = {"outcome": Outcome.DIED, "looked_after": True}
    simple = decide(child(**death, abuse_neglect=AbuseNeglectStatus.NOT_SUSPECTED)).obligations
    serious = decide(child(**death)).obligations
    assert RecipientKind.PANEL in {one.recipient_kind for one in serious}
    assert newly_owed(simple, serious, SIMPLE) == []
    assert newly_owed(simple, serious, NOTIFIABLE)


def test_a_correction_of_a_simple_decision_still_tells_the_child_death_panel() -> None:
    known = child(outcome=Outcome.DIED, looked_after=True)
    after = decide(known).obligations
    overview = [one for one in after if one.recipient_kind is RecipientKind.CDOP]
    without = [one for one in after if one.recipient_kind is not RecipientKind.CDOP]
    assert overview
    assert newly_owed(without, after, SIMPLE) == overview


def test_what_was_decided_to_be_simple_may_be_opened_again_before_its_receipts_are_in() -> None:
    suspected = NOW - timedelta(days=1)
    said = StatedFacts(la_criteria_known_at=suspected)
    found = reopening(Stage.SIMPLE_NOTIFICATION, 1, KNOWN, said, NOW)
    assert (found.cycle, found.clock_start) == (2, suspected)
