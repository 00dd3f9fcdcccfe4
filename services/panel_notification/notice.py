"""A notice as it stands, and what becomes of those there are when the facts ask for others.

Everything is a function of the facts known, whatever the order in which they arrived.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.panel_notification.about import About
from services.panel_notification.wanted import (
    Wanted,
    owed_now,
    survivors,
    tells_the_same,
    withdrawn,
)
from services.panel_notification.yearly_tellings import withdrawn_reports
from shared.contracts.event_codes import Channel
from shared.messaging.facts import Fact

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)


class State(StrEnum):
    """`pending` waits for its (next) attempt. `outcome_unknown` waits for a look-up or a person:
    the message may or may not have gone out. `handed`: a person has it to submit."""

    PENDING = "pending"
    SENDING = "sending"
    ACCEPTED = "accepted"
    UNDELIVERABLE = "undeliverable"
    OUTCOME_UNKNOWN = "outcome_unknown"
    HANDED = "handed"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What became of one attempt. `again`: surely not accepted, may be tried again. `handed`: it
    is for a person to submit, which is another attempt."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    AGAIN = "again"
    UNKNOWN = "unknown"
    HANDED = "handed"


STATE_AFTER: Mapping[Outcome, State] = {
    Outcome.ACCEPTED: State.ACCEPTED,
    Outcome.REFUSED: State.UNDELIVERABLE,
    Outcome.AGAIN: State.PENDING,
    Outcome.UNKNOWN: State.OUTCOME_UNKNOWN,
    Outcome.HANDED: State.HANDED,
}
NOT_SENT = frozenset({State.PENDING, State.HANDED})
PROVEN_BY_ACCEPTANCE = frozenset({Channel.SMTP})
"""Channels where nothing more than that it was accepted is ever told. For the others delivery is
told apart: a status of the provider, a signed receipt, the reference of a submission."""

MAY_HAVE_GONE_OUT = frozenset({State.SENDING, State.ACCEPTED, State.OUTCOME_UNKNOWN})


@dataclass(frozen=True)
class Attempt:
    """`outcome` and `ended_at` are None while it runs; `code` is the channel's."""

    number: int
    started_at: datetime
    outcome: Outcome | None = None
    ended_at: datetime | None = None
    code: str | None = None
    channel: Channel | None = None


@dataclass(frozen=True)
class Receipt:
    reference: str
    received_at: datetime


@dataclass(frozen=True)
class Notice(Wanted):
    """A notice as it stands, with its attempts in order."""

    state: State = State.PENDING
    attempts: tuple[Attempt, ...] = ()
    receipt: Receipt | None = None
    refused_at: datetime | None = None
    refused_because: str | None = None
    channel: Channel = Channel.SMTP
    may_have_been_sent: bool = False
    """Before its store was restored to a moment that knows nothing of it."""
    delivered_at: datetime | None = None
    escalated_at: datetime | None = None

    @property
    def first_accepted(self) -> Attempt | None:
        taken = (attempt for attempt in self.attempts if attempt.outcome is Outcome.ACCEPTED)
        return min(taken, key=lambda attempt: attempt.started_at, default=None)

    @property
    def proven_at(self) -> datetime | None:
        """When the evidence was seen that counts for the channel which brought it."""
        taken = self.first_accepted
        if taken is None:
            return None
        channel = taken.channel or self.channel
        return taken.ended_at if channel in PROVEN_BY_ACCEPTANCE else self.delivered_at

    @property
    def needs_a_person(self) -> bool:
        return self.state in (State.OUTCOME_UNKNOWN, State.UNDELIVERABLE, State.HANDED)

    @property
    def times_reached(self) -> int:
        """How many attempts reached the recipient, or may have; a forgotten one is one of them."""
        reached = (Outcome.ACCEPTED, Outcome.UNKNOWN)
        known = sum(attempt.outcome in reached for attempt in self.attempts)
        return known + self.may_have_been_sent


@dataclass(frozen=True)
class Plan:
    """What to change so that the notices are those that the facts ask for."""

    add: tuple[Wanted, ...] = ()
    cancel: Mapping[UUID, str] | None = None
    """Notice and reason: `linked` (its case is now part of another), `covered` (a notice of a
    linked case or an earlier decision told the same recipient), `withdrawn` (the criteria of its
    cycle proved unmet, or there was no such report), `not_owed` (decided anew)."""
    reopen: tuple[UUID, ...] = ()


def plan(facts: Sequence[Fact], notices: Iterable[Notice]) -> Plan:
    """Compares what the facts of a case and of those linked with it ask for with what there is.

    Only a notice that waits to be sent is cancelled, and a copy that was refused of a report that
    never was: nobody has to see to it. One that was cancelled and is asked for again is taken up
    again. A notice under way is left alone: its outcome is planned for when it is in. Of a
    withdrawal hears who may have heard of the incident.
    """
    present = {notice.notice_id: notice for notice in notices}
    links, ended, never_were = survivors(facts), withdrawn(facts), withdrawn_reports(facts)
    owed = {
        wanted.notice_id: wanted
        for wanted in owed_now(facts, links)
        if wanted.about is not About.WITHDRAWAL or _may_have_heard(wanted, present.values(), links)
    }
    covered = {
        notice_id
        for notice_id, wanted in owed.items()
        if any(
            other.notice_id not in owed
            and other.state in MAY_HAVE_GONE_OUT
            and tells_the_same(wanted, other)
            and links.get(other.case_id, other.case_id) == wanted.case_id
            for other in present.values()
        )
    }
    wanted_ids = owed.keys() - covered

    def reason(notice: Notice) -> str:
        if notice.case_id in links:
            return "linked"
        if notice.notice_id in covered:
            return "covered"
        return "withdrawn" if (notice.case_id, notice.cycle) in ended else "not_owed"

    def ends(notice: Notice) -> bool:
        refused = notice.state is State.UNDELIVERABLE
        return notice.state in NOT_SENT or (
            refused and (notice.case_id, notice.cycle) in never_were
        )

    return Plan(
        add=tuple(owed[i] for i in sorted(wanted_ids - present.keys())),
        cancel={
            notice_id: reason(notice)
            for notice_id, notice in sorted(present.items())
            if ends(notice) and notice_id not in wanted_ids
        },
        reopen=tuple(
            notice_id
            for notice_id, notice in sorted(present.items())
            if notice.state is State.CANCELLED and notice_id in wanted_ids
        ),
    )


def _may_have_heard(wanted: Wanted, notices: Iterable[Notice], links: Mapping[UUID, UUID]) -> bool:
    """Whether the recipient was told of what is withdrawn now, or may have been. One whose notice
    is still under way is told of the withdrawal once that is known."""
    return any(
        other.about is not About.WITHDRAWAL
        and other.cycle == wanted.cycle
        and (other.recipient_kind, other.recipient) == (wanted.recipient_kind, wanted.recipient)
        and links.get(other.case_id, other.case_id) == wanted.case_id
        and (other.state is State.ACCEPTED or other.times_reached > 0)
        for other in notices
    )


def pause_after(attempts: int, jitter: float) -> timedelta:
    """How long to wait after that many attempts: doubled each time up to a quarter of an hour.

    `jitter` from 0 to 1 spreads it over the upper half, so that notices held back by one outage
    do not all come back at one moment. There is no last attempt: the duty to tell does not end.
    """
    whole: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return whole * (0.5 + jitter / 2)
