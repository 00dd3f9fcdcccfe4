"""Facts of one case that come from several sources at once, and a watcher beside them."""

from collections.abc import Sequence
from random import Random
from uuid import UUID, uuid4

import pytest

from services.rapid_review_timer import deadline_store
from services.rapid_review_timer.deadline import deadlines_of
from services.rapid_review_timer.handlers import registry
from services.rapid_review_timer.rules import rule_book
from services.rapid_review_timer.watcher import Watcher
from shared.calendar.bank_holidays import england_and_wales
from shared.messaging.clock import SetClock
from shared.messaging.store import Store
from shared.telemetry.metrics import Metrics
from shared.telemetry.tracing import Tracing
from tests.conftest import OpenStore
from tests.interleave import defects
from tests.interleave.conftest import Explore
from tests.interleave.exploring import Prepare, Situation
from tests.interleave.told_facts import tells
from tests.services.rapid_review_timer.case_told import ALL_OWED, POLICE, CaseTold, at
from tests.services.rapid_review_timer.sample_cases import AWARE

SERVICE = "rapid_review_timer"
TRACING, METRICS = Tracing(SERVICE, None), Metrics()


def new_case(chance: Random) -> CaseTold:
    return CaseTold(UUID(int=chance.getrandbits(128), version=4))


async def otherwise_than_one_by_one(store: Store, *cases: CaseTold) -> list[str]:
    """Where the stored deadlines differ from those that follow from all facts together."""
    facts = [fact for case in cases for fact in case.facts]
    found = []
    async with store.transaction(uuid4(), "test") as tx:
        for case in cases:
            stored = await deadline_store.deadlines_of_case(tx, case.case_id)
            derived = deadlines_of(case.case_id, facts, rule_book(), england_and_wales())
            should = {one.deadline_id: one for one in derived.deadlines}
            are = {key: kept.deadline for key, kept in stored.items()}
            differ = [key for key in should.keys() | are.keys() if should.get(key) != are.get(key)]
            if differ:
                found.append(f"{len(differ)} of {len(should)} deadlines differ from their facts")
    return found


def two_sources(store: Store) -> Prepare:
    """Intake decides while panel notification says that the Panel and the police were told."""

    async def prepare(chance: Random) -> Situation:
        case = new_case(chance)
        await tells(registry, [case.reported(AWARE), case.assessed(AWARE, AWARE)])(store)
        decided = [case.decided(at("2019-06-10"), clock_start=AWARE)]
        told = [case.notified(at("2019-06-11")), case.delivered(at("2019-06-11"), POLICE)]

        async def breaches() -> list[str]:
            return await otherwise_than_one_by_one(store, case)

        return Situation(
            {"intake": tells(registry, decided), "panel": tells(registry, told)}, breaches
        )

    return prepare


async def test_facts_from_two_sources_at_once_give_the_deadlines_of_one_after_the_other(
    open_store: OpenStore, explored: Explore
) -> None:
    store = await open_store(SERVICE, clock=SetClock(AWARE))
    (await explored(store, "facts from two sources", two_sources(store))).assert_clean()


