"""What partners do in a review: each step as the timer's rules have it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.rapid_review_timer import extension, local_review_steps, review_steps
from services.rapid_review_timer import review_said as said
from services.rapid_review_timer.circumstances import Circumstances
from services.rapid_review_timer.clocks import cycles_of
from services.rapid_review_timer.deadline import deadline_id_of
from services.rapid_review_timer.keep_clocks import area_of
from services.rapid_review_timer.panel_answer import SupplyInformation, supply_information
from services.rapid_review_timer.review import Review, reviews_of
from services.rapid_review_timer.review_clocks import ORIGINAL
from services.rapid_review_timer.review_desk import seat_of
from services.rapid_review_timer.rules import rule_book
from shared.calendar.london import london_date
from shared.contracts.review_codes import (
    Approval,
    CopyFor,
    ExtensionAnswer,
    ExtensionReason,
    LocalCriterion,
    NextStep,
    Publication,
    Theme,
    ToldOf,
    WithheldReason,
)
from tests.simulation import timer_rules
from tests.simulation.service_store import Written
from tests.simulation.work import Work
from tests.stateful import timer

AGENCY = "trust-northbank"
HEALTH = "icb-QYG"
AIMS = said.RecordAims(
    facts="Invented facts.",
    immediate_action_needed=False,
    learning=(said.LearningPoint(theme=Theme.NEGLECT, improvement="Invented improvement."),),
    local_criteria=(LocalCriterion.IMPROVEMENTS,),
    national_criteria=(),
    next_step=NextStep.LCSPR_YES,
    next_step_reasons="Invented reasons.",
)
STEPS = (
    "ask_agency",
    "chase_agency",
    "agency_answers",
    "findings",
    "sign_off",
    "submit",
    "supply_information",
    "ask_extension",
    "extension_granted",
    "extension_refused",
    "commission",
    "tell_decision",
    "draft",
    "send_copies",
    "publish",
    "withhold",
)
Command = tuple[Callable[..., Any], said.Command, str]


def review_of(written: Written, case_id: UUID) -> Review | None:
    """The latest review of a case, if one is open and still called for."""
    facts = timer.known_facts(written, case_id)
    opened = [one for one in reviews_of(facts, case_id).values() if one.opened]
    if not opened or case_id in written.survivor:
        return None
    review = max(opened, key=lambda one: one.cycle)
    own = sorted((f for f in facts if f.case_id == case_id), key=lambda f: (f.source, f.sequence))
    cycle = cycles_of(own, rule_book()).get(review.cycle)
    called = cycle and cycle.decision and cycle.decision.rapid_review and not cycle.withdrawn_by
    return review if called else None


def take(work: Work, case_id: UUID, name: str, days: int) -> None:
    """Raises Refused where the review does not stand so that it can be taken, and leaves the
    steps before the refused one, each of which is a command of its own."""
    written = work.written
    for place, (step, command, by) in enumerate(_commands(work, case_id, name, days)):
        review = review_of(written, case_id)
        if review is None:
            return
        found = step(review, command, _met(work, case_id, review, by))
        one = work.because_of(work.cause)
        for number, event in enumerate(found):
            one.emit(event, case_id, work.now, about=f"{name}|{place}|{number}")
        told = written.own_facts_of([case_id])[-1]
        timer.bring_in_line(one, case_id, told)


def _met(work: Work, case_id: UUID, review: Review, by: str) -> Circumstances:
    owner = area_of(case_id, timer.known_facts(work.written, case_id))
    stored = timer_rules.stored_of(work.written, case_id)
    kept = stored.get(deadline_id_of(case_id, review.cycle, "DL07"))
    basis = kept.deadline.basis if kept else None
    return Circumstances(
        case_id=case_id,
        owner_area=owner,
        organisation=by,
        partner=seat_of(by, owner, london_date(work.now)),
        now=work.now,
        calendar=timer.versions_of(work.written).newest,
        due_date=basis.due_date if basis else None,
        original_due_date=basis.alternatives.get(ORIGINAL, basis.due_date) if basis else None,
    )


def _commands(work: Work, case_id: UUID, name: str, days: int) -> list[Command]:
    facts = timer.known_facts(work.written, case_id)
    la, today = f"la-{area_of(case_id, facts)}", london_date(work.now)
    review = review_of(work.written, case_id)
    version = review.aims.content_version if review and review.aims else 0
    later = today + timedelta(days=days)
    if review and (kept := timer_rules.stored_of(work.written, case_id)):
        due = kept.get(deadline_id_of(case_id, review.cycle, "DL07"))
        later = max(today, due.deadline.basis.due_date if due else today) + timedelta(days=days)
    planned = today + timedelta(days=10 + days)
    approval = said.GiveApproval(answer=Approval.APPROVED, content_version=version + 1)
    reviewer = said.Reviewer(name="Sample Reviewer One", selection_reason="Invented.")
    answered: dict[ExtensionAnswer, said.DecideExtension] = {
        ExtensionAnswer.GRANTED: said.DecideExtension(
            answer=ExtensionAnswer.GRANTED, agreed_date=later
        ),
        ExtensionAnswer.REFUSED: said.DecideExtension(answer=ExtensionAnswer.REFUSED),
    }
    steps, local = review_steps, local_review_steps
    every: dict[str, list[Command]] = {
        "ask_agency": [(steps.request_summaries, said.RequestSummaries(agencies=(AGENCY,)), la)],
        "chase_agency": [(steps.chase_summary, said.ChaseSummary(agency=AGENCY), la)],
        "agency_answers": [
            (steps.receive_summary, said.ReceiveSummary(agency=AGENCY, nil_return=True), la)
        ],
        "findings": [
            (
                steps.record_findings,
                said.RecordFindings(immediate_action_needed=False, findings="Invented."),
                la,
            )
        ],
        "sign_off": [
            (steps.record_aims, AIMS, la),
            *((steps.give_approval, approval, by) for by in (la, "police-merseyside", HEALTH)),
        ],
        "submit": [(steps.submit, said.Submit(), la)],
        "supply_information": [
            (supply_information, SupplyInformation(information="Invented."), la)
        ],
        "ask_extension": [
            (
                extension.request_extension,
                said.RequestExtension(
                    proposed_date=later, reason=ExtensionReason.OTHER, explanation="Invented."
                ),
                la,
            )
        ],
        "extension_granted": [(extension.decide_extension, answered[ExtensionAnswer.GRANTED], la)],
        "extension_refused": [(extension.decide_extension, answered[ExtensionAnswer.REFUSED], la)],
        "commission": [
            (
                local.commission,
                said.CommissionLocalReview(
                    decided_on=today, reviewers=(reviewer,), reasons="Invented."
                ),
                la,
            )
        ],
        "tell_decision": [
            (local.tell, said.TellOfLocalReview(of=ToldOf.DECISION, told_on=today), la)
        ],
        "draft": [
            (
                local.draft,
                said.DraftLocalReview(
                    planned_publication=planned,
                    anonymised=True,
                    publication_impact_considered=True,
                ),
                la,
            )
        ],
        "send_copies": [
            (local.send_copies, said.SendCopies(sent_to=tuple(CopyFor), sent_on=today), la)
        ],
        "publish": [
            (
                local.publish,
                said.PublishLocalReview(published_on=today, publication=Publication.FULL_REPORT),
                la,
            )
        ],
        "withhold": [
            (
                local.withhold,
                said.WithholdLocalReview(reason=WithheldReason.OTHER, justification="Invented."),
                la,
            )
        ],
    }
    return every[name]
