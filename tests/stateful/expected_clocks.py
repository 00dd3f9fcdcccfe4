"""Which clocks a case should have and in which state, read from the log of what was told: a second
opinion, one rule after the other, beside the fold that the timer makes of the same facts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal, TypeVar
from uuid import UUID

from shared.contracts import intake_events as intake
from shared.contracts import lcspr_events as lcspr
from shared.contracts import panel_events as panel
from shared.contracts import review_events as review
from shared.contracts.event_codes import Decision, NotificationKind, PanelDecision
from shared.contracts.panel_events import IncidentNotified, NoticeDelivered
from shared.contracts.payload import Payload
from shared.contracts.review_codes import ExtensionAnswer, ToldOf
from shared.messaging.facts import Fact
from tests.stateful.counted_again import LONDON

P = TypeVar("P", bound=Payload)
State = Literal["running", "suspended", "met", "cancelled"]
Key = tuple[int, str]
"""Cycle and rule."""


@dataclass(frozen=True)
class Expected:
    """`start` and `agreed` (a due date agreed on) are given for what runs."""

    state: State
    start: datetime | None = None
    agreed: object = None


@dataclass
class Told:
    """What intake has told of a cycle so far, in its order."""

    start: datetime | None = None
    aware: datetime | None = None
    elsewhere: bool = False
    rows: Sequence[str] = ()
    decided: intake.IncidentDecided | None = None
    owed: dict[UUID, intake.ObligationOwed] = field(default_factory=dict)
    review_once: bool = False
    died_later: datetime | None = None
    withdrawn: bool = False
    settled: bool = False

    def hear(self, said: Payload) -> None:
        if isinstance(said, intake.IncidentWithdrawn):
            self.withdrawn = True
        elif isinstance(said, intake.IncidentAssessed):
            self.rows, self.elsewhere = said.rows_that_may_match, bool(said.other_areas)
            self._start(said.clock_start, said.la_incident_aware_at)
            self.settled |= said.clock_start is not None or self.decided is not None
        elif isinstance(said, intake.IncidentDecided):
            self.decided, self.settled = said, True
            self.owed = {one.obligation_id: one for one in said.obligations}
            self.review_once |= said.rapid_review
            self.elsewhere = bool(said.other_areas)
            self._start(said.clock_start, said.la_incident_aware_at)
        elif isinstance(said, intake.IncidentReopened):
            self.start, self.aware = said.clock_start, said.la_incident_aware_at
        elif isinstance(said, intake.IncidentCorrected | intake.IncidentTransferred):
            self.elsewhere = bool(said.other_areas)
            if isinstance(said, intake.IncidentCorrected):
                self.start = said.clock_start or self.start
                self.aware = said.la_incident_aware_at or self.aware
                self.rows = self.rows if self.decided else said.rows
                died = ("outcome", "died") in {(one.fact, one.after) for one in said.changed}
                told = any(one.limit_rule == "DL20" for one in self.owed.values())
                if died and not told and self.died_later is None:
                    self.died_later = said.corrected_at
            if self.decided:
                self.owed |= {one.obligation_id: one for one in said.obligations}

    def _start(self, start: datetime | None, aware: datetime | None) -> None:
        """Before a decision an instant may become unknown again; afterwards it stays known."""
        self.start = start or (self.start if self.decided else None)
        self.aware = aware or (self.aware if self.decided else None)

    def begins(self, rule: str) -> datetime | None:
        """From when a clock of the duty runs as things stand; None: it does not."""
        decided = self.decided
        known = self.start if rule in ("DL01", "DL02", "DL03") else self.aware
        if rule == "DL20" and self.died_later:
            known = self.died_later
        if decided is None:
            called = {
                "DL01": True,
                "DL02": True,
                "DL03": self.elsewhere,
                "DL04": "N5" in self.rows,
                "DL05": "N8" in self.rows,
            }.get(rule, False)
            return known if called else None
        called = any(one.limit_rule == rule for one in self.owed.values())
        if decided.decision is Decision.NOTIFIABLE and rule in ("DL01", "DL02"):
            called = True
        return (known or decided.decided_at) if called else None


def expected(case_id: UUID, facts: Sequence[Fact]) -> dict[Key, Expected]:
    """Of one case. `facts` are those of its group, with the steps of its reviews."""
    own = sorted(
        (one for one in facts if one.case_id == case_id and one.source == "/vigil/intake"),
        key=lambda one: one.sequence,
    )
    found: dict[Key, Expected] = {}
    for cycle in sorted({getattr(fact.data, "cycle", 1) for fact in own}):
        found |= _of_cycle(case_id, cycle, [fact.data for fact in own], facts)
    if _every(own, intake.IncidentLinked):
        return dict.fromkeys(found, Expected("cancelled"))
    return found


def _of_cycle(
    case_id: UUID, cycle: int, own: Sequence[Payload], facts: Sequence[Fact]
) -> dict[Key, Expected]:
    told, ever = Told(), set[str]()
    rules = {"DL01", "DL02", "DL03", "DL04", "DL05"}
    for said in own:
        if getattr(said, "cycle", 0) == cycle:
            told.hear(said)
            rules |= {one.limit_rule for one in told.owed.values()} - {"NONE"}
            if not isinstance(said, intake.IncidentWithdrawn):
                ever |= {rule for rule in rules if told.begins(rule)}
    done = {rule: _duty_done(rule, told, case_id, cycle, facts) for rule in ever}
    clocks = {rule: (told.begins(rule), done[rule]) for rule in ever}
    reports = [said for said in own if isinstance(said, intake.IncidentReported)]
    if reports and cycle == 1:
        clocks["TRIAGE"] = (reports[0].received_at, told.settled)
    clocks |= _of_review(told, cycle, case_id, facts)
    agreed, still = _agreed(cycle, facts), _standing_still(cycle, facts)

    def stands(rule: str, start: datetime | None, met: bool) -> Expected:
        if met:
            return Expected("met")
        if told.withdrawn or start is None:
            return Expected("cancelled")
        if rule in still:
            return Expected("suspended")
        return Expected("running", start, agreed if rule == "DL07" else None)

    return {(cycle, rule): stands(rule, *clock) for rule, clock in clocks.items()}


def _duty_done(rule: str, told: Told, case_id: UUID, cycle: int, facts: Sequence[Fact]) -> bool:
    notified = {said.kind for said in _of(facts, IncidentNotified) if said.cycle == cycle}
    if rule == "DL01":
        return NotificationKind.PANEL in notified
    if rule in ("DL04", "DL05"):
        return bool(notified)
    covered = [one for one in told.owed.values() if one.limit_rule == rule]
    return bool(covered) and all(_delivered(one, case_id, cycle, facts) for one in covered)


def _delivered(
    owed: intake.ObligationOwed, case_id: UUID, cycle: int, facts: Sequence[Fact]
) -> datetime | None:
    """When it was sent, if it arrived: under its own id, or for a linked case to the same body."""
    matter = (owed.limit_rule, owed.recipient_kind, owed.recipient)
    return min(
        (
            said.sent_at
            for fact in facts
            if isinstance(said := fact.data, NoticeDelivered) and said.cycle == cycle
            if said.obligation_id == owed.obligation_id
            or (
                fact.case_id != case_id
                and (said.limit_rule, said.recipient_kind, said.recipient) == matter
            )
        ),
        default=None,
    )


def _of_review(
    told: Told, cycle: int, case_id: UUID, facts: Sequence[Fact]
) -> dict[str, tuple[datetime | None, bool]]:
    sent = [
        said.sent_at
        for said in _of(facts, IncidentNotified)
        if said.cycle == cycle and said.kind is NotificationKind.PANEL
    ]
    if told.decided is None or not sent or not told.review_once:
        return {}
    first, called = min(sent), told.decided.rapid_review
    partners = [one for one in told.owed.values() if one.recipient_kind.startswith("partner_")]
    heard = [at for one in partners if (at := _delivered(one, case_id, cycle, facts))]
    steps = [one for one in _of(facts, review.ReviewStep) if one.cycle == cycle]
    has: Callable[[type[Payload]], bool] = lambda model: bool(_instances(steps, model))  # noqa: E731
    submitted = has(review.ReviewSubmitted)
    clocks: dict[str, tuple[datetime | None, bool]] = {
        "DL07": (first if called else None, submitted),
        "DL06": (
            min(heard, default=first) if called else None,
            submitted or has(review.FindingsRecorded),
        ),
    }
    for said in _instances(steps, review.ReviewSubmitted)[:1]:
        of_cycle = [one for one in _of(facts, panel.PanelReply) if one.cycle == cycle]
        received = [one.received_at for one in _instances(of_cycle, panel.PanelReceived)]
        answered = [one.supplied_at for one in _instances(steps, review.InformationSupplied)]
        replied = has(lcspr.LcsprCommissioned) or bool(_instances(of_cycle, panel.PanelDecided))
        clocks["DL09"] = (max([min(received, default=said.submitted_at), *answered]), replied)
    for begun in _instances(steps, lcspr.LcsprCommissioned)[:1]:
        day = datetime.combine(begun.decided_on, time(), LONDON)
        announced = [s for s in _instances(steps, lcspr.LcsprTold) if s.of is ToldOf.DECISION]
        clocks["DL10"] = (day, bool(announced))
        clocks["DL11"] = (day, has(lcspr.LcsprPublished) or has(lcspr.LcsprWithheld))
    for draft in _instances(steps, lcspr.LcsprDrafted)[-1:]:
        planned = datetime.combine(draft.planned_publication, time(), LONDON)
        withheld = has(lcspr.LcsprWithheld)
        clocks["DL12"] = (None if withheld else planned, has(lcspr.LcsprSent))
    return clocks


def _standing_still(cycle: int, facts: Sequence[Fact]) -> set[str]:
    """DL09 while something that the Panel asked for is not supplied, DL11 from a decision for a
    national review on."""
    asked = {s.reply_id for s in _of(facts, panel.PanelInformationRequested) if s.cycle == cycle}
    given = {s.request_id for s in _of(facts, review.InformationSupplied) if s.cycle == cycle}
    decided = {s.decision for s in _of(facts, panel.PanelDecided) if s.cycle == cycle}
    national = PanelDecision.NATIONAL_REVIEW in decided
    return ({"DL09"} if asked - given else set()) | ({"DL11"} if national else set())


def _agreed(cycle: int, facts: Sequence[Fact]) -> object:
    """The last date that was agreed on in place of the counted one."""
    decided = [one for one in _of(facts, review.ExtensionDecided) if one.cycle == cycle]
    granted = [one.agreed_date for one in decided if one.answer is ExtensionAnswer.GRANTED]
    return granted[-1] if granted else None


def _of(facts: Sequence[Fact], model: type[P]) -> list[P]:
    ordered = sorted(facts, key=lambda fact: (fact.source, str(fact.case_id), fact.sequence))
    return [fact.data for fact in ordered if isinstance(fact.data, model)]


def _every(facts: Sequence[Fact], model: type[P]) -> list[P]:
    return [fact.data for fact in facts if isinstance(fact.data, model)]


def _instances(said: Sequence[Payload], model: type[P]) -> list[P]:
    return [one for one in said if isinstance(one, model)]
