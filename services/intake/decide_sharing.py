"""An organisation decides to share information or not; it is kept, told of, and never changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from opentelemetry import trace

from services.intake import case_store, sharing_store
from services.intake.commands import Answer
from services.intake.desk import Desk
from services.intake.sharing_conditions import faults, follow_ups, not_followed
from services.intake.sharing_guidance import guidance_on
from services.intake.stated_sharing import DecideSharing
from services.intake.successors import owns
from shared.calendar.london import london_date
from shared.contracts.envelope import NAMESPACE, case_stream
from shared.contracts.sharing_events import SharingDecided, StandingFor, sharing_stream
from shared.contracts.strict_json import FieldFault
from shared.messaging.answered_commands import given_answer, keep_answer
from shared.messaging.audit import audit
from shared.messaging.crash_points import crash_point
from shared.messaging.erasing import refuse_erased
from shared.messaging.outbox import emit
from shared.messaging.store import Row, Tx
from shared.reference.directory import la_of, members_of
from shared.telemetry.tracing import case_root
from shared.web.idempotency import content_fingerprint
from shared.web.machine_caller import Caller
from shared.web.problem import Problem


@dataclass(frozen=True)
class Sent:
    """The command as it came in; `content` is what it was read from."""

    caller: Caller
    idempotency_key: str
    content: dict[str, Any]
    said: DecideSharing


async def decide_sharing(desk: Desk, sent: Sent) -> Answer:
    """Runs it once: the same key and content again give the same answer.

    Raises Problem: 422 `not_valid` with a code for each member; 404 `case_not_found`,
    `sharing_decision_not_found`; 409 `merged`, `already_replaced`, `standing_decision_held`,
    `idempotency_key_reused`; 422 `replaces_another_matter`.
    """
    caller, key, said = sent.caller, sent.idempotency_key, sent.said
    what = {"command": "decide sharing", "content": sent.content}
    fingerprint = content_fingerprint(desk.fingerprint_key, what)
    cause = uuid5(NAMESPACE, f"command|{caller.system}|{key}")
    async with desk.store.transaction(cause, caller.organisation) as tx:
        cases = [said.case_id] if said.case_id else []
        groups = await case_store.lock_groups(tx, cases)
        given = await given_answer(tx, caller.system, key, fingerprint)
        if given is not None:
            return Answer(*given)
        _refuse_faults(said, caller.organisation, tx.now)
        group = groups.get(said.case_id) if said.case_id else None
        if said.case_id and (group is None or _is_not_owner(group, caller, tx.now)):
            await refuse_erased(tx, said.case_id)
            raise Problem("case_not_found", 404)
        if group is not None and group.asked["survivor"] is not None:
            raise Problem("merged", 409, detail="This case was linked to another: decide there.")
        tx.synthetic = tx.synthetic or bool(group and group.survivor["synthetic"])
        root = case_root(said.case_id) if said.case_id else None
        if root is not None:
            trace.get_current_span().add_link(root)
        with desk.tracing.span(
            "command decide sharing",
            parent=root,
            links=(trace.get_current_span().get_span_context(),),
            attributes={"vigil.system": caller.system},
        ):
            told = await _decided(tx, said, caller.organisation, group.ids if group else [])
        answer = Answer(201, told.model_dump(mode="json"))
        await keep_answer(tx, caller.system, key, fingerprint, answer.status, answer.body)
        crash_point("http.written")
    crash_point("http.committed")
    return answer


async def _decided(
    tx: Tx, said: DecideSharing, organisation: str, group: list[UUID]
) -> SharingDecided:
    told = told_by(said, organisation, uuid5(tx.cause, "sharing decision"))
    await sharing_store.lock_standing(tx, told)
    await _refuse_other_content(tx, told)
    replaced = await _replaced(tx, told, group)
    first = replaced["first_decision"] if replaced else told.decision_id
    if replaced is None:
        await _refuse_second(tx, told)
    await sharing_store.insert_decision(tx, told, first, said)
    stream = case_stream(told.case_id) if told.case_id else sharing_stream(first)
    await emit(tx, told, stream, happened_at=told.decided_at)
    codes = {"decision": told.decision.value, "recipient": told.recipient}
    await audit(tx, "sharing.decided", str(told.decision_id), **codes)
    return told


def told_by(said: DecideSharing, organisation: str, decision_id: UUID) -> SharingDecided:
    """What is published of a decision that has no faults: nothing of what was typed."""
    guidance = guidance_on(london_date(said.decided_at))
    standing = StandingFor(**said.standing.model_dump()) if said.standing else None
    return SharingDecided(
        decision_id=decision_id,
        case_id=said.case_id,
        standing=standing,
        replaces=said.replaces,
        decided_at=said.decided_at,
        organisation=organisation,
        decision=said.decision,
        withhold_ground=said.withhold_ground,
        recipient=said.recipient.organisation,
        recipient_role=said.recipient.role,
        data_categories=sorted(set(said.data_categories)),
        lawful_basis=said.lawful_basis,
        special_category_condition=said.special_category_condition,
        criminal_data_condition=said.criminal_data_condition,
        consent_sought=said.consent.sought,
        consent_given=said.consent.given,
        consent_not_sought_reason=said.consent.not_sought_reason,
        subject_informed=said.subject_informed.informed,
        rules_not_followed=not_followed(said.rules),
        follow_ups=follow_ups(said.rules),
        security_method=said.security_method,
        retention_until=said.retention_until,
        review_on=said.review_on,
        guidance=guidance.id if guidance else "none",
    )


def _refuse_faults(said: DecideSharing, organisation: str, now: datetime) -> None:
    found = faults(said, now)
    if said.standing is not None:
        members = members_of(said.standing.region, london_date(now))
        if not members:
            found.append(FieldFault("/standing/region", "unknown_region"))
        elif organisation not in map(la_of, members):
            found.append(FieldFault("/standing/region", "not_of_this_region"))
    if found:
        raise Problem("not_valid", 422, errors=found)


def _is_not_owner(group: case_store.Group, caller: Caller, now: datetime) -> bool:
    return not owns(caller.organisation, group.survivor["owner_area"], london_date(now))


async def _replaced(tx: Tx, told: SharingDecided, group: list[UUID]) -> Row | None:
    if told.replaces is None:
        return None
    row = await sharing_store.decision_of(tx, told.replaces)
    if row is None or (row["organisation"] != told.organisation and row["case_id"] not in group):
        raise Problem("sharing_decision_not_found", 404)
    if not _same_matter(told, row, group):
        detail = "A decision replaces one on the same case, or for the same topic and recipient."
        raise Problem("replaces_another_matter", 422, detail=detail)
    if row["replaced_by"] not in (None, told.decision_id):
        raise Problem("already_replaced", 409, detail="Name the decision that holds now.")
    return row


def _same_matter(told: SharingDecided, row: Row, group: list[UUID]) -> bool:
    if told.standing is None:
        return row["case_id"] in group
    asked = (told.standing.topic, told.standing.region, told.recipient)
    return bool((row["topic"], row["region"], row["recipient"]) == asked)


async def _refuse_other_content(tx: Tx, told: SharingDecided) -> None:
    """A restored store knows what was told and not which key it came with; the id says so."""
    row = await sharing_store.decision_of(tx, told.decision_id)
    if row is not None and sharing_store.told_of(row) != told:
        raise Problem("idempotency_key_reused", 409)


async def _refuse_second(tx: Tx, told: SharingDecided) -> None:
    if told.standing is None:
        return
    about = (told.standing.region, told.standing.topic, told.recipient)
    made = await sharing_store.standing_of(tx, told.organisation, *about)
    if any(one.decision_id != told.decision_id for one in made):
        detail = "Renew, correct or end the decision that was made: name it in `replaces`."
        raise Problem("standing_decision_held", 409, detail=detail)
