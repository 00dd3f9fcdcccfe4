"""The answer of the service that a submission was for, told to whoever submitted it."""

from uuid import uuid5

from services.intake.submission_store import keep_answer_of, known_submission, lock_submission
from shared.contracts.arrival_events import SubmissionAnswered
from shared.contracts.catalogue import type_of
from shared.contracts.event_codes import Submission
from shared.contracts.payload import Payload
from shared.contracts.replies import SubmissionAccepted, SubmissionRefused
from shared.messaging.facts import record_fact
from shared.messaging.order import CannotBeApplied
from shared.messaging.outbox import reply
from shared.messaging.registry import Event
from shared.messaging.store import Row, Tx


async def answer_the_sender(event: Event[Payload], tx: Tx) -> None:
    """A restored store may hear the answer before the submission: it is told with that then."""
    said = event.data
    if not isinstance(said, SubmissionAnswered):
        raise CannotBeApplied("other_event")
    await record_fact(event, tx, about=event.envelope.correlationid)
    await lock_submission(tx, said.submission_id)
    await keep_answer_of(tx, said.submission_id, said.accepted, said.reason, said.answered_at)
    kept = await known_submission(tx, said.submission_id)
    if kept is not None:
        tx.cause = uuid5(said.submission_id, "answered")
        await tell_answer(tx, kept, said.model_dump())


async def tell_answer(tx: Tx, kept: Row, answered: Row) -> None:
    """`answered`: accepted, reason and answered_at. Commits with the caller's transaction."""
    told = {
        "submission_id": kept["submission_id"],
        "sender_id": kept["sender_id"],
        "what": Submission(kept["kind"]),
    }
    data: SubmissionAccepted | SubmissionRefused
    if answered["accepted"]:
        data = SubmissionAccepted(
            **told, organisation=kept["organisation"], accepted_at=answered["answered_at"]
        )
        type_ = type_of("submission.accepted")
    else:
        data = SubmissionRefused(
            **told,
            reason=answered["reason"],
            held_for_a_person=False,
            refused_at=answered["answered_at"],
        )
        type_ = type_of("submission.refused")
    await reply(tx, data, kept["system"], str(kept["sender_id"]), type_, kept["traceparent"])
