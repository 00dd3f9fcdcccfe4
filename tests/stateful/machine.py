"""A few cases to which anything may happen, in any order, with I08 to I11 held at every step."""

from datetime import timedelta
from uuid import UUID, uuid5

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.contracts.event_codes import Decision
from tests.simulation import commands, intake_rules
from tests.simulation.intake_rules import LIVERPOOL
from tests.simulation.work import Work
from tests.simulation.world import Chance
from tests.stateful import authority, panel_desk, partners, timer
from tests.stateful.calendars import COMING
from tests.stateful.case_world import INTAKE, PANEL, SERVICES, TIMER, CaseWorld, Knowledge
from tests.stateful.invariants import breaches

REPORTERS = ("police-merseyside", "trust-northbank", f"la-{LIVERPOOL}")
BEGUN = ("reported", "decided", "told", "submitted", "asked", "commissioned")
"""How far the first case may have come when the rest begins."""

case_number = st.integers(0, 2)
tokens = st.integers(0, 2**32)
hearing = st.sampled_from((SERVICES, SERVICES, (INTAKE, PANEL)))
"""Who hears at once what there is: a timer that is behind hears it later, in another order."""
knowledge = st.builds(
    lambda hours, later, knows, elsewhere, row: (hours, later, knows, elsewhere, row),
    st.sampled_from((0, 5, 30, 100)),
    st.sampled_from((0, 0, 20)),
    st.booleans(),
    st.booleans(),
    st.sampled_from(("N1", "N5", "N8")),
)


