"""A version of the bank holidays comes to a timer, and what it says and does then."""

from datetime import date
from uuid import uuid4

from services.rapid_review_timer.calendar_keeping import read_version, receive
from services.rapid_review_timer.calendar_recount import CalendarRecount
from services.rapid_review_timer.deadline import deadline_id_of
from shared.calendar.bank_holidays import Calendar
from shared.contracts.deadline_events import DeadlineMoved, ReviewDue
from tests.services.rapid_review_timer.case_told import CaseTold, at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.sample_calendars import (
    document_of,
)


class NoCalendars:
    """A store to which nothing was sent."""

    async def fetch(self, *_: object) -> list[object]:
        return []


async def comes(timer: Timer, calendar: Calendar) -> None:
    async with timer.store.transaction(uuid4(), "test") as tx:
        document = document_of(calendar)
        await receive(tx, document, read_version(document, calendar.version))


async def recount(timer: Timer) -> int:
    """Until nothing is left; how many looks found something."""
    task, looks = CalendarRecount(timer.store, timer.tracing), 0
    while (await task.look()).left:
        looks += 1
    return looks


async def told(timer: Timer, aware: str = "2019-06-05") -> CaseTold:
    """Aware on 5 June 2019: notify by Wednesday 12 June, or the 13th with the new holiday."""
    case = CaseTold()
    case.reported(at(aware))
    case.assessed(at(aware), at(aware))
    await timer.hears(*case.facts)
    return case


async def due(timer: Timer, case: CaseTold, rule: str = "DL01") -> tuple[date, int, str]:
    (row,) = await timer.rows(
        "select due_date, revision, calendar_version from deadline where deadline_id = $1",
        deadline_id_of(case.case_id, 1, rule),
    )
    return tuple(row)


async def moves(timer: Timer) -> list[DeadlineMoved]:
    return [said for said in await timer.said() if isinstance(said, DeadlineMoved)]


async def fired(timer: Timer, case: CaseTold) -> list[ReviewDue]:
    notify = deadline_id_of(case.case_id, 1, "DL01")
    said = await timer.said()
    return [one for one in said if isinstance(one, ReviewDue) and one.deadline_id == notify]


async def sweep(timer: Timer) -> None:
    while await timer.watcher().sweep():
        pass
