"""What all commands of a review have in common: who may send them, the version seen, the answer
given once, and the clocks that follow."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from opentelemetry import trace
from pydantic_core import to_jsonable_python

from services.rapid_review_timer import review_store
from services.rapid_review_timer.case_store import LinkGroup, lock_link_group
from services.rapid_review_timer.circumstances import Circumstances, Refused
from services.rapid_review_timer.keep_clocks import bring_in_line
from services.rapid_review_timer.own_step import own_step
from services.rapid_review_timer.review import Review
from services.rapid_review_timer.review_desk import Desk, Seen, circumstances, seen_by
from services.rapid_review_timer.review_said import Command, content_of
from services.rapid_review_timer.review_shown import shown
from shared.calendar.errors import CalendarError
from shared.contracts.envelope import NAMESPACE, case_stream
from shared.contracts.review_events import InformationSupplied, ReviewStep, SummaryReceived
from shared.contracts.strict_json import FieldFault
from shared.messaging.answered_commands import given_answer, keep_answer
from shared.messaging.audit import audit
from shared.messaging.crash_points import crash_point
from shared.messaging.erasing import refuse_erased
from shared.messaging.outbox import emit
from shared.messaging.registry import Event
from shared.messaging.store import Tx
from shared.telemetry.tracing import case_root
from shared.web.idempotency import content_fingerprint
from shared.web.machine_caller import Caller
from shared.web.problem import Problem

Steps = Callable[[Review, Any, Circumstances], list[ReviewStep]]


@dataclass(frozen=True)
class ReviewCommand:
    """`kind` names it in records and audit; `by_any_partner`: not only the leading authority."""

    path: str
    kind: str
    model: type[Command]
    steps: Steps
    by_any_partner: bool = False


@dataclass(frozen=True)
class Sent:
    """One command as it came in. `version` is what the caller had seen of the review."""

    caller: Caller
    case_id: UUID
    idempotency_key: str
    version: int
    content: dict[str, Any]
    said: Command


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]


async def run_review_command(desk: Desk, sent: Sent, command: ReviewCommand) -> Answer:
    """Runs a command once: the same key and content again give the same answer.

    Raises Problem: 404 `case_not_found` for whoever takes no part, 403 `only_the_authority`, 409
    `merged`, `review_not_opened`, `review_not_called_for`, `idempotency_key_reused` or why the
    review refuses it, 410 `case_erased`, 412 `version_changed`.
    """
    fingerprint = content_fingerprint(
        desk.fingerprint_key,
        {"case": str(sent.case_id), "command": command.kind, "content": sent.content},
    )
    system, key = sent.caller.system, sent.idempotency_key
    cause = uuid5(NAMESPACE, f"review command|{system}|{key}")
    async with desk.store.transaction(cause, sent.caller.organisation) as tx:
        await refuse_erased(tx, sent.case_id)
        if not await review_store.is_known(tx, sent.case_id):
            raise Problem("case_not_found", 404)
        group = await lock_link_group(tx, sent.case_id, None)
        given = await given_answer(tx, system, key, fingerprint)
        if given is not None:
            return Answer(*given)
        seen = await seen_by(tx, sent.caller, group, sent.case_id)
        _refuse(sent, command, seen)
        with desk.tracing.span(
            f"review {command.kind}",
            parent=case_root(sent.case_id),
            links=(trace.get_current_span().get_span_context(),),
            attributes={"vigil.system": system},
        ):
            body = await _take(tx, sent, command, seen, group)
        await keep_answer(tx, system, key, fingerprint, 200, body)
        crash_point("http.written")
    crash_point("http.committed")
    return Answer(200, body)


def _refuse(sent: Sent, command: ReviewCommand, seen: Seen) -> None:
    if not (seen.is_owner or command.by_any_partner):
        raise Problem("only_the_authority", 403, detail="The authority of the area records this.")
    if seen.survivor != sent.case_id:
        raise Problem(
            "merged", 409, detail="This case was linked to another; read the review to see which."
        )
    if seen.version != sent.version:
        detail = "Read the review again, then send the command."
        raise Problem("version_changed", 412, detail=detail)


async def _take(
    tx: Tx, sent: Sent, command: ReviewCommand, seen: Seen, group: LinkGroup
) -> dict[str, Any]:
    review = seen.review()
    met = await circumstances(tx, sent.caller, seen, review.cycle)
    try:
        steps = command.steps(review, sent.said, met)
        for place, step in enumerate(steps):
            event = await record_step(tx, sent.case_id, command.kind, sent.said, step, place)
        await bring_in_line(tx, sent.case_id, await review_store.known_facts(tx, group), event)
    except Refused as refused:
        raise problem_of(refused) from None
    except CalendarError as refused:
        raise Problem(refused.code, 409) from None
    after = await seen_by(tx, sent.caller, group, sent.case_id)
    met = await circumstances(tx, sent.caller, after, review.cycle)
    body: dict[str, Any] = to_jsonable_python(shown(after.review(), met, after.version))
    return body


async def record_step(
    tx: Tx, case_id: UUID, kind: str, said: Command, step: ReviewStep, place: int = 0
) -> Event[ReviewStep]:
    """Publishes one step and seals what was written with it. `place`: of several of one command."""
    stream, happened_at = case_stream(case_id), _instant_of(step, tx.now)
    step_id = await emit(tx, step, stream, happened_at=happened_at, about=str(place))
    await review_store.keep_record(tx, case_id, step.cycle, step_id, kind, content_of(said))
    await audit(
        tx,
        f"review.{kind}",
        str(step.review_id),
        case=str(case_id),
        cycle=step.cycle,
        step=str(step_id),
    )
    return own_step(tx, step_id, step, stream, happened_at)


def _instant_of(step: ReviewStep, now: datetime) -> datetime:
    """When it happened: a summary may have come, and an answer gone, before it was entered."""
    if isinstance(step, InformationSupplied):
        return step.supplied_at
    return step.received_at if isinstance(step, SummaryReceived) else now


def problem_of(refused: Refused) -> Problem:
    faults = [FieldFault(place, code) for place, code in refused.because]
    return Problem(refused.code, 409, detail=WHY.get(refused.code), errors=faults)


WHY = {
    "already_submitted": "The review went to the Panel; it cannot be changed any more.",
    "not_ready": "All four aims have to be filled and all three partners have to approve.",
    "other_version": "The aims were written anew; read them, then approve that version.",
    "not_later": "Name a working date after today and after the date that holds now.",
    "due_date_unknown": "The review has no due date that an extension could move.",
    "too_soon_after_copies": "Publish later, or say in early_because why the limit is overridden.",
    "must_have_copies": "The Panel and the Secretary of State have to receive copies.",
    "copies_not_sent": "Send the copies first.",
    "nothing_asked": "The Panel waits for nothing; read the review again.",
    "not_requested": "Ask the agency for a summary first.",
    "no_seat": "A body that holds a seat of the area on this day approves.",
    "already_recorded": "A report of these days is recorded; name it in corrects to change it.",
    "before_the_rules": "No limit for yearly reports was in force on that day; see the date.",
    "already_withdrawn": "The report was withdrawn; record it as a new one if there was one.",
    "nothing_changed": "What was recorded says the same already.",
}
"""What to do, by code; whatever is not here says it in its code."""
