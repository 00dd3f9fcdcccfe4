"""A Vigil at rest balances; broken on purpose, exactly what was broken is named."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from deploy.operate.estate import CannotLook
from deploy.operate.invariants import INVARIANTS
from deploy.operate.verify import verify
from tests.conftest import REPOSITORY
from tests.deploy.operate.breaches import BREACHES
from tests.deploy.operate.conftest import Break
from tests.deploy.operate.metrics_page import metrics_page
from tests.deploy.operate.world import World
from tests.support.local_stack import free_ports

AT_ONCE = {"I03", "I05", "I06", "I12", "I20", "I21", "I23", "I29"}
"""Of delivery, order and what leaves; the others are broken by `make faults`."""

BROKEN_ELSEWHERE = {"I01", "I04", "I07", "I15", "I22", "I38", "I39", "I40"}


async def failed(estate: Any, **asked: Any) -> set[str]:
    findings = await verify(estate, **{"strict": True, **asked})
    return {each.id for each in findings if not each.passed}


async def test_books_that_the_services_kept_balance(world: World, tmp_path: Path) -> None:
    ledger, mail = tmp_path / "ledger", tmp_path / "mail"
    for file, entries in ((ledger, world.acknowledged), (mail, world.mail)):
        assert entries
        file.write_text("\n".join(map(json.dumps, entries)))
    findings = await verify(world.estate, strict=True, ledger=ledger, mail_ledger=mail)
    assert [(each.id, each.first) for each in findings if not each.passed] == []
    looked_at = {each.id for each in findings if each.checked}
    assert looked_at == {each.id for each in INVARIANTS} - {"I38"}, "no service runs"


@pytest.mark.parametrize(
    "invariant", [i if i in AT_ONCE else pytest.param(i, marks=pytest.mark.long) for i in BREACHES]
)
async def test_what_somebody_changed_in_a_store_is_named_and_nothing_else(
    broken: Break, invariant: str
) -> None:
    service, *statements = BREACHES[invariant]
    findings = await verify(await broken(service, *statements), strict=True)
    assert {each.id for each in findings if not each.passed} == {invariant}
    (found,) = [each for each in findings if not each.passed]
    assert found.bad >= 1
    assert found.first
    assert found.todo


def test_each_invariant_is_broken_by_some_test() -> None:
    assert BREACHES.keys() | BROKEN_ELSEWHERE == {each.id for each in INVARIANTS}


async def test_a_report_that_was_acknowledged_and_is_nowhere_is_named(
    world: World, tmp_path: Path
) -> None:
    lost = world.acknowledged[0] | {"sender_report_id": str(uuid4())}
    (tmp_path / "ledger").write_text("\n".join(map(json.dumps, [*world.acknowledged, lost])))
    findings = await verify(world.estate, strict=True, ledger=tmp_path / "ledger")
    (found,) = [each for each in findings if not each.passed]
    assert (found.id, found.bad) == ("I01", 1)
    assert found.first == [f"{lost['organisation']} {lost['sender_report_id']}"]


@pytest.mark.long
async def test_a_message_that_a_mail_server_took_twice_is_named(
    world: World, tmp_path: Path
) -> None:
    (tmp_path / "mail").write_text("\n".join(map(json.dumps, [*world.mail, world.mail[0]])))
    assert await failed(world.estate, mail_ledger=tmp_path / "mail") == {"I14"}


@pytest.mark.long
async def test_a_reading_that_names_a_decision_which_nobody_made_is_named(broken: Break) -> None:
    """The owner's own reading, and that of whoever wrote it, name none."""
    read = """insert into audit (at, actor, action, object, cause, codes)
        select now(), 'icb-QYG', 'review.record_read', 'a-step', gen_random_uuid(),
               jsonb_build_object('case', case_id::text) from chk.clock_case limit 1"""
    by = """update audit set codes = codes || jsonb_build_object('sharing_decision',
                                                                gen_random_uuid())
            where object = 'a-step'"""
    assert await failed(await broken("rapid_review_timer", read)) == set()
    assert await failed(await broken("rapid_review_timer", read, by)) == {"I29"}


@pytest.mark.long
async def test_an_attempt_that_nobody_finishes_is_named_while_its_service_runs(
    world: World, broken: Break
) -> None:
    estate = await broken(
        "panel_notification",
        """insert into attempt (notice_id, number, sender, started_at)
           select notice_id, 2, sender, started_at - interval '1 hour'
           from attempt where number = 1 limit 1""",
        """update notice set attempts = 2
           where notice_id = (select notice_id from attempt where number = 2)""",
    )
    assert await failed(estate) == set()
    with metrics_page("vigil_parked 0\n") as url:
        runs = replace(estate, urls={**estate.urls, "panel_notification": url})
        assert await failed(runs) == {"I15"}


@pytest.mark.long
async def test_a_service_that_says_what_is_not_so_is_named(world: World) -> None:
    with metrics_page("vigil_quarantine_open 7\n") as url:
        says_seven = replace(world.estate, urls={**world.estate.urls, "reporting": url})
        findings = await verify(says_seven, strict=True)
    (found,) = [each for each in findings if not each.passed]
    assert (found.id, found.first) == ("I38", ["reporting vigil_quarantine_open says 7"])


@pytest.mark.long
async def test_what_a_service_measured_a_moment_ago_is_asked_for_again(world: World) -> None:
    with metrics_page("vigil_quarantine_open 7\n", "vigil_quarantine_open 0\n") as url:
        says_seven_once = replace(world.estate, urls={**world.estate.urls, "reporting": url})
        assert await failed(says_seven_once) == set()


@pytest.mark.long
async def test_a_run_that_concluded_otherwise_is_named(world: World) -> None:
    (digest,) = (await verify(world.estate, strict=True, only={"I40"}))[0].first
    assert await failed(world.estate, expected_digest=digest) == set()
    assert await failed(world.estate, expected_digest="0" * 64) == {"I40"}


@pytest.mark.long
async def test_what_is_younger_than_the_grace_window_may_be_unsettled(broken: Break) -> None:
    estate = await broken(*BREACHES["I20"])
    assert await failed(estate, strict=False, grace_seconds=3_600) == set()
    assert await failed(estate, strict=False, grace_seconds=0) == {"I20"}


async def test_findings_name_no_person_and_are_json(world: World) -> None:
    findings = await verify(world.estate, strict=True)
    said = json.dumps([asdict(each) for each in findings])
    assert "Sample" not in said
    assert "999 000" not in said


async def test_a_store_that_does_not_answer_is_said_in_a_sentence(world: World) -> None:
    (port,) = free_ports(1)
    gone = {s: replace(address, port=port) for s, address in world.estate.stores.items()}
    with pytest.raises(CannotLook, match="look again"):
        await verify(replace(world.estate, stores=gone), strict=True)


def test_the_operators_page_has_each_invariant_in_the_same_words() -> None:
    page = (REPOSITORY / "docs" / "operators" / "verify.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| I")]
    assert rows == [f"| {each.id} | {each.words} | {each.todo} |" for each in INVARIANTS]
