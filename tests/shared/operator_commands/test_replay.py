"""Records of topics taken in once more, and numbers that are missing fetched from them."""

from uuid import UUID, uuid4

from shared.contracts.catalogue import topics_of
from shared.contracts.envelope import case_stream
from shared.contracts.wire import Record
from tests.conftest import OpenStore
from tests.shared.messaging.recording import TOPIC, recording_registry, stage
from tests.shared.operator_commands.stopped_case import StoppedCase
from tests.support.bus import inside_record, producer_of, running_node
from tests.support.local_stack import Infrastructure
from tests.support.operators import PERSON, Operator
from tests.support.waiting import eventually


async def published(infrastructure: Infrastructure, case_id: UUID, count: int) -> list[Record]:
    """Events 1 to `count` of a case on the bus."""
    records = []
    async with producer_of(infrastructure, "intake") as producer:
        for number in range(1, count + 1):
            topic, key, headers, value = inside_record(
                TOPIC, "intake", case_id, number, stage(number)
            )
            at = await producer.send_and_wait(topic, value, key=key, headers=headers)
            records.append(Record(topic, at.partition, at.offset, key, headers, value))
    return records


async def test_a_case_is_replayed_into_a_consumer_and_a_second_time_does_nothing(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    store, case_id = await bare_store("reporting"), uuid4()
    registry, applied = recording_registry()
    operator = Operator(infrastructure, store, registry)
    await published(infrastructure, case_id, 3)
    replay = ("replay", "--source", "intake", "--case", case_id, "--json")
    rehearsed = await operator(*replay, "--dry-run")
    assert rehearsed.exit_code == 0, rehearsed.complained
    assert rehearsed.answer["verdicts"] == {"known_already": 0, "applied": 3}
    assert await store.pool.fetchval("select count(*) from inbox") == 0
    applied.clear()
    first = await operator(*replay, *PERSON)
    again = await operator(*replay, *PERSON)
    assert applied[case_id] == [1, 2, 3]
    assert first.answer["verdicts"]["applied"] == 3
    assert again.answer["verdicts"] == {"known_already": 3}
    rows = await store.pool.fetch("select name, action, object from operator_action")
    assert {tuple(row.values()) for row in rows} == {
        ("A. Operator (invented)", "replay.begun", "consumer:intake")
    }
    assert await store.pool.fetchval("select count(*) from consumed_offset") == 0


async def test_a_replay_beside_the_running_service_applies_nothing_twice(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    store, cases = await bare_store("reporting"), [uuid4() for _ in range(3)]
    registry, applied = recording_registry()
    operator = Operator(infrastructure, store, registry)
    for case_id in cases:
        await published(infrastructure, case_id, 5)
    async with running_node(infrastructure, store, registry, publishes=False):
        told = await operator("replay", "--source", "intake", "--topic", TOPIC, *PERSON)
        assert told.exit_code == 0, told.complained

        async def all_applied() -> bool:
            return all(applied.get(case_id) == [1, 2, 3, 4, 5] for case_id in cases)

        await eventually(all_applied, "each event applied once, in order")


async def test_a_number_that_has_not_arrived_is_found_on_its_topic_and_fetched(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    case = StoppedCase(infrastructure, await bare_store("reporting"))
    records = await published(infrastructure, case.case_id, 3)
    await case.receiver.consume(records[2])
    listed = await case.operator("parked", "list", "--json")
    (row,) = listed.answer["rows"]
    assert (row["why"], row["awaited"], row["count"]) == ("not_arrived", 1, 1)
    first = records[0]
    assert row["stands_on"] == {
        "topic": first.topic,
        "partition": first.partition,
        "offset": first.offset,
    }
    rehearsed = await case.operator("parked", "fetch", "--dry-run", "--json")
    assert rehearsed.answer["verdicts"]["applied"] == 2
    assert await case.waiting() == 1
    case.applied.clear()
    fetched = await case.operator("parked", "fetch", *PERSON)
    assert fetched.exit_code == 0, fetched.complained
    assert case.applied[case.case_id] == [1, 2, 3]
    assert await case.waiting() == 0


async def test_parked_events_say_who_holds_them_or_that_their_number_is_nowhere(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    case = StoppedCase(infrastructure, await bare_store("reporting"))
    await case.stop(2)
    lost = uuid4()
    topic, key, headers, value = inside_record(TOPIC, "intake", lost, 2, stage(2))
    await case.receiver.consume(Record(topic, 0, 1000, key, tuple(headers), value))
    told = await case.operator("parked", "list", "--json")
    rows = {row["stream"]: row for row in told.answer["rows"]}
    assert rows[case_stream(case.case_id)]["held_by"] == [str(case.quarantine_id)]
    assert rows[case_stream(lost)]["why"] == "not_arrived"
    assert rows[case_stream(lost)]["stands_on"] is None
    shown = (await case.operator("parked", "list")).said
    assert str(case.quarantine_id) in shown
    assert "number 1 has not arrived and does not stand" in " ".join(shown.split())
    fetched = await case.operator("parked", "fetch", *PERSON)
    assert "stand on no topic" in " ".join(fetched.said.split())


async def test_parked_events_whose_turn_has_come_are_applied_on_request(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    case = StoppedCase(infrastructure, await bare_store("reporting"))
    await case.receiver.consume(case.record(3))
    await case.store.pool.execute("update consumed_stream set next_sequence = 3")
    rehearsed = await case.operator("parked", "apply", "--dry-run")
    assert "Events of 1 stream would be applied." in rehearsed.said
    told = await case.operator("parked", "apply", *PERSON)
    assert told.said.strip() == "1 event applied."
    assert case.applied[case.case_id] == [3]


async def test_a_replay_that_is_not_asked_for_exactly_is_refused(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    operator = Operator(infrastructure, await bare_store("reporting"), recording_registry()[0])
    nothing = await operator("replay", "--source", "intake", *PERSON)
    both = await operator("replay", "--source", "intake", "--all", "--topic", TOPIC, *PERSON)
    until = await operator("replay", "--source", "intake", "--all", "--until", "x", *PERSON)
    for told in (nothing, both, until):
        assert told.exit_code == 2
        assert "exactly one of" in told.complained
    topic = await operator("replay", "--source", "intake", "--topic", "deadline.set", *PERSON)
    assert topic.exit_code == 2
    assert ", ".join(topics_of("intake")) in topic.complained
    naive = await operator("replay", "--source", "intake", "--since", "2026-11-20", *PERSON)
    assert "an offset" in naive.complained
    stranger = await operator("replay", "--source", "reporting", "--all", *PERSON)
    assert "follows no source of that name" in stranger.complained


async def test_the_rows_about_a_case_are_shown_in_time_order(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    case = StoppedCase(infrastructure, await bare_store("reporting"))
    await case.stop(1)
    told = await case.operator("trace", case.case_id, "--json")
    rows = [(row["kept_in"], row["sequence"], row["outcome"]) for row in told.answer["rows"]]
    assert sorted(rows) == [
        ("inbox", 1, "applied"),
        ("parked", 3, "waits"),
        ("quarantine", 2, "open: data_not_of_schema"),
    ]
    assert [row["at"] for row in told.answer["rows"]] == sorted(
        row["at"] for row in told.answer["rows"]
    )
    other = await case.operator("trace", uuid4())
    assert other.said.strip() == "reporting: nothing about it."
