"""The routes of a review, for machine callers.

Shown to the bodies that hold a seat of the area that leads; whoever else asks hears the same as
for a case that does not exist. The authority of the area records; each partner approves.
"""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic_core import to_jsonable_python

from services.rapid_review_timer import (
    described,
    extension,
    local_review_steps,
    panel_answer,
    review_steps,
    review_store,
)
from services.rapid_review_timer import review_said as said
from services.rapid_review_timer.case_store import lock_link_group
from services.rapid_review_timer.review_commands import ReviewCommand, Sent, run_review_command
from services.rapid_review_timer.review_desk import Desk, Seen, circumstances, seen_by
from services.rapid_review_timer.review_shown import shown
from services.rapid_review_timer.sharing import Disclosure, disclosure
from shared.contracts.strict_json import Invalid, parse, validate
from shared.messaging.audit import audit
from shared.messaging.callers import caller_of, not_available
from shared.messaging.erasing import refuse_erased
from shared.messaging.facts import Fact
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.store import Tx
from shared.reference.systems import SystemRegistry
from shared.web.bounded_body import read_body
from shared.web.idempotency import idempotency_key
from shared.web.machine_caller import Caller
from shared.web.problem import Problem, problem_of_invalid

COMMANDS = (
    ReviewCommand(
        "summaries", "summaries_requested", said.RequestSummaries, review_steps.request_summaries
    ),
    ReviewCommand(
        "summaries/chases", "summary_chased", said.ChaseSummary, review_steps.chase_summary
    ),
    ReviewCommand(
        "summaries/answers", "summary_received", said.ReceiveSummary, review_steps.receive_summary
    ),
    ReviewCommand(
        "findings", "findings_recorded", said.RecordFindings, review_steps.record_findings
    ),
    ReviewCommand("aims", "aims_recorded", said.RecordAims, review_steps.record_aims),
    ReviewCommand(
        "approvals",
        "approval_given",
        said.GiveApproval,
        review_steps.give_approval,
        by_any_partner=True,
    ),
    ReviewCommand("submission", "submitted", said.Submit, review_steps.submit),
    ReviewCommand(
        "information",
        "information_supplied",
        panel_answer.SupplyInformation,
        panel_answer.supply_information,
    ),
    ReviewCommand(
        "extensions", "extension_requested", said.RequestExtension, extension.request_extension
    ),
    ReviewCommand(
        "extensions/answers", "extension_decided", said.DecideExtension, extension.decide_extension
    ),
    ReviewCommand(
        "local-review",
        "local_review_commissioned",
        said.CommissionLocalReview,
        local_review_steps.commission,
    ),
    ReviewCommand(
        "local-review/told", "local_review_told", said.TellOfLocalReview, local_review_steps.tell
    ),
    ReviewCommand(
        "local-review/drafts",
        "local_review_drafted",
        said.DraftLocalReview,
        local_review_steps.draft,
    ),
    ReviewCommand(
        "local-review/copies", "copies_sent", said.SendCopies, local_review_steps.send_copies
    ),
    ReviewCommand(
        "local-review/delays",
        "local_review_delayed",
        said.DelayLocalReview,
        local_review_steps.delay,
    ),
    ReviewCommand(
        "local-review/publication",
        "local_review_published",
        said.PublishLocalReview,
        local_review_steps.publish,
    ),
    ReviewCommand(
        "local-review/withholding",
        "local_review_withheld",
        said.WithholdLocalReview,
        local_review_steps.withhold,
    ),
    ReviewCommand("actions", "action_opened", said.OpenAction, local_review_steps.open_action),
    ReviewCommand(
        "actions/closures", "action_closed", said.CloseAction, local_review_steps.close_action
    ),
)


