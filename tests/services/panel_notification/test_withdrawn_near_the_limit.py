"""What nobody can say arrived does not go again once what it tells of is withdrawn."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.panel_notification.about import About
from services.panel_notification.channels.channel import Answer
from services.panel_notification.limit import ESCALATED_BEFORE, SENT_AGAIN_BEFORE
from services.panel_notification.message import NOTICE_HEADER
from services.panel_notification.notice import Notice, Outcome, State
from services.panel_notification.notice_store import notices_of, waiting_for_a_person
from services.panel_notification.outcome_store import Following, settle
from shared.contracts.payload import Payload
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.services.panel_notification.mail_server import MailServer, running_mail_server
from tests.services.panel_notification.sample_changes import CASE, PANEL_HEARS, withdrawn
from tests.services.panel_notification.sample_facts import NINE, decided, obligation
from tests.services.panel_notification.sample_years import (
    LIMIT,
    RECORD,
    copies,
    never_was,
    reported,
)
from tests.services.panel_notification.timer_says import clock_set, limit, tell_by_timer
from tests.services.panel_notification.told import published, send_all, sender_of, tell

Tell = Callable[[Store, UUID, int, Payload], Awaitable[None]]


@dataclass(frozen=True)
class Matter:
    """What the Panel is told of and what takes it back, by whom it is said."""

    of: UUID
    rule: str
    by: Tell
    told: Payload
    taken_back: Payload


@dataclass
class Escalated:
    """A matter whose notice went out two days before its limit and had no answer, so that a person
    heard of it."""

    matter: Matter
    store: Store
    clock: SetClock
    mail: MailServer
    heard: int
    """How much of the stream that tells of it."""

    async def at(self, before: timedelta) -> None:
        """What is sent so long before the limit."""
        self.clock.instant = LIMIT - before
        await send_all(sender_of(self.store, self.mail.channel()))

    async def hears(self, said: Payload) -> None:
        self.heard += 1
        await self.matter.by(self.store, self.matter.of, self.heard, said)

    async def notice(self) -> Notice:
        async with self.store.reading() as connection:
            found = await notices_of(connection, [self.matter.of])
        [first] = [one for one in found if one.about is not About.WITHDRAWAL]
        return first

    async def went_out(self) -> int:
        """How often the notice itself did."""
        own = str((await self.notice()).notice_id)
        return sum(message[NOTICE_HEADER] == own for message in self.mail.messages())


REPORT = Matter(RECORD, "DL17", tell_by_timer, reported(obligations=copies()[:1]), never_was())
INCIDENT = Matter(
    CASE, "DL01", tell, decided([obligation(CASE, "panel", "panel")]), withdrawn([PANEL_HEARS])
)


@pytest.fixture
async def escalated(
    open_store: OpenStore, request: pytest.FixtureRequest
) -> AsyncIterator[Escalated]:
    matter: Matter = request.param
    clock = SetClock(NINE)
    store = await open_store("panel_notification", clock=clock)
    await matter.by(store, matter.of, 1, matter.told)
    heard = 2 if matter.by is tell_by_timer else 1
    await limit(store, matter.of, heard, clock_set(matter.of, matter.rule, LIMIT))
    async with running_mail_server() as mail:
        found = Escalated(matter, store, clock, mail, heard)
        mail.drop_after_data = True
        await found.at(ESCALATED_BEFORE)
        mail.drop_after_data = False
        notice = await found.notice()
        assert (notice.state, notice.escalated_at) == (State.OUTCOME_UNKNOWN, clock.instant)
        yield found


@pytest.mark.parametrize("escalated", [REPORT, INCIDENT], ids=["report", "incident"], indirect=True)
async def test_what_was_withdrawn_does_not_go_again_a_day_before_its_limit(
    escalated: Escalated,
) -> None:
    await escalated.hears(escalated.matter.taken_back)
    await escalated.at(ESCALATED_BEFORE)
    assert (await escalated.notice()).state is State.OUTCOME_UNKNOWN, "it may have gone out"
    await escalated.at(SENT_AGAIN_BEFORE)
    assert await escalated.went_out() == 1
    assert (await escalated.notice()).state is State.CANCELLED
    async with escalated.store.reading() as connection:
        assert await waiting_for_a_person(connection) == []


@pytest.mark.parametrize("escalated", [REPORT], ids=["report"], indirect=True)
async def test_a_report_that_is_said_again_after_all_goes_out_as_possibly_double(
    escalated: Escalated,
) -> None:
    await escalated.hears(escalated.matter.taken_back)
    await escalated.at(SENT_AGAIN_BEFORE)
    await escalated.hears(reported(revision=3, obligations=copies()[:1]))
    await escalated.at(SENT_AGAIN_BEFORE)
    assert await escalated.went_out() == 2
    said = dict(await published(escalated.store, RECORD))["notice.sent"]
    assert said["possible_duplicate"] is True


@pytest.mark.parametrize("escalated", [REPORT], ids=["report"], indirect=True)
async def test_what_ended_without_an_answer_was_sent_all_the_same_once_the_answer_comes(
    escalated: Escalated,
) -> None:
    await escalated.hears(escalated.matter.taken_back)
    await escalated.at(SENT_AGAIN_BEFORE)
    notice = await escalated.notice()
    async with escalated.store.transaction(uuid4(), "test") as tx:
        late = Answer(Outcome.ACCEPTED, "late")
        assert await settle(tx, notice.notice_id, 1, late, Following(timedelta(0)))
    assert (await escalated.notice()).state is State.ACCEPTED
    assert "notice.sent" in dict(await published(escalated.store, RECORD))
