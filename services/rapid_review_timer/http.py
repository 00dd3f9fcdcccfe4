"""The routes of the timer, for machine callers.

Deadlines of a case are shown to the authority that owns it, those of an area's record to its
partners; whoever else asks hears the same as for a case that does not exist.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.rapid_review_timer import calendar_store, described
from services.rapid_review_timer import explanation_store as reading
from services.rapid_review_timer.answers import (
    CalculationAnswer,
    CaseDeadlines,
    Explanation,
    deadline_answer,
)
from services.rapid_review_timer.deadline_store import Kept
from services.rapid_review_timer.explanation import calculation_for, explanation_of
from services.rapid_review_timer.leading_authority import owns
from services.rapid_review_timer.review_desk import holds_a_seat
from services.rapid_review_timer.rule_row import RuleError
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.starts import parse_start
from shared.calendar.errors import CalendarError
from shared.contracts.area_record import area_of_record
from shared.contracts.strict_json import FieldFault
from shared.messaging.callers import caller_of
from shared.messaging.erasing import refuse_erased
from shared.messaging.store import Store
from shared.web.machine_caller import Caller, SystemRegistry
from shared.web.problem import Problem

NOT_FOUND = {"unknown_rule"}


def may_read(caller: Caller, kept: Kept, owner_area: str | None, now: datetime) -> bool:
    """A case's deadline: its authority. One of an area's record: each of its partners."""
    area = area_of_record(kept.deadline.case_id)
    return holds_a_seat(caller, area, now) if area else owns(caller, owner_area, now)


def deadline_routes(store: Store, systems: SystemRegistry) -> APIRouter:
    """Over the store of this service; `systems` says which caller speaks for whom."""
    router = APIRouter(prefix="/v1", tags=["deadlines"])
    authenticated = Depends(caller_of(store, systems))

    @router.get("/cases/{case_id}/deadlines", **described.DEADLINES)
    async def deadlines(case_id: UUID, caller: Annotated[Caller, authenticated]) -> CaseDeadlines:
        async with store.reading() as connection:
            await refuse_erased(connection, case_id)
            found = await reading.case_that_counts(connection, case_id)
            if found is None or not owns(caller, found[1], await store.clock.now(connection)):
                raise Problem("case_not_found", 404)
            kept = await reading.deadlines_by_case(connection, found[0])
        return CaseDeadlines(
            case_id=found[0],
            linked_from=case_id if case_id != found[0] else None,
            deadlines=[deadline_answer(deadline) for deadline in kept],
        )

    @router.get("/deadlines/{deadline_id}/explanation", **described.EXPLANATION)
    async def explanation(
        deadline_id: UUID, caller: Annotated[Caller, authenticated]
    ) -> Explanation:
        async with store.reading() as connection:
            found = await reading.deadline_by_id(connection, deadline_id)
            if found is None or not may_read(caller, *found, await store.clock.now(connection)):
                raise Problem("deadline_not_found", 404)
            kept = found[0]
            trigger = await reading.trigger_of(connection, kept.deadline.basis.caused_by)
            earlier = await reading.earlier_revisions(connection, deadline_id)
            firings = await reading.firings_of(connection, deadline_id)
            held = (await calendar_store.versions_held(connection)).held
        try:
            return explanation_of(kept, rule_book(), held, trigger, earlier, firings)
        except (RuleError, CalendarError) as refused:
            raise Problem(refused.code, 409) from None

    @router.get("/calculation", dependencies=[authenticated], **described.CALCULATION)
    async def calculation(
        rule: Annotated[str, Query(max_length=16)], start: Annotated[str, Query(max_length=40)]
    ) -> CalculationAnswer:
        async with store.reading() as connection:
            newest = (await calendar_store.versions_held(connection)).newest
        try:
            return calculation_for(rule, parse_start(start), rule_book(), newest)
        except RuleError as refused:
            status = 404 if refused.code in NOT_FOUND else 422
            fault = FieldFault("/query/rule", refused.code)
            raise Problem(refused.code, status, errors=[fault]) from None
        except CalendarError as refused:
            fault = FieldFault("/query/start", refused.code)
            raise Problem(refused.code, 422, errors=[fault]) from None
        except ValueError:
            fault = FieldFault("/query/start", "not_a_date")
            raise Problem("not_valid", 422, errors=[fault]) from None

    return router
