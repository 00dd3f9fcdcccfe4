"""Panel notification: cases that are linked while their notices are decided and sent."""

from random import Random
from uuid import UUID

import pytest

from services.panel_notification.channels.channel import Answer, Letter
from services.panel_notification.fulfilment import key_of, publications
from services.panel_notification.handlers import registry
from services.panel_notification.notice import Outcome, plan
from services.panel_notification.notice_store import notices_of
from shared.messaging.facts import facts_of, own_facts_of
from shared.messaging.store import Store
from tests.conftest import OpenStore
from tests.interleave import defects
from tests.interleave.conftest import Explore
from tests.interleave.exploring import Prepare, Situation
from tests.interleave.gate import Work
from tests.interleave.told_facts import tells
from tests.services.panel_notification.sample_facts import decided, fact, linked, serious
from tests.services.panel_notification.told import notices, sender_of

SERVICE = "panel_notification"


class Mailbox:
    """Takes every letter."""

    name = "smtp"
    looks_up = False

    def __init__(self) -> None:
        self.taken: list[UUID] = []

    async def send(self, letter: Letter) -> Answer:
        self.taken.append(letter.notice_id)
        return Answer(Outcome.ACCEPTED, "250")

    async def look_up(self, letter: Letter) -> Answer:
        return Answer(Outcome.UNKNOWN, "not_looked_up")


def cases(chance: Random, count: int) -> list[UUID]:
    return [UUID(int=chance.getrandbits(128), version=4) for _ in range(count)]


async def out_of_line(store: Store, group: list[UUID]) -> list[str]:
    """What would still have to be changed or published for these cases."""
    async with store.transaction(group[0], "test") as tx:
        facts = await facts_of(tx, group)
        kept = await notices_of(tx, group)
        todo = plan(facts, kept)
        own = {key_of(each.case_id, each.data) for each in await own_facts_of(tx, group)}
        unsaid = publications(facts, kept, {key for key in own if key})
    found = []
    if todo.add or todo.cancel or todo.reopen:
        found.append("notices are not those that the facts ask for")
    if unsaid:
        found.append(f"{len(unsaid)} facts about notices are unpublished")
    return found


def links_across(store: Store) -> Prepare:
    async def prepare(chance: Random) -> Situation:
        one, other = cases(chance, 2)

        async def breaches() -> list[str]:
            return await out_of_line(store, [one, other])

        return Situation(
            {
                "one": tells(registry, [fact(one, 1, linked(other))]),
                "other": tells(registry, [fact(other, 1, linked(one))]),
            },
            breaches,
        )

    return prepare


async def test_groups_linked_across_each_other_do_not_wait_for_each_other(
    open_store: OpenStore, explored: Explore
) -> None:
    store = await open_store(SERVICE)
    name = "the Panel's groups linked across"
    (await explored(store, name, links_across(store))).assert_clean()


async def test_unsorted_locks_are_found(
    open_store: OpenStore, explored: Explore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await open_store(SERVICE)
    defects.unsorted_locks(monkeypatch)
    found = (await explored(store, "planted: unsorted locks", links_across(store))).found
    assert found is not None
    assert "ended by the deadlock detector" in found


async def test_cases_linked_while_their_survivor_is_decided_end_with_its_notices_alone(
    open_store: OpenStore, explored: Explore
) -> None:
    store = await open_store(SERVICE)

    async def prepare(chance: Random) -> Situation:
        survivor, loser, other = group = cases(chance, 3)
        await tells(registry, [fact(loser, 1, decided(serious(loser)))])(store)

        async def breaches() -> list[str]:
            found = await out_of_line(store, group)
            waiting = [n for n in (await notices(store, loser)).values() if n.state == "pending"]
            return found + (["a notice of the loser is pending"] if waiting else [])

        return Situation(
            {
                "links": tells(registry, [fact(loser, 2, linked(survivor))]),
                "links another": tells(registry, [fact(other, 1, linked(survivor))]),
                "decides": tells(registry, [fact(survivor, 1, decided(serious(survivor)))]),
            },
            breaches,
        )

    (await explored(store, "links beside a decision", prepare)).assert_clean()


async def test_a_case_linked_while_its_notice_is_sent_is_told_of_once(
    open_store: OpenStore, explored: Explore
) -> None:
    store = await open_store(SERVICE)

    def sends(notice_id: UUID, box: Mailbox) -> Work:
        async def work(gated: Store) -> None:
            await sender_of(gated, box).sending.attempt(notice_id, 1, 7)

        return work

    async def prepare(chance: Random) -> Situation:
        survivor, loser = group = cases(chance, 2)
        for case_id in group:
            await tells(registry, [fact(case_id, 1, decided(serious(case_id)))])(store)
        of_loser = (await notices(store, loser))["panel"].notice_id
        of_survivor = (await notices(store, survivor))["panel"].notice_id
        box = Mailbox()

        async def breaches() -> list[str]:
            return await out_of_line(store, group) + (
                [f"{len(box.taken)} letters"] if len(box.taken) > len(set(box.taken)) else []
            )

        return Situation(
            {
                "links": tells(registry, [fact(loser, 2, linked(survivor))]),
                "sends for the loser": sends(of_loser, box),
                "sends for the survivor": sends(of_survivor, box),
            },
            breaches,
        )

    (await explored(store, "a link beside two senders", prepare)).assert_clean()