async def test_facts_read_before_the_case_is_locked_are_found(
    open_store: OpenStore, explored: Explore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await open_store(SERVICE, clock=SetClock(AWARE))
    defects.facts_read_before_the_case_is_locked(monkeypatch)
    name = "planted: facts read before the case is locked"
    found = (await explored(store, name, two_sources(store))).found
    assert found is not None
    assert "differ from their facts" in found


async def test_a_case_linked_while_others_speak_of_it_ends_with_the_clocks_of_its_facts(
    open_store: OpenStore, explored: Explore
) -> None:
    store = await open_store(SERVICE, clock=SetClock(AWARE))

    async def prepare(chance: Random) -> Situation:
        loser, survivor = new_case(chance), new_case(chance)
        first = [loser.reported(AWARE), survivor.reported(at("2019-06-06"))]
        await tells(registry, first)(store)
        links = [
            loser.assessed(AWARE, AWARE),
            loser.linked(at("2019-06-12"), survivor.case_id),
        ]
        decides = [
            survivor.assessed(at("2019-06-06"), at("2019-06-06")),
            survivor.decided(at("2019-06-12"), owed=ALL_OWED, clock_start=AWARE),
        ]
        told = [loser.notified(at("2019-06-11")), survivor.delivered(at("2019-06-13"), POLICE)]

        async def breaches() -> list[str]:
            return await otherwise_than_one_by_one(store, loser, survivor)

        return Situation(
            {
                "links": tells(registry, links),
                "decides": tells(registry, decides),
                "panel": tells(registry, told),
            },
            breaches,
        )

    (await explored(store, "a link beside a decision and receipts", prepare)).assert_clean()


async def test_groups_linked_across_each_other_do_not_wait_for_each_other(
    open_store: OpenStore, explored: Explore
) -> None:
    store = await open_store(SERVICE, clock=SetClock(AWARE))

    async def prepare(chance: Random) -> Situation:
        one, other = new_case(chance), new_case(chance)
        links = [one.linked(AWARE, other.case_id)], [other.linked(AWARE, one.case_id)]

        async def breaches() -> list[str]:
            return await otherwise_than_one_by_one(store, one, other)

        return Situation(
            {"one": tells(registry, links[0]), "other": tells(registry, links[1])}, breaches
        )

    (await explored(store, "the timer's groups linked across", prepare)).assert_clean()


async def test_a_deadline_that_is_met_while_it_is_due_is_fired_before_or_not_at_all(
    open_store: OpenStore, explored: Explore
) -> None:
    clock = SetClock(AWARE)
    store = await open_store(SERVICE, clock=clock)

    async def watches(gated: Store) -> None:
        while await Watcher(gated, TRACING, METRICS).sweep():
            pass

    async def prepare(chance: Random) -> Situation:
        clock.instant = AWARE
        case = new_case(chance)
        await tells(registry, [case.reported(AWARE), case.assessed(AWARE, AWARE)])(store)
        clock.instant = at("2019-06-13")
        told = [case.notified(at("2019-06-11"))]
        if chance.random() < 0.5:
            told.append(case.decided(at("2019-06-10"), clock_start=AWARE))

        async def breaches() -> list[str]:
            await watches(store)
            found = await otherwise_than_one_by_one(store, case)
            return found + await fired_otherwise(store, case.case_id)

        return Situation(
            {
                "watcher": watches,
                "other watcher": watches,
                "consumer": tells(registry, told),
            },
            breaches,
        )

    (await explored(store, "watchers beside a fact", prepare)).assert_clean()


async def fired_otherwise(store: Store, case_id: UUID) -> list[str]:
    """Each firing has one row, one event and one audit row, and none comes after an outcome."""
    async with store.reading() as connection:
        rows = await connection.fetch(
            """select action, object from audit where codes ->> 'case' = $1 order by audit_id""",
            str(case_id),
        )
        counts = await connection.fetchrow(
            """select (select count(*) from firing join deadline using (deadline_id)
                       where case_id = $1) as firings,
                      (select count(*) from outbox
                       where stream = $2 and topic = 'review.due') as events""",
            case_id,
            f"case/{case_id}",
        )
    actions: dict[str, list[str]] = {}
    for row in rows:
        actions.setdefault(row["object"], []).append(row["action"])
    found = [
        f"fired after its outcome: {said}" for said in actions.values() if _fires_too_late(said)
    ]
    audited = sum(said.count("review.due") for said in actions.values())
    if not counts["firings"] == counts["events"] == audited:
        found.append(f"firings {counts['firings']}, events {counts['events']}, audit {audited}")
    return found


def _fires_too_late(said: Sequence[str]) -> bool:
    """After an outcome nothing fires, unless the deadline was set anew."""
    ended = False
    for action in said:
        if action in ("deadline.met", "deadline.cancelled"):
            ended = True
        elif action in ("deadline.set", "deadline.moved"):
            ended = False
        elif ended and action == "review.due":
            return True
    return False
