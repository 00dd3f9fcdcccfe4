"""What an operator does with a case that a poison event has stopped."""

import asyncio
from pathlib import Path
from uuid import uuid4

from shared.contracts.wire import Record
from shared.messaging.quarantine import StreamSettler
from tests.conftest import OpenStore
from tests.shared.messaging.recording import stage, stopped_rows
from tests.shared.operator_commands.stopped_case import StoppedCase
from tests.support.local_stack import Infrastructure
from tests.support.operators import PERSON

BEHIND = 450


async def stopped_case(
    infrastructure: Infrastructure, bare_store: OpenStore, behind: int = 2
) -> StoppedCase:
    case = StoppedCase(infrastructure, await bare_store("reporting"))
    await case.stop(behind)
    return case


def mended(tmp_path: Path) -> Path:
    file = tmp_path / "mended.json"
    file.write_bytes(stage(2).model_dump_json().encode())
    return file


async def test_one_command_releases_a_case_with_hundreds_waiting_behind_it(
    infrastructure: Infrastructure, bare_store: OpenStore, tmp_path: Path
) -> None:
    case = await stopped_case(infrastructure, bare_store, BEHIND)
    repair = ("quarantine", "repair", case.quarantine_id, mended(tmp_path))
    rehearsed = await case.operator(*repair, "--dry-run", "--json")
    assert rehearsed.exit_code == 0, rehearsed.complained
    assert (rehearsed.answer["outcome"], rehearsed.answer["waited"]) == ("applied", BEHIND)
    assert rehearsed.answer["still_waiting"] == 0
    case.applied[case.case_id] = [1]
    assert await case.waiting() == BEHIND, "a dry run changes nothing"
    assert len(await stopped_rows(case.store, case.case_id)) == 1
    told = await case.operator(*repair, *PERSON)
    assert told.exit_code == 0, told.complained
    assert f"Of {BEHIND} that waited behind it {BEHIND} followed" in " ".join(told.said.split())
    assert case.applied[case.case_id] == list(range(1, BEHIND + 3))
    assert await case.waiting() == 0


async def test_of_two_operators_who_release_at_once_one_does_and_the_other_is_told_who(
    infrastructure: Infrastructure, bare_store: OpenStore, tmp_path: Path
) -> None:
    case = await stopped_case(infrastructure, bare_store)
    content = mended(tmp_path).read_bytes()
    names = ("First Operator (invented)", "Second Operator (invented)")
    outcomes = await asyncio.gather(
        *(
            StreamSettler(case.receiver).release(
                case.quarantine_id, name=name, reason="mended", repaired=content
            )
            for name in names
        ),
        return_exceptions=True,
    )
    assert sorted(str(outcome) for outcome in outcomes) == ["applied", "not_open"]
    assert case.applied[case.case_id] == [1, 2, 3, 4], "applied once"
    rows = await case.store.pool.fetch("select actor from audit where action like '%.released'")
    (who,) = [row["actor"] for row in rows]
    assert who == names[[str(outcome) for outcome in outcomes].index("applied")]
    again = await case.operator("quarantine", "release", case.quarantine_id, *PERSON)
    assert again.exit_code == 1
    assert f"it was released by {who}" in again.complained
    assert case.applied[case.case_id] == [1, 2, 3, 4], "and a third time changes nothing"


async def test_content_that_is_still_wrong_changes_nothing(
    infrastructure: Infrastructure, bare_store: OpenStore, tmp_path: Path
) -> None:
    case = await stopped_case(infrastructure, bare_store)
    file = tmp_path / "wrong.json"
    file.write_bytes(b'{"cycle": 0}')
    (before,) = await stopped_rows(case.store, case.case_id)
    told = await case.operator("quarantine", "repair", case.quarantine_id, file, *PERSON)
    assert told.exit_code == 1
    assert "fields do not fit the event's schema" in told.complained
    assert await stopped_rows(case.store, case.case_id) == [before]


async def test_a_record_is_shown_by_its_codes_and_places_and_never_by_a_value(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    case = await stopped_case(infrastructure, bare_store)
    told = await case.operator("quarantine", "show", case.quarantine_id, "--json")
    listed = await case.operator("quarantine", "list")
    shown = await case.operator("quarantine", "show", case.quarantine_id)
    faults = {fault["pointer"]: fault["code"] for fault in told.answer["record"]["faults"]}
    assert faults["/stage"] == "not_in_list"
    assert faults["/revision"] == "not_a_whole_number"
    assert faults["/entered_at"] == "required"
    assert told.answer["row"]["waiting"] == 2
    for text in (told.said, shown.said, listed.said):
        assert "Sentinel" not in text
    assert str(case.case_id) in listed.said
    assert "1 (21 bytes), not shown" in shown.said


async def test_discarding_uses_up_the_number_and_the_rest_follows(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    case = await stopped_case(infrastructure, bare_store)
    told = await case.operator("quarantine", "discard", case.quarantine_id, *PERSON)
    assert told.exit_code == 0, told.complained
    assert case.applied[case.case_id] == [1, 3, 4]


async def test_a_conflict_can_only_be_dismissed(
    infrastructure: Infrastructure, bare_store: OpenStore
) -> None:
    case = await stopped_case(infrastructure, bare_store, 0)
    await case.operator("quarantine", "discard", case.quarantine_id, *PERSON)
    first = case.record(1)
    other = Record(first.topic, 0, 99, first.key, first.headers, first.value)
    await case.receiver.consume(other)
    (row,) = await stopped_rows(case.store, case.case_id)
    refused = await case.operator("quarantine", "release", row["quarantine_id"], *PERSON)
    assert refused.exit_code == 1
    assert "another event has this number" in refused.complained
    done = await case.operator("quarantine", "discard", row["quarantine_id"], *PERSON)
    assert "It is dismissed." in done.said


async def test_what_cannot_be_done_is_said_in_a_sentence_that_says_what_to_do(
    infrastructure: Infrastructure, bare_store: OpenStore, tmp_path: Path
) -> None:
    case = await stopped_case(infrastructure, bare_store, 0)
    nobody = await case.operator("quarantine", "release", case.quarantine_id)
    assert (nobody.exit_code, nobody.said) == (2, "")
    assert "--name and --reason" in nobody.complained
    unknown = await case.operator("quarantine", "release", uuid4(), *PERSON)
    assert unknown.exit_code == 1
    assert "`quarantine list` shows the ids" in unknown.complained
    missing = tmp_path / "not-there.json"
    no_file = await case.operator("quarantine", "repair", case.quarantine_id, missing, *PERSON)
    assert no_file.exit_code == 2
    assert "cannot be read" in no_file.complained
    await case.operator("quarantine", "discard", case.quarantine_id, *PERSON)
    nothing = await case.operator("quarantine", "list")
    assert (nothing.exit_code, nothing.said.strip()) == (0, "Nothing is in quarantine.")
