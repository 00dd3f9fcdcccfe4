"""What a test reads: a refusal, a journey. And two things done in each order, or at once."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar
from uuid import UUID

import httpx

from services.reporting.journey import Journey

T = TypeVar("T")
U = TypeVar("U")


async def one_after_the_other(
    order: str, one: Coroutine[Any, Any, T], other: Coroutine[Any, Any, U]
) -> tuple[T, U]:
    """Runs both: `one` first, `one` second, or both at once."""
    if order == "first":
        return await one, await other
    if order == "second":
        theirs = await other
        return await one, theirs
    first, second = asyncio.create_task(one), asyncio.create_task(other)
    return await first, await second


def said(journey: Journey) -> str:
    """All sentences of a journey, one a line."""
    return "\n".join(step.what for step in journey.steps)


def types_of(journey: Journey, case_id: UUID | None = None) -> Sequence[str]:
    """The topics of a journey's steps, of all its cases or of one."""
    return [
        step.type.removeprefix("uk.vigil.").removesuffix(".v1")
        for step in journey.steps
        if case_id in (None, step.case_id)
    ]


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["type"].rpartition(":")[2]