def review_routes(desk: Desk, systems: SystemRegistry) -> APIRouter:
    """All routes under /v1/cases/{case_id}/review; `systems` says which caller speaks for whom."""
    router = APIRouter(prefix="/v1/cases/{case_id}/review", tags=["review"])
    authenticated = Depends(caller_of(desk.store, systems))

    @router.get("", **described.REVIEW)
    async def review(
        case_id: UUID, caller: Annotated[Caller, authenticated], response: Response
    ) -> dict[str, Any]:
        async with desk.store.transaction(case_id, caller.organisation) as tx:
            seen = await _seen(tx, caller, case_id)
            found = seen.latest()
            met = await circumstances(tx, caller, seen, found.cycle)
        response.headers["ETag"] = f'"{seen.version}"'
        answer: dict[str, Any] = to_jsonable_python(shown(found, met, seen.version))
        return answer

    @router.get("/records/{step}", **described.RECORD)
    async def record(
        case_id: UUID,
        step: UUID,
        caller: Annotated[Caller, authenticated],
        sharing_decision: UUID | None = None,
    ) -> dict[str, Any]:
        async with desk.store.transaction(step, caller.organisation) as tx:
            seen = await _seen(tx, caller, case_id)
            record = await review_store.record_of(tx, [case_id, seen.survivor], step)
            if record is None:
                raise Problem("record_not_found", 404)
            codes = {"case": str(case_id)}
            if not seen.is_owner and record.by != caller.organisation:
                allowed_by = rests_on(seen.facts, sharing_decision, caller.organisation)
                codes["sharing_decision"] = str(allowed_by)
            await audit(tx, "review.record_read", str(step), **codes)
        return parse(record.content)

    for command in COMMANDS:
        _add(router, desk, command, authenticated)
    return router


def rests_on(facts: Sequence[Fact], named: UUID | None, reader: str) -> UUID:
    """The decision on which this organisation may read what another wrote. Raises Problem 403."""
    if named is None:
        detail = "Another organisation wrote this: ask the authority for its decision to share it."
        raise Problem("sharing_decision_required", 403, detail=detail)
    found = disclosure(facts, named, reader)
    if found is Disclosure.UNKNOWN:
        detail = "No such decision about this case is known here; one made just now may follow."
        raise Problem("sharing_decision_unknown", 403, detail=detail)
    if found is Disclosure.REPLACED:
        detail = "Another decision holds instead: name that one."
        raise Problem("sharing_decision_replaced", 403, detail=detail)
    if found is Disclosure.NOT_WITH_READER:
        detail = "That decision does not share with your organisation."
        raise Problem("not_shared_with_you", 403, detail=detail)
    return named


async def _seen(tx: Tx, caller: Caller, case_id: UUID) -> Seen:
    await refuse_erased(tx, case_id)
    if not await review_store.is_known(tx, case_id):
        raise Problem("case_not_found", 404)
    return await seen_by(tx, caller, await lock_link_group(tx, case_id, None), case_id)


def _add(router: APIRouter, desk: Desk, command: ReviewCommand, authenticated: Any) -> None:
    async def commanded(
        case_id: UUID, request: Request, caller: Caller = authenticated
    ) -> JSONResponse:
        sent = await _sent(request, caller, case_id, command)
        try:
            answer = await run_review_command(desk, sent, command)
        except INFRASTRUCTURE:
            raise not_available() from None
        return JSONResponse(answer.body, answer.status, {"ETag": f'"{answer.body["version"]}"'})

    said_of_it = described.of_command(command.path, by_any_partner=command.by_any_partner)
    router.post(f"/{command.path}", name=command.kind, **said_of_it)(commanded)


async def _sent(request: Request, caller: Caller, case_id: UUID, command: ReviewCommand) -> Sent:
    content = parse(await read_body(request, content_types={"application/json"}))
    key = idempotency_key(request.headers.get("idempotency-key"), required=True) or ""
    version = _version(request.headers.get("if-match"))
    try:
        stated = validate(command.model, content)
    except Invalid as error:
        raise problem_of_invalid(error) from None
    return Sent(caller, case_id, key, version, content, stated)


def _version(header: str | None) -> int:
    if header is None:
        raise Problem("if_match_required", 428, detail="Send the ETag of the review as If-Match.")
    text = header.strip().removeprefix('"').removesuffix('"')
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Problem(
            "version_changed", 412, detail="Read the review again, then send the command."
        )
    return int(text)
