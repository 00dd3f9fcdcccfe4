"""Runs a drill: moves the clock from one thing to the next, and lets the services finish each."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Protocol
from uuid import UUID

from deploy.drill import outcome as found
from deploy.drill.bodies import SYSTEM, authority_of, partners
from deploy.drill.calendars import Sent, calendars
from deploy.drill.incident import Planned
from deploy.drill.outcome import Outcome
from deploy.drill.people import NOTICE_READERS, Doors, People
from deploy.drill.plan import Plan
from deploy.drill.quiet import Stores, close, open_stores
from deploy.drill.tally import fired_late, tally
from deploy.local.layout import Layout
from deploy.operate.estate import estate_of
from deploy.operate.invariants import Finding
from deploy.operate.verify import verify
from deploy.samples.signed_http import SignedClient, new_http_client
from shared.calendar.london import london_date, london_instant
from shared.messaging.settable_clock import set_clock

CALENDARS_SENT_AT = time_of_day(7)
RECOUNT_LOOK_SECONDS = 0.2
MEASURED_AGAIN_SECONDS = 2.5
"""Services measure themselves every two seconds; what they say of themselves is verified too."""
VERIFIED_AT_MOST = 4
Say = Callable[[str], None]


class Services(Protocol):  # pragma: no cover - a shape
    """The four services, seen from outside."""

    async def until_quiet(self, now: datetime, go_on: Callable[[], None]) -> None: ...
    async def next_firing(self) -> datetime | None: ...
    async def revisions(self) -> set[tuple[UUID, int]]: ...


class Doers(Protocol):  # pragma: no cover - a shape
    """The people, and who sends the bank holidays."""

    async def do(self, planned: Planned) -> None: ...
    async def send_calendar(self, sent: Sent) -> None: ...
    async def is_counted_anew(self, version: str) -> bool: ...


@dataclass
class Drill:
    """`go_on` is asked between two steps and raises to end the drill."""

    plan: Plan
    clock_file: Path
    people: Doers
    services: Services
    say: Say
    go_on: Callable[[], None]
    steps: int = 0
    first_seen: dict[tuple[UUID, int], datetime] = field(default_factory=dict)
    _now: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._now = self.plan.begins_at

    async def run(self) -> None:
        """From the first day to the last. Whatever is due comes before what somebody does then."""
        acts = deque(self.plan.acts)
        sent = deque(calendars(self.plan.first, self.plan.last))
        year, began = 0, time.monotonic()
        while self._now < self.plan.ends_at:
            self.go_on()
            calendar_at = _sent_at(sent[0], self.plan) if sent else self.plan.ends_at
            act_at = acts[0].at if acts else self.plan.ends_at
            due_at = await self.services.next_firing() or self.plan.ends_at
            self._move_to(min(calendar_at, act_at, due_at, self.plan.ends_at))
            if due_at <= self._now:
                await self._settle()
            if london_date(self._now).year != year:
                year = london_date(self._now).year
                self.say(f"  {year}: {self.steps} steps so far, {time.monotonic() - began:.0f} s")
            if sent and calendar_at <= self._now:
                await self._send(sent.popleft())
            while acts and acts[0].at <= self._now:
                await self.people.do(acts.popleft())
            await self._settle()

    def _move_to(self, instant: datetime) -> None:
        """Never back: what is told of a time before now is dealt with now."""
        self._now = max(self._now, instant)
        set_clock(self.clock_file, self._now)
        self.steps += 1

    async def _settle(self) -> None:
        await self.services.until_quiet(self._now, self.go_on)
        for seen in await self.services.revisions() - self.first_seen.keys():
            self.first_seen[seen] = self._now

    async def _send(self, sent: Sent) -> None:
        await self.people.send_calendar(sent)
        while not await self.people.is_counted_anew(sent.version):
            self.go_on()
            await asyncio.sleep(RECOUNT_LOOK_SECONDS)


def _sent_at(sent: Sent, plan: Plan) -> datetime:
    return max(plan.begins_at, london_instant(sent.on, CALENDARS_SENT_AT))


async def run_drill(plan: Plan, layout: Layout, say: Say, go_on: Callable[[], None]) -> Outcome:
    """On a stack that is ready. Raises StackFailure, Declined, CannotLook, and as `go_on` does."""
    began = time.monotonic()
    async with _at_work(plan, layout) as (people, stores):
        drill = Drill(plan, layout.clock_file, people, stores, say, go_on)
        await drill.run()
        say("The last day is over: every deadline is explained, every book compared.")
        revisions, fired = await found.revisions_of(stores), await found.fired_of(stores)
        return Outcome(
            first=plan.first,
            last=plan.last,
            seed=plan.seed,
            incidents=len(plan.incidents),
            acts=len(plan.acts),
            steps=drill.steps,
            rows=tally(revisions, fired),
            compared=await found.compared(stores),
            fired_late=fired_late(revisions, fired, drill.first_seen),
            unexplained=await found.unexplained(stores, people),
            refused=people.refused,
            findings=await _verified(layout),
            seconds=time.monotonic() - began,
        )


@asynccontextmanager
async def _at_work(plan: Plan, layout: Layout) -> AsyncIterator[tuple[People, Stores]]:
    key = layout.secrets("systems") / f"{SYSTEM}.jwk"
    stores = await open_stores(estate_of(layout))
    try:
        async with new_http_client() as client:

            def door(service: str) -> SignedClient:
                return SignedClient(client, layout.url(service), service, SYSTEM, key)

            doors = Doors(door("intake"), door("rapid_review_timer"), door("panel_notification"))
            yield People(doors, {one.number: one for one in plan.incidents}, plan.seed), stores
    finally:
        await close(stores)


async def _verified(layout: Layout) -> list[Finding]:
    """Strictly, and again while only measurements of before the last step may stand in the way."""
    for _ in range(VERIFIED_AT_MOST):
        await asyncio.sleep(MEASURED_AGAIN_SECONDS)
        findings = await verify(estate_of(layout), strict=True)
        if all(each.passed for each in findings):
            break
    return findings


def organisations_of(plan: Plan) -> set[str]:
    """Everybody whom somebody in a plan speaks for."""
    seats = {
        seat.organisation
        for incident in plan.incidents
        for day in (plan.first, london_date(incident.aware_at), plan.last)
        for seat in partners(incident, day)
    }
    by_day = {
        seat.organisation
        for act in plan.acts
        for seat in partners(plan.incidents[act.incident - 1], london_date(act.at))
    }
    return seats | by_day | {authority_of(one) for one in plan.incidents} | set(NOTICE_READERS)
