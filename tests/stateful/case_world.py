"""The services around a few cases, as the rules of the machine use them."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from uuid import UUID, uuid5

from hypothesis import note

from services.intake.case_flow import Refused as RefusedByIntake
from services.panel_notification.notice import Outcome, State
from services.panel_notification.panel_replies import ReplyRefused
from services.rapid_review_timer.circumstances import Refused as RefusedByReview
from tests.simulation import intake_rules, panel_rules, timer_rules
from tests.simulation.intake_rules import WIRRAL, Known
from tests.simulation.process import Process
from tests.simulation.restoring import catch_up, restore, take_back
from tests.simulation.work import Work
from tests.simulation.world import World
from tests.stateful import authority, panel_desk, partners, timer

INTAKE, TIMER, PANEL = "intake", "rapid_review_timer", "panel_notification"
SERVICES = (INTAKE, TIMER, PANEL)
A_MINUTE = timedelta(minutes=1)
Knowledge = tuple[int, int, bool, bool, str]
"""Hours since the authority was aware, hours from then until it knew of the criteria, whether it
knows, whether another area is touched, and a row that applies."""


class CaseWorld:
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.processes[INTAKE].handler = authority.apply
        self.processes[TIMER].handler = timer.apply
        self.processes[TIMER].store.written.tables = timer.Clocks()
        self.number = 0

    @property
    def processes(self) -> dict[str, Process]:
        return self.world.processes

    @property
    def cases(self) -> list[UUID]:
        return intake_rules.cases_of(self.processes[INTAKE].written)

    def let_arrive(self, seed: int, hearing: tuple[str, ...]) -> None:
        chance = Random(seed)
        while True:
            self.publish()
            running = [one for one in self.world.running() if one.service in hearing]
            waiting = [(one, partition) for one in running for partition in one.lagging()]
            if not waiting:
                break
            process, partition = waiting[chance.randrange(len(waiting))]
            process.consume(partition)
            process.commit(partition)
            process.sweep()
        self.look()

    def tell_everybody(self, seed: int, hearing: tuple[str, ...], *, receipts: bool) -> None:
        self.let_arrive(seed, hearing)
        panel = self.processes[PANEL]
        if not panel.up:
            return
        for notice_id in panel_rules.waiting(panel.written, State.PENDING):
            panel_rules.start(self.work(PANEL), notice_id)
            panel_rules.settle(self.work(PANEL), notice_id, Outcome.ACCEPTED)
        for notice_id in panel_rules.waiting(panel.written, State.ACCEPTED) if receipts else ():
            panel_rules.receive(self.work(PANEL), notice_id)
        self.let_arrive(seed, hearing)

    def restore_timer(self) -> None:
        process = self.processes[TIMER]
        calendars = process.written.tables.calendars
        restore(self.world, TIMER)
        process.written.tables.calendars = dict(calendars)
        take_back(process)
        process.catching_up = True
        catch_up(process)
        process.catching_up = False
        timer.settle_restored(self.work(TIMER), process.awaited())
        # What had been read and not yet committed is read again as soon as it is open.
        self.let_arrive(0, (TIMER,))

    def known(self, knowledge: Knowledge) -> Known:
        hours, later, knows, elsewhere, row = knowledge
        aware = self.world.now - timedelta(hours=hours)
        return Known(
            clock_start=min(aware + timedelta(hours=later), self.world.now) if knows else None,
            la_aware_at=aware,
            other_areas=(WIRRAL,) if elsewhere else (),
            rows=("N1", row) if row != "N1" else ("N1",),
        )

    def work(self, service: str) -> Work:
        """A transaction of its own, a minute after the last."""
        self.number += 1
        self.world.move_clock(A_MINUTE)
        return self.processes[service].work(uuid5(UUID(int=0), str(self.number)))

    def command(self, number: int, command: Callable[[Work, UUID], None]) -> None:
        """Of a case that stands for itself; what the flow of a case forbids is refused."""
        case_id = self.cases[number % len(self.cases)]
        if self.processes[INTAKE].up and case_id not in self.processes[INTAKE].written.survivor:
            try:
                command(self.work(INTAKE), case_id)
            except RefusedByIntake as refused:
                note(f"refused: {refused.code}")

    def review_steps(self, number: int, steps: tuple[str, ...], days: int) -> None:
        case_id = self.cases[number % len(self.cases)]
        for step in steps if self.processes[TIMER].up else ():
            try:
                partners.take(self.work(TIMER), case_id, step, days)
            except RefusedByReview as refused:
                note(f"refused: {refused.code}")
        self.look()

    def panel_says(self, number: int, what: str) -> None:
        if self.processes[PANEL].up:
            try:
                panel_desk.says(self.work(PANEL), self.cases[number % len(self.cases)], what)
            except ReplyRefused as refused:
                note(f"refused: {refused.code}")

    def publish(self) -> None:
        for process in self.world.running():
            unpublished = len(process.written.unpublished)
            process.relay(unpublished, unpublished)

    def look(self) -> None:
        """The watcher never rests for long while its service is up."""
        process = self.processes[TIMER]
        if process.up:
            timer_rules.watch(process.work(UUID(int=0)))
