"""The versions of the bank holidays over HTTP: whoever may read, who keeps them may send."""

from datetime import datetime
from typing import Annotated, Literal, Protocol
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Depends, Request, Response

from services.rapid_review_timer import calendar_store, described
from services.rapid_review_timer.calendar_answers import CalendarAnswer, Calendars, RecountAnswer
from services.rapid_review_timer.calendar_keeping import read_version, receive
from services.rapid_review_timer.calendar_store import Progress
from shared.calendar.bank_holidays import Calendar, checksum
from shared.calendar.errors import (
    CalendarError,
    CalendarNameMismatch,
    CalendarVersionConflict,
)
from shared.contracts.strict_json import FieldFault
from shared.messaging.callers import caller_of
from shared.messaging.store import Store
from shared.web.bounded_body import read_body
from shared.web.machine_caller import Caller, SystemRegistry
from shared.web.problem import Problem

JSON = frozenset({"application/json"})
CREATED = 201


class Keepers(SystemRegistry, Protocol):
    def may_keep_calendars(self, system: str) -> bool: ...


def calendar_routes(store: Store, systems: Keepers) -> APIRouter:
    """Over the store of this service; `systems` says which caller keeps the calendars."""
    router = APIRouter(prefix="/v1/calendars", tags=["calendars"])
    authenticated = Depends(caller_of(store, systems))

    async def answers() -> list[CalendarAnswer]:
        async with store.reading() as connection:
            versions = await calendar_store.versions_held(connection)
            kept_at = await calendar_store.kept_at(connection)
            progress = await calendar_store.progress(connection)
        newest = versions.newest
        return [
            _answer(each, each == newest, kept_at.get(each.version), progress.get(each.version))
            for each in versions.held
        ]

    @router.get("", dependencies=[authenticated], **described.CALENDARS)
    async def calendars() -> Calendars:
        return Calendars(calendars=await answers())

    @router.put("/{version}", **described.CALENDAR)
    async def keep(
        version: str,
        request: Request,
        response: Response,
        caller: Annotated[Caller, authenticated],
    ) -> CalendarAnswer:
        if not systems.may_keep_calendars(caller.system):
            raise Problem("calendars_not_allowed", 403)
        document = await read_body(request, content_types=JSON)
        try:
            calendar = read_version(document, version)
            cause = uuid5(NAMESPACE_URL, f"calendar {calendar.version}")
            async with store.transaction(cause, f"system:{caller.system}") as tx:
                came = await receive(tx, document, calendar)
        except CalendarError as refused:
            raise _refusal(refused) from None
        response.status_code = CREATED if came.is_new else response.status_code
        return next(each for each in await answers() if each.version == calendar.version)

    return router


def _refusal(refused: CalendarError) -> Problem:
    if isinstance(refused, CalendarVersionConflict):
        return Problem(refused.code, 409)
    place = "/path/version" if isinstance(refused, CalendarNameMismatch) else "/body"
    return Problem(refused.code, 422, errors=[FieldFault(place, refused.code)])


def _answer(
    calendar: Calendar, in_force: bool, kept_at: datetime | None, progress: Progress | None
) -> CalendarAnswer:
    return CalendarAnswer(
        version=calendar.version,
        issued_at=calendar.issued_at,
        number=calendar.number,
        source=calendar.source,
        first=calendar.first,
        last=calendar.last,
        holidays=len(calendar.holidays),
        sha256=checksum(calendar.first, calendar.last, calendar.holidays.items()),
        in_force=in_force,
        kept_at=kept_at,
        recount=_recount(progress, in_force) if progress else None,
    )


def _recount(progress: Progress, in_force: bool) -> RecountAnswer:
    state: Literal["under_way", "done", "overtaken"] = "done"
    if progress.ended_at is None:
        state = "under_way" if in_force else "overtaken"
    return RecountAnswer(
        state=state,
        begun_at=progress.begun_at,
        ended_at=progress.ended_at,
        moved=progress.moved,
        stayed=progress.stayed,
        uncounted=progress.uncounted,
    )
