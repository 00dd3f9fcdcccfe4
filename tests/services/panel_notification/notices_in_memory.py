"""The notices of a few cases without a store: facts, sends and receipts in any order."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.panel_notification.fulfilment import Key, key_of, publications
from services.panel_notification.notice import (
    STATE_AFTER,
    Attempt,
    Notice,
    Outcome,
    Receipt,
    State,
    plan,
)
from services.panel_notification.wanted import Wanted
from shared.contracts.event_codes import RecipientKind
from shared.contracts.panel_events import IncidentNotified
from shared.contracts.payload import Payload
from shared.messaging.facts import Fact
from tests.services.panel_notification.sample_facts import NINE

Subject = tuple[str, UUID, int, int]
"""Kind of fact, notice or case, cycle, notification number."""


@dataclass
class NoticesInMemory:
    facts: list[Fact] = field(default_factory=list)
    notices: dict[UUID, Notice] = field(default_factory=dict)
    published: dict[Subject, Payload] = field(default_factory=dict)
    """What was said of each last."""
    said: set[Key] = field(default_factory=set)
    now: datetime = NINE

    def learn(self, fact: Fact) -> None:
        if fact not in self.facts:
            self.facts.append(fact)
        self._bring_in_line()

    def start(self, notice_id: UUID) -> None:
        notice = self.notices[notice_id]
        assert notice.state is State.PENDING
        attempt = Attempt(len(notice.attempts) + 1, self._tick())
        self._put(replace(notice, state=State.SENDING, attempts=(*notice.attempts, attempt)))

    def end(self, notice_id: UUID, outcome: Outcome) -> None:
        notice = self.notices[notice_id]
        last = replace(notice.attempts[-1], outcome=outcome, ended_at=self._tick(), code="sample")
        refused = outcome is Outcome.REFUSED
        self._put(
            replace(
                notice,
                state=STATE_AFTER[outcome],
                attempts=(*notice.attempts[:-1], last),
                refused_at=last.ended_at if refused else None,
                refused_because="smtp_550" if refused else None,
            )
        )
        self._bring_in_line()

    def prove(self, notice_id: UUID, number: int) -> None:
        """It becomes known that an attempt without an answer had been accepted."""
        notice = self.notices[notice_id]
        attempts = [
            replace(one, outcome=Outcome.ACCEPTED, ended_at=self._tick())
            if one.number == number
            else one
            for one in notice.attempts
        ]
        self._put(replace(notice, attempts=tuple(attempts)))
        self._bring_in_line()

    def send(self, notice_id: UUID, outcome: Outcome = Outcome.ACCEPTED) -> None:
        self.start(notice_id)
        self.end(notice_id, outcome)

    def receive(self, notice_id: UUID) -> None:
        self._put(replace(self.notices[notice_id], receipt=Receipt("P-1", self._tick())))
        self._bring_in_line()

    def pending(self) -> list[UUID]:
        return sorted(i for i, n in self.notices.items() if n.state is State.PENDING)

    def of(self, case_id: UUID, kind: RecipientKind) -> list[Notice]:
        return [
            n for n in self.notices.values() if (n.case_id, n.recipient_kind) == (case_id, kind)
        ]

    def notified(self, case_id: UUID) -> IncidentNotified | None:
        found = self.published.get(("notified", case_id, 1, 1))
        assert found is None or isinstance(found, IncidentNotified)
        return found

    def state(self) -> object:
        """What must not hang on the order of arrival."""
        return sorted((i, n.state) for i, n in self.notices.items() if n.state != "cancelled")

    def _bring_in_line(self) -> None:
        todo = plan(self.facts, self.notices.values())
        for wanted in todo.add:
            self._put(_notice(wanted))
        for notice_id in todo.cancel or {}:
            self._put(replace(self.notices[notice_id], state=State.CANCELLED))
        for notice_id in todo.reopen:
            self._put(replace(self.notices[notice_id], state=State.PENDING))
        for each in publications(self.facts, self.notices.values(), self.said):
            key = key_of(each.case_id, each.data)
            assert key is not None
            assert key not in self.said
            self.said.add(key)
            self.published[key[:4]] = each.data

    def _put(self, notice: Notice) -> None:
        self.notices[notice.notice_id] = notice

    def _tick(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def _notice(wanted: Wanted) -> Notice:
    return Notice(
        case_id=wanted.case_id,
        cycle=wanted.cycle,
        notification_number=wanted.notification_number,
        obligation_id=wanted.obligation_id,
        recipient_kind=wanted.recipient_kind,
        recipient=wanted.recipient,
        area=wanted.area,
        limit_rule=wanted.limit_rule,
        about=wanted.about,
    )
