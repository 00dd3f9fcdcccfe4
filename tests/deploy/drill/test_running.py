"""How a drill moves its clock: to the next thing that happens, and never past one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from deploy.drill.calendars import Sent
from deploy.drill.incident import Planned
from deploy.drill.plan import Plan, plan
from deploy.drill.running import Drill
from deploy.local.supervisor import Stopped
from shared.messaging.settable_clock import read_instant, set_clock

CASE = UUID(int=7)


@dataclass
class ServicesInMemory:
    """Each report makes a deadline that speaks three and five days on. What is due speaks when the
    services are waited for, and is written down with the clock's time."""

    clock: Path
    due: list[datetime] = field(default_factory=list)
    spoke: list[tuple[datetime, datetime]] = field(default_factory=list)

    async def until_quiet(self, now: datetime, go_on: Callable[[], None]) -> None:
        assert read_instant(self.clock) == now
        self.spoke += [(at, now) for at in self.due if at <= now]
        self.due = [at for at in self.due if at > now]

    async def next_firing(self) -> datetime | None:
        return min(self.due, default=None)

    async def revisions(self) -> set[tuple[UUID, int]]:
        return {(CASE, number + 1) for number in range(len(self.spoke))}


@dataclass
class PeopleInMemory:
    services: ServicesInMemory
    did: list[tuple[Planned, datetime]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    looks: int = 0

    async def do(self, planned: Planned) -> None:
        self.did.append((planned, read_instant(self.services.clock)))
        if planned.act == "report":
            self.services.due += [planned.at + timedelta(days=days) for days in (3, 5)]

    async def send_calendar(self, sent: Sent) -> None:
        self.sent.append(sent.version)
        self.looks = 0

    async def is_counted_anew(self, version: str) -> bool:
        self.looks += 1
        return self.looks > 1


@pytest.fixture
def quarter() -> Plan:
    return plan(date(2022, 7, 1), date(2022, 9, 30), 9, 5)


def _drill(planned: Plan, directory: Path, go_on: Callable[[], None] = lambda: None) -> Drill:
    clock = directory / "clock"
    set_clock(clock, planned.begins_at)
    services = ServicesInMemory(clock)
    return Drill(planned, clock, PeopleInMemory(services), services, lambda _: None, go_on)


async def test_everything_that_is_planned_is_done_at_its_instant(
    quarter: Plan, tmp_path: Path
) -> None:
    drill = _drill(quarter, tmp_path)
    await drill.run()
    people = drill.people
    assert isinstance(people, PeopleInMemory)
    assert [act for act, _ in people.did] == list(quarter.acts)
    assert all(act.at == at for act, at in people.did)
    assert read_instant(drill.clock_file) == quarter.ends_at


async def test_the_clock_stops_at_every_instant_at_which_a_deadline_speaks(
    quarter: Plan, tmp_path: Path
) -> None:
    drill = _drill(quarter, tmp_path)
    await drill.run()
    services = drill.services
    assert isinstance(services, ServicesInMemory)
    reports = [act for act in quarter.acts if act.act == "report"]
    assert len(services.spoke) + len(services.due) == 2 * len(reports)
    assert services.spoke
    assert all(due_at == at for due_at, at in services.spoke)


async def test_a_newer_calendar_is_counted_in_before_the_clock_goes_on(
    quarter: Plan, tmp_path: Path
) -> None:
    drill = _drill(quarter, tmp_path)
    await drill.run()
    people = drill.people
    assert isinstance(people, PeopleInMemory)
    assert (len(people.sent), people.looks) == (2, 2)


async def test_whoever_asks_for_an_end_gets_it_between_two_steps(
    quarter: Plan, tmp_path: Path
) -> None:
    asked = iter(range(5))

    def go_on() -> None:
        if next(asked, None) is None:
            raise Stopped

    drill = _drill(quarter, tmp_path, go_on)
    with pytest.raises(Stopped):
        await drill.run()
    assert drill.steps < 6
