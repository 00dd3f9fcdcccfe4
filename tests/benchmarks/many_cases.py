"""Cases by the ten thousand: some are told to the timer as in life, the others copied from them.

A copy differs from its original in nothing but its ids: the same rules, dates, alternatives, facts
and numbers used up. Each has six deadlines: four that run (DL02, DL03, DL06, DL07) and two met.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.rapid_review_timer.handlers import registry
from shared.messaging.store import Store
from shared.telemetry.tracing import Tracing, parent_in_case
from tests.services.rapid_review_timer.case_told import (
    ALL_OWED,
    WIRRAL,
    WIRRAL_LA,
    CaseTold,
    event_of,
)

RUNNING = 4
"""Deadlines of one case that run; three of them fall due on one day."""
DUE_TOGETHER = 3
INSTANTS = 15
SECONDS = 600
COPIED = ("case_state", "deadline", "fact", "numbered_stream")


@dataclass(frozen=True)
class Kind:
    """Cases of which somebody became aware on one of these days, and that the Panel was notified
    of so many days after. `warned_at`: when three of its deadlines are first heard of."""

    name: str
    days: tuple[str, ...]
    warned_at: datetime
    notified_after: int = 0


def utc(month: int, day: int, hour: int) -> datetime:
    return datetime(2019, month, day, hour, tzinfo=UTC)


BURST = Kind("burst", ("2019-05-01",), utc(5, 7, 7))
"""All warned of at one instant."""
BESIDE = Kind("beside", ("2019-05-02",), utc(5, 8, 7))
"""Warned of while a calendar is revised."""
ELSEWHERE = Kind("elsewhere", ("2019-05-13", "2019-05-14", "2019-05-15"), utc(5, 16, 7))
"""Open, and touched by nothing."""
MOVED = Kind("moved", ("2019-06-03", "2019-06-04", "2019-06-05"), utc(6, 6, 7), notified_after=1)
"""Over 10 June 2019, which becomes a bank holiday: whatever runs is moved."""


def case_of(kind: Kind, day: str, number: int) -> CaseTold:
    """One that is told by intake and panel notification; `number` makes its instants its own."""
    aware = datetime.combine(date.fromisoformat(day), time(7, 3, 11), UTC)
    aware += timedelta(minutes=31 * number, seconds=number)
    notified = aware + timedelta(days=kind.notified_after, minutes=40)
    case = CaseTold()
    case.reported(aware)
    case.assessed(aware, aware, other_areas=(WIRRAL,))
    owed = (*ALL_OWED, WIRRAL_LA)
    decided = aware + timedelta(minutes=30)
    case.decided(decided, clock_start=aware, owed=owed, other_areas=(WIRRAL,))
    case.notified(notified)
    return case


async def tell(store: Store, admin: Any, *kinds: Kind) -> None:
    """Has the timer make the originals of each kind, and takes them out of its tables again.

    `admin`: a connection of the superuser to the same database, which does without the checks of
    foreign keys while it copies."""
    await admin.execute("set session_replication_role = replica")
    await admin.execute("create schema like_these")
    await admin.execute("create table like_these.kind (name text, case_id uuid)")
    tracing = Tracing(store.service, None)
    for kind in kinds:
        for day in kind.days:
            for number in range(INSTANTS):
                case = case_of(kind, day, number)
                await _hears(store, tracing, case)
                await admin.execute(
                    "insert into like_these.kind values ($1, $2)", kind.name, case.case_id
                )
    for table in COPIED:
        await admin.execute(f"create table like_these.{table} as table public.{table}")
    tables = (*COPIED, "outbox", "audit", "deadline_revision", "firing", "review_record")
    await admin.execute(f"truncate {', '.join(tables)}")


async def _hears(store: Store, tracing: Tracing, case: CaseTold) -> None:
    for fact in case.facts:
        event = event_of(fact)
        async with store.transaction(fact.event_id, "benchmark", caused_by_event=True) as tx:
            with tracing.span("process", parent=parent_in_case(fact.traceparent, fact.case_id)):
                value = event.data.model_dump_json().encode()
                await registry.apply(event.envelope, value, tx)


async def copy(admin: Any, kind: Kind, cases: int, *, only_running: bool = False) -> None:
    """Adds so many cases of a kind; `only_running`: with nothing but the deadlines that run."""
    await admin.execute("drop table if exists made")
    await admin.execute(
        """create temporary table made as
           select gen_random_uuid() as case_id, original.case_id as like_id
           from generate_series(0, $2::int - 1) as number
           join (select case_id, row_number() over () - 1 as place, count(*) over () as all_of_them
                 from like_these.kind where name = $1) original
             on original.place = number % all_of_them""",
        kind.name,
        cases,
        timeout=SECONDS,
    )
    for table in COPIED:
        if only_running and table == "fact":
            continue
        await admin.execute(await _copying(admin, table, only_running), timeout=SECONDS)
    await admin.execute(f"analyze {', '.join(COPIED)}", timeout=SECONDS)


async def _copying(admin: Any, table: str, only_running: bool) -> str:
    """The statement that copies the rows of the cases that are made, each with ids of its own."""
    if table == "numbered_stream":
        return """insert into numbered_stream
            select 'case/' || made.case_id, last_sequence
            from made join like_these.numbered_stream
              on stream = 'case/' || made.like_id"""
    own = {
        "case_id": "made.case_id",
        "deadline_id": "gen_random_uuid()",
        "event_id": "gen_random_uuid()",
        "traceparent": "'00-' || replace(made.case_id::text, '-', '') || right(traceparent, 20)",
    }
    rows = await admin.fetch(
        """select attname from pg_attribute
           where attrelid = $1::text::regclass and attnum > 0 and not attisdropped
           order by attnum""",
        f"public.{table}",
    )
    columns = [row["attname"] for row in rows]
    values = ", ".join(own.get(name, f"copied.{name}") for name in columns)
    running = "and copied.next_at is not null" if only_running and table == "deadline" else ""
    return f"""insert into public.{table} ({", ".join(columns)})
        select {values} from made join like_these.{table} copied
          on copied.case_id = made.like_id {running}"""  # noqa: S608
