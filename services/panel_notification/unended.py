"""Which notices have not come to an end, and what the Panel's own list says of them. Pure.

A notice ends with its recipient's receipt. Until then somebody has to look: at once where nothing
sends it any more, after a while where it is under way or was never confirmed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.panel_notification.fulfilment import reference_of
from services.panel_notification.notice import Notice, State

UNDER_WAY = timedelta(minutes=15)
UNCONFIRMED = timedelta(days=5)
FOR_A_PERSON: Mapping[State, str] = {
    State.OUTCOME_UNKNOWN: "outcome_unknown",
    State.UNDELIVERABLE: "undeliverable",
    State.HANDED: "to_be_submitted",
}


@dataclass(frozen=True)
class Unended:
    """`waiting_since`: since when it is as it is."""

    notice_id: str
    recipient: str
    limit_rule: str
    why: str
    waiting_since: datetime


def unended(notice: Notice, due_at: datetime | None, now: datetime) -> Unended | None:
    """Why a notice needs somebody; None for one that ended or goes its way. `due_at`: when its next
    attempt is due."""
    started = notice.attempts[-1].started_at if notice.attempts else None
    if notice.state in FOR_A_PERSON:
        return _unended(notice, FOR_A_PERSON[notice.state], started or notice.refused_at or now)
    if notice.state is State.PENDING and due_at and now - due_at > UNDER_WAY:
        return _unended(notice, "not_tried", due_at)
    if notice.state is State.PENDING and notice.escalated_at:
        return _unended(notice, "near_its_limit", notice.escalated_at)
    if notice.state is State.SENDING and started and now - started > UNDER_WAY:
        return _unended(notice, "no_answer_kept", started)
    taken = notice.first_accepted
    unconfirmed = notice.state is State.ACCEPTED and notice.receipt is None
    if unconfirmed and taken and now - taken.started_at > UNCONFIRMED:
        return _unended(notice, "no_receipt", taken.started_at)
    return None


@dataclass(frozen=True)
class Listed:
    """A line of the other side's list: what it calls the notice, and what it gave it."""

    reference: str
    receipt: str | None = None


@dataclass(frozen=True)
class Compared:
    """`only_theirs`: they have it and we do not. `only_ours`: we sent it and they do not have it.
    `receipt_differs`: both have it, under two receipts."""

    both: int
    only_theirs: tuple[str, ...]
    only_ours: tuple[str, ...]
    receipt_differs: tuple[str, ...]

    @property
    def agree(self) -> bool:
        return not (self.only_theirs or self.only_ours or self.receipt_differs)


def compare(theirs: Sequence[Listed], ours: Iterable[Notice]) -> Compared:
    """A line may name the notice by our reference or by the receipt that they gave for it."""
    sent = {reference_of(notice.notice_id): notice for notice in ours}
    by_receipt = {
        notice.receipt.reference: reference
        for reference, notice in sent.items()
        if notice.receipt is not None
    }
    found: dict[str, Listed] = {}
    unknown: list[str] = []
    for line in theirs:
        reference = line.reference if line.reference in sent else by_receipt.get(line.reference)
        if reference is None:
            unknown.append(line.reference)
        else:
            found[reference] = line
    differing = [
        reference
        for reference, line in found.items()
        if line.receipt and (kept := sent[reference].receipt) and kept.reference != line.receipt
    ]
    return Compared(
        both=len(found),
        only_theirs=tuple(sorted(set(unknown))),
        only_ours=tuple(sorted(sent.keys() - found.keys())),
        receipt_differs=tuple(sorted(differing)),
    )


def _unended(notice: Notice, why: str, since: datetime) -> Unended:
    return Unended(str(notice.notice_id), notice.recipient, notice.limit_rule, why, since)