class CaseMachine(CaseWorld, RuleBasedStateMachine):
    @initialize(knowledge=knowledge, far=st.sampled_from(BEGUN), seed=tokens, hearing=hearing)
    def begin(self, knowledge: Knowledge, far: str, seed: int, hearing: tuple[str, ...]) -> None:
        """With one case, which has come a part of its way."""
        self.report(REPORTERS[0], knowledge)
        ahead = BEGUN[1 : BEGUN.index(far) + 1]
        if "decided" in ahead:
            self.decide(0, knowledge, Decision.NOTIFIABLE, True, False)
        if "told" in ahead:
            self.everybody_is_told(seed, hearing, True)
        if "submitted" in ahead:
            self.review_steps(0, ("ask_agency", "sign_off", "submit"), 1)
        if "asked" in ahead:
            self.let_arrive(seed, SERVICES)
            self.panel_says(0, "received")
            self.panel_says(0, "more_information_required")
            self.let_arrive(seed, hearing)
        if "commissioned" in ahead:
            self.review_steps(0, ("commission", "draft"), 5)

    @precondition(lambda self: len(self.cases) < 3)
    @rule(reporter=st.sampled_from(REPORTERS), knowledge=knowledge)
    def report(self, reporter: str, knowledge: Knowledge) -> None:
        """Of the same incident, by whoever has seen it: whether it is the same a person says."""
        if not self.processes[INTAKE].up:
            return
        work = self.work(INTAKE)
        report_id = uuid5(work.cause, "report")
        case_id = uuid5(report_id, "case")
        intake_rules.accept(work, report_id, case_id, reporter, self.known(knowledge))

    @rule(number=case_number, knowledge=knowledge)
    def report_again(self, number: int, knowledge: Knowledge) -> None:
        """Under the id that it had, with other content: nothing changes."""
        if not self.processes[INTAKE].up:
            return
        reports: dict[UUID, UUID] = self.processes[INTAKE].written.tables.reports
        report_id = list(reports)[number % len(reports)]
        work, case_id = self.work(INTAKE), reports[report_id]
        intake_rules.accept(work, report_id, case_id, REPORTERS[0], self.known(knowledge))

    @rule(number=case_number, knowledge=knowledge)
    def assess(self, number: int, knowledge: Knowledge) -> None:
        self.command(number, lambda w, c: authority.assess(w, c, self.known(knowledge)))

    @rule(
        number=case_number,
        knowledge=knowledge,
        decision=st.sampled_from((Decision.NOTIFIABLE, Decision.NOTIFIABLE, *Decision)),
        review=st.sampled_from((True, True, False)),
        died=st.booleans(),
    )
    def decide(
        self, number: int, knowledge: Knowledge, decision: Decision, review: bool, died: bool
    ) -> None:
        known = self.known(knowledge)
        self.command(
            number,
            lambda w, c: authority.decide(w, c, decision, known, review=review, died=died),
        )

    @rule(number=case_number, knowledge=knowledge, died=st.booleans())
    def correct(self, number: int, knowledge: Knowledge, died: bool) -> None:
        known = self.known(knowledge)
        self.command(number, lambda w, c: authority.correct(w, c, known, died=died))

    @rule(number=case_number)
    def withdraw(self, number: int) -> None:
        self.command(number, authority.withdraw)

    @rule(number=case_number, hours=st.sampled_from((0, 10, 80)))
    def reopen(self, number: int, hours: int) -> None:
        suspected = self.world.now - timedelta(hours=hours)
        self.command(number, lambda w, c: authority.reopen(w, c, suspected))

    @rule(number=case_number)
    def transfer(self, number: int) -> None:
        self.command(number, authority.transfer)

    @rule(number=case_number, other=case_number, knowledge=knowledge)
    def link(self, number: int, other: int, knowledge: Knowledge) -> None:
        loser = self.cases[other % len(self.cases)]
        written = self.processes[INTAKE].written

        def linked(work: Work, survivor: UUID) -> None:
            if intake_rules.may_be_linked(written, loser, survivor, decided_too=False):
                authority.link(work, loser, survivor, self.known(knowledge))

        self.command(number, linked)

    @rule(number=case_number, step=st.sampled_from(partners.STEPS), days=st.integers(1, 9))
    def review(self, number: int, step: str, days: int) -> None:
        self.review_steps(number, (step,), days)

    @rule(number=case_number, days=st.integers(1, 9), granted=st.booleans())
    def extension(self, number: int, days: int, granted: bool) -> None:
        answer = "extension_granted" if granted else "extension_refused"
        self.review_steps(number, ("ask_extension", answer), days)

    @rule(number=case_number, days=st.integers(1, 9))
    def review_to_its_end(self, number: int, days: int) -> None:
        self.review_steps(number, ("sign_off", "submit", "commission", "draft"), days)

    @rule(number=case_number, what=st.sampled_from(panel_desk.REPLIES))
    def panel_replies(self, number: int, what: str) -> None:
        self.panel_says(number, what)

    @rule(token=tokens, service=st.sampled_from(SERVICES), many=st.integers(1, 4))
    def deliver(self, token: int, service: str, many: int) -> None:
        """Some records of some partition: others wait; the offset is committed, or not yet."""
        self.publish()
        process, chance = self.processes[service], Chance(token)
        partition = chance.of(process.lagging()) if process.up else None
        for _ in range(many):
            if partition and process.position(partition) < len(process.logs.logs[partition]):
                process.consume(partition)
        if partition and not chance.one_in(3):
            process.commit(partition)
        self.look()

    @rule(token=tokens, service=st.sampled_from(SERVICES))
    def deliver_again(self, token: int, service: str) -> None:
        process, chance = self.processes[service], Chance(token)
        partition = chance.of([one for one in process.fetched if process.position(one)])
        if partition and process.up:
            process.fetched[partition] = chance.below(process.position(partition))

    @rule(seed=tokens, hearing=hearing)
    def everything_arrives(self, seed: int, hearing: tuple[str, ...]) -> None:
        self.let_arrive(seed, hearing)

    @rule(token=tokens)
    def a_notice_is_sent(self, token: int) -> None:
        for step in (commands.send, commands.answer, commands.look_for_abandoned):
            step(self.world, Chance(token))
        self.look()

    @rule(seed=tokens, hearing=hearing, receipts=st.booleans())
    def everybody_is_told(self, seed: int, hearing: tuple[str, ...], receipts: bool) -> None:
        """All that is known by now arrives at its recipients, who confirm it or do not yet."""
        self.tell_everybody(seed, hearing, receipts=receipts)

    @rule(place=st.integers(0, len(COMING) - 1), at_once=st.booleans())
    def calendar_comes(self, place: int, at_once: bool) -> None:
        if self.processes[TIMER].up:
            timer.calendar_comes(self.work(TIMER), COMING[place])
            if at_once:
                self.recount(0)
                self.recount(1)

    @rule(number=case_number)
    def recount(self, number: int) -> None:
        if self.processes[TIMER].up:
            timer.recount(self.work(TIMER), self.cases[number % len(self.cases)])
        self.look()

    @rule(hours=st.sampled_from((1, 9, 24, 49, 120)))
    def time_passes(self, hours: int) -> None:
        self.world.move_clock(timedelta(hours=hours))
        self.look()

    @rule(late_by=st.sampled_from((0, 0, 1, 3600 * 30)))
    def time_passes_to_the_next_due(self, late_by: int) -> None:
        kept = self.processes[TIMER].written.tables.deadlines.values()
        due = min((one.next_firing.due_at for one in kept if one.next_firing), default=None)
        if due is not None and due >= self.world.now:
            self.world.move_clock(due - self.world.now + timedelta(seconds=late_by))
        self.look()

    @rule(service=st.sampled_from(SERVICES))
    def die(self, service: str) -> None:
        self.processes[service].die()

    @rule()
    def start_again(self) -> None:
        """From what the stores hold, copied, so that nothing of a process's memory is left."""
        for process in self.processes.values():
            if not process.up:
                process.store, process.up = process.store.copy(), True
        self.look()

    @rule()
    def back_up(self) -> None:
        self.world.backups[TIMER] = self.processes[TIMER].store.copy()

    @precondition(lambda self: TIMER in self.world.backups)
    @rule()
    def restore_and_reconcile(self) -> None:
        """The timer's store as it was; versions of the bank holidays that came since come again."""
        self.restore_timer()

    @invariant()
    def the_promises_hold(self) -> None:
        if self.processes[TIMER].up:
            found = breaches(self.world)
            assert not found, "\n".join(dict.fromkeys(found))
