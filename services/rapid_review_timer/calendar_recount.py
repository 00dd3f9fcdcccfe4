"""Counts open deadlines anew when a newer version of the bank holidays is in force."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from services.rapid_review_timer import (
    calendar_move_store,
    calendar_store,
    case_store,
    deadline_store,
)
from services.rapid_review_timer.calendar_change import Revised, revised
from services.rapid_review_timer.calendar_moves import (
    ClockStarts,
    clock_starts_of,
    moved,
    needs_facts,
)
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.revision import Change
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.telling import tell
from shared.calendar.versions import CalendarVersions
from shared.contracts.envelope import NAMESPACE
from shared.messaging.audit import audit
from shared.messaging.facts import facts_of
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.pausing import others_first
from shared.messaging.store import Store, Tx
from shared.telemetry.logging import logger
from shared.telemetry.tracing import Tracing, parent_in_case

BATCH = 100
"""Cases of one transaction at most, with some deadlines each: whoever else needs one of them waits
for that long."""
SECONDS_BETWEEN_LOOKS = 2.0
LONGEST_PAUSE_SECONDS = 30.0
IDLE_LOOKS_BETWEEN = 30


@dataclass(frozen=True)
class Look:
    """`left`: there was something to count; `counted`: how many deadlines were, in this batch."""

    left: bool
    counted: int


class CalendarRecount:
    """Any number may run beside each other and beside watchers: each case is held by one of them
    at a time, and a deadline that was counted by the newest version is not looked at again."""

    def __init__(self, store: Store, tracing: Tracing) -> None:
        self.store = store
        self.tracing = tracing
        self._uncounted: dict[str, set[UUID]] = {}
        self._ended: str | None = None
        self._idle_looks = 0

    async def run(self) -> None:
        """Until it is cancelled. A store that fails is waited for."""
        pause = SECONDS_BETWEEN_LOOKS
        while True:
            try:
                look = await self.look()
                pause = SECONDS_BETWEEN_LOOKS
            except INFRASTRUCTURE as error:
                look = Look(False, 0)
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                logger().warning("calendar.recount_paused", error=error, seconds=pause)
            await asyncio.sleep(0 if look.counted else pause)

    async def look(self) -> Look:
        """Counts one batch anew, those due first. Looks without a lock, claims the cases that
        nobody else holds, and reads again."""
        async with self.store.reading() as connection:
            versions = await calendar_store.versions_held(connection)
            newest = versions.newest.version
            left_out = self._uncounted.setdefault(newest, set())
            asked = (connection, versions, sorted(left_out), BATCH)
            cases = await calendar_move_store.cases_touched(*asked)
            if not cases and self._looks_back(newest):
                cases = await calendar_move_store.cases_touched_back(*asked, _counted_back())
        if not cases:
            await self._end(newest)
            return Look(False, 0)
        try:
            return Look(True, await self._count_in(cases, newest))
        except INFRASTRUCTURE:
            raise
        except Exception:
            return Look(True, await self._count_one_by_one(cases, newest))

    async def _count_in(self, cases: list[UUID], newest: str) -> int:
        async with self.store.transaction(_cause_of(newest), "calendar") as tx:
            return await self._count_again(tx, await case_store.claim(tx, cases))

    async def _count_one_by_one(self, cases: list[UUID], newest: str) -> int:
        """What fails among others is tried alone, and left out if it fails then."""
        counted = 0
        for case_id in cases:
            try:
                counted += await self._count_in([case_id], newest)
            except INFRASTRUCTURE:
                raise
            except Exception as error:
                async with self.store.reading() as connection:
                    found = await calendar_move_store.open_deadlines(connection, case_id)
                self._uncounted.setdefault(newest, set()).update(found)
                logger().error("calendar.case_left_out", case=str(case_id), error=error)
        return counted

    def _looks_back(self, version: str) -> bool:
        """What is counted back is not found by an index: while there is work, else seldom."""
        self._idle_looks += 1
        return version != self._ended or self._idle_looks % IDLE_LOOKS_BETWEEN == 0

    async def _end(self, version: str) -> None:
        self._ended = version
        async with self.store.reading() as connection:
            found = (await calendar_store.progress(connection)).get(version)
        if found is None or found.ended_at is not None:
            return
        async with self.store.transaction(_cause_of(version), "calendar") as tx:
            if await calendar_store.note_end(tx, version):
                logger().info("calendar.recounted", version=version, moved=found.moved)

    async def _count_again(self, tx: Tx, cases: list[UUID]) -> int:
        """The versions are read again under the locks: a newer one may have come meanwhile."""
        versions = await calendar_store.versions_held(tx)
        tx.cause = _cause_of(versions.newest.version)
        stored = await calendar_move_store.counted_before(tx, cases, versions)
        if not stored:
            return 0
        found = revised(stored, versions, rule_book())
        begun_at = await calendar_store.begin(tx, versions.newest.version)
        await self._move(tx, found, stored, versions, begun_at)
        await self._leave(tx, found, stored, versions)
        return len(stored)

    async def _move(
        self,
        tx: Tx,
        found: Revised,
        stored: list[Kept],
        versions: CalendarVersions,
        begun_at: datetime,
    ) -> None:
        by_id = {kept.deadline.deadline_id: kept for kept in stored}
        moving = [(by_id[move.deadline_id], move) for move in found.moves]
        if not moving:
            return
        book, starts = rule_book(), await _starts_for(tx, [kept for kept, _ in moving])
        areas = await calendar_move_store.areas_of(tx, _cases([kept for kept, _ in moving]))
        steps = []
        for place, (kept, move) in enumerate(moving):
            await others_first(place)
            case_id, cycle = kept.deadline.case_id, kept.deadline.cycle
            local = rule_book(book.profile_of(areas.get(case_id, "")))
            start = starts.get((case_id, cycle))
            steps.append(moved(kept, move, versions.newest, (book, local), start, tx.now))
        await deadline_store.put_away(tx, *(kept.deadline.deadline_id for kept, _ in moving))
        await calendar_move_store.move_all(tx, [row for _, row in steps])
        for place, (change, row) in enumerate(steps):
            await others_first(place)
            await self._tell(tx, change, row, begun_at)

    async def _tell(self, tx: Tx, change: Change, row: Kept, begun_at: datetime) -> None:
        """It happened when the newer version began to hold here."""
        made = change.deadline
        with self.tracing.span(
            "move deadline",
            parent=parent_in_case(row.traceparent, made.case_id),
            attributes={
                "vigil.deadline.id": str(made.deadline_id),
                "vigil.rule": made.rule,
                "vigil.revision": change.revision,
            },
        ):
            tx.synthetic = row.synthetic
            await tell(change, tx, happened_at=begun_at)
        await audit(
            tx,
            "deadline.moved",
            str(made.deadline_id),
            case=str(made.case_id),
            cycle=made.cycle,
            rule=made.rule,
            revision=change.revision,
            calendar=made.basis.calendar_version,
        )

    async def _leave(
        self, tx: Tx, found: Revised, stored: list[Kept], versions: CalendarVersions
    ) -> None:
        """What stays where it is, and what a person has to look at."""
        newest = versions.newest.version
        uncounted = {deadline_id for deadline_id, _ in found.uncounted}
        gone = uncounted | {move.deadline_id for move in found.moves}
        stay = [k.deadline.deadline_id for k in stored if k.deadline.deadline_id not in gone]
        await calendar_move_store.note_calendar(tx, stay, newest)
        for deadline_id, code in found.uncounted:
            await audit(tx, "deadline.uncounted", str(deadline_id), code=code, calendar=newest)
        if uncounted:
            logger().warning("calendar.uncounted", version=newest, deadlines=len(uncounted))
            self._uncounted.setdefault(newest, set()).update(uncounted)
        await calendar_store.note_progress(tx, newest, len(found.moves), len(stay), len(uncounted))


def _cause_of(version: str) -> UUID:
    """The same version never moves the same revision of a deadline twice."""
    return uuid5(NAMESPACE, f"calendar|{version}")


def _cases(kept: list[Kept]) -> list[UUID]:
    return sorted({each.deadline.case_id for each in kept})


async def _starts_for(tx: Tx, moving: list[Kept]) -> ClockStarts:
    book = rule_book()
    cases = _cases([kept for kept in moving if needs_facts(kept, book)])
    return clock_starts_of(await facts_of(tx, cases), book) if cases else {}


def _counted_back() -> list[str]:
    return [
        rule_id
        for rule_id, versions in rule_book().rules.items()
        if any(rule.direction == "backward" for rule in versions)
    ]
