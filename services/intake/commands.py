"""What all commands on a case have in common: the owner, the version, the answer given once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from opentelemetry import trace

from services.intake import case_store
from services.intake.case_store import Group
from services.intake.desk import Desk
from services.intake.successors import CHOOSING, owns, refuse_unchosen
from shared.calendar.london import london_date
from shared.contracts.envelope import NAMESPACE
from shared.messaging.answered_commands import given_answer, keep_answer
from shared.messaging.crash_points import crash_point
from shared.messaging.erasing import refuse_erased
from shared.messaging.store import Tx
from shared.telemetry.tracing import case_root
from shared.web.idempotency import content_fingerprint
from shared.web.machine_caller import Caller
from shared.web.problem import Problem


@dataclass(frozen=True)
class Request:
    """One command as it came in. `version` is what the caller had seen of the case."""

    caller: Caller
    case_id: UUID
    name: str
    idempotency_key: str
    version: int | None
    content: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]


Run = Callable[[Tx, Group], Awaitable[Answer]]
Asked = Callable[[Tx, Group, Caller], Awaitable[bool]]


async def run_command(
    desk: Desk, request: Request, run: Run, *also: UUID, asked: Asked | None = None
) -> Answer:
    """Runs a command once: the same key and content again give the same answer.

    `also` are other cases it touches, locked with the first. `asked`: who else but the owner may
    send it. Raises Problem: 404 `case_not_found`
    (also for the case of another authority), 409 `merged`, 412 `version_changed`, 409
    `idempotency_key_reused`, 409 `successor_to_be_chosen`, 410 `case_erased`.
    """
    fingerprint = content_fingerprint(
        desk.fingerprint_key,
        {"case": str(request.case_id), "command": request.name, "content": request.content},
    )
    cause = uuid5(NAMESPACE, f"command|{request.caller.system}|{request.idempotency_key}")
    async with desk.store.transaction(cause, request.caller.organisation) as tx:
        groups = await case_store.lock_groups(tx, [request.case_id, *also])
        system, key = request.caller.system, request.idempotency_key
        given = await given_answer(tx, system, key, fingerprint)
        if given is not None:
            return Answer(*given)
        group = groups.get(request.case_id)
        if group is None:
            await refuse_erased(tx, request.case_id)
        if group is not None and group.survivor["synthetic"]:
            tx.synthetic = True
        elif request.caller.synthetic:
            group = None
        if group is None or not (
            owns(request.caller.organisation, group.survivor["owner_area"], london_date(tx.now))
            or (asked and await asked(tx, group, request.caller))
        ):
            raise Problem("case_not_found", 404)
        _refuse_stale(request, group)
        if request.name not in CHOOSING:
            refuse_unchosen(group.survivor["owner_area"], london_date(tx.now))
        root = case_root(request.case_id)
        trace.get_current_span().add_link(root)
        with desk.tracing.span(
            f"command {request.name}",
            parent=root,
            links=(
                trace.get_current_span().get_span_context(),
                *(case_root(other) for other in also),
            ),
            attributes={"vigil.system": request.caller.system},
        ):
            answer = await run(tx, group)
        await keep_answer(tx, system, key, fingerprint, answer.status, answer.body)
        crash_point("http.written")
    crash_point("http.committed")
    return answer


def _refuse_stale(request: Request, group: Group) -> None:
    if group.asked["survivor"] is not None:
        raise Problem(
            "merged", 409, detail="This case was linked to another; read the case to see which."
        )
    if request.version is not None and request.version != group.asked["version"]:
        raise Problem("version_changed", 412, detail="Read the case again, then send the command.")
