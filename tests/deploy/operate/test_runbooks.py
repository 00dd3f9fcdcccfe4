"""The operators' pages: each command exists, and where trouble is, following the page ends it."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.operate.__main__ import app
from shared.telemetry.alarm_table import ALARMS
from tests.deploy.operate.runbooks import PAGES, blocks, follow, pages, run
from tests.deploy.operate.trouble import (
    a_case,
    events_after_another_topic,
    forget_last,
    numbers_of,
    poison_event,
)
from tests.support.waiting import eventually
from tests.support.whole_stack import WholeStack, new_stack

LINK = re.compile(r"\]\(([a-z-]+\.md)\)")
WORDS = re.compile(r"^operate ([a-z]+(?: [a-z]+)?)(.*)$", re.MULTILINE)
OPTION = re.compile(r"--[a-z-]+")


def test_every_alarm_leads_to_a_page_that_exists() -> None:
    index = (PAGES / "index.md").read_text(encoding="utf-8")
    for alarm in ALARMS:
        (line,) = [line for line in index.splitlines() if f"`{alarm.name}`" in line]
        assert f"({alarm.runbook}.md)" in line, alarm.name
        assert (PAGES / f"{alarm.runbook}.md").exists(), alarm.runbook


def test_every_page_is_reached_from_the_index_and_links_only_to_pages_that_exist() -> None:
    reached = set(LINK.findall((PAGES / "index.md").read_text(encoding="utf-8")))
    for page in pages():
        assert page.name == "index.md" or page.name in reached, page.name
        for name in LINK.findall(page.read_text(encoding="utf-8")):
            assert (PAGES / name).exists(), f"{page.name}: {name}"


def test_every_command_on_a_page_exists_with_its_options() -> None:
    checked = 0
    for page in pages():
        for block in blocks(page.stem, runnable=False):
            for words, rest in WORDS.findall(block):
                told = CliRunner().invoke(app, [*words.split(), "--help"])
                assert told.exit_code == 0, f"{page.name}: {words}"
                for option in OPTION.findall(re.sub(r'"[^"]*"', "", rest)):
                    assert option in told.stdout, f"{page.name}: {words} {option}"
                checked += 1
    assert checked > 20


def test_a_command_is_refused_in_a_sentence_where_nothing_runs(tmp_path: Path) -> None:
    nowhere = new_stack(tmp_path / "nothing")
    for command in (("quarantine", "list"), ("consumers", "list"), ("parked", "apply")):
        told = nowhere.command("deploy.operate", *command, within=60)
        assert told.returncode == 1
        assert told.stderr.strip() == "Nothing runs here. `make run` starts it."
    wrong = nowhere.command("deploy.operate", "quarantine", "explain", within=60)
    assert wrong.returncode == 2
    assert len(wrong.stderr.strip().splitlines()) == 1


async def test_the_page_about_one_case_shows_it_over_all_services(stack: WholeStack) -> None:
    case_id = await a_case(stack)
    (shown,) = follow(stack, "trace", CASE=str(case_id))
    assert f"/zipkin/traces/{case_id.hex}" in shown
    assert f"to=/cases/{case_id}" in shown
    for service in ("intake", "rapid-review-timer", "panel-notification", "reporting"):
        assert re.search(rf"^{service}: [0-9]+ rows", shown, re.MULTILINE), service
    unknown = stack.command("deploy.operate", "trace", str(case_id)[::-1].replace("-", "")[:32])
    assert unknown.returncode == 1, unknown.stdout


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeStack]:
    """A whole stack in which trouble is made."""
    started = new_stack(tmp_path_factory.mktemp("troubled") / "data")
    try:
        started.start()
        yield started
    finally:
        started.stop()


@pytest.mark.long
async def test_the_page_about_quarantine_ends_it(troubled: WholeStack, tmp_path: Path) -> None:
    case_id, file = await a_case(troubled), tmp_path / "content.json"
    for quarantine_id in await poison_event(troubled, case_id, file):
        look, rehearsed, repaired, *_ = follow(
            troubled, "quarantine", ID=quarantine_id, FILE=str(file)
        )
        assert quarantine_id in look
        assert "Marker Sentinel" not in look + rehearsed + repaired
        assert "It would be stopped again" in rehearsed, "releasing it as it is would not do"
        assert "It is applied." in repaired
    numbers = await numbers_of(troubled, case_id)
    assert numbers == list(range(1, len(numbers) + 1))
    assert await troubled.rows("reporting", "select 1 from parked") == []
    held = "select 1 from quarantine where status = 'open'"
    assert await troubled.rows("reporting", held) == []


@pytest.mark.long
async def test_the_page_about_parked_events_ends_it(troubled: WholeStack) -> None:
    case_id = await a_case(troubled)
    before = await numbers_of(troubled, case_id)
    count = await events_after_another_topic(troubled, case_id)
    gone = await forget_last(troubled, case_id, count)
    last = f"operate replay reporting --source intake --topic {gone[-1]['topic']}"
    definition = blocks("index")[0].splitlines()[0]
    run(troubled, f'{definition}\n{last} --name "Test" --reason "an event that came early"')
    listed, fetched, _, after = follow(troubled, "parked")
    assert f"number {gone[0]['sequence']} has not arrived" in " ".join(listed.split())
    assert "1 applied" in fetched
    assert "Nothing is parked." in after
    assert await numbers_of(troubled, case_id) == before


@pytest.mark.long
async def test_the_page_about_replay_ends_it(troubled: WholeStack) -> None:
    case_id = await a_case(troubled)
    before = await numbers_of(troubled, case_id)
    await forget_last(troubled, case_id, 2)
    done, again = follow(troubled, "replay", CASE=str(case_id))
    assert "2 applied" in " ".join(done.split())
    assert "applied" not in again
    assert await numbers_of(troubled, case_id) == before


@pytest.mark.long
async def test_the_page_about_consumers_stops_one_and_lets_it_go_on(troubled: WholeStack) -> None:
    before, stopped, resumed = follow(troubled, "consumers")
    assert "stopped by" not in before
    assert "consumer:intake stopped by Your name" in " ".join(stopped.split())
    assert "stopped by" not in resumed
    assert await troubled.rows("reporting", "select 1 from switched_off") == []


@pytest.mark.long
@pytest.mark.parametrize(
    "page",
    ["upgrade", "notices", "restore", "store-down", "index", "arrivals", "deliveries", "region"],
)
def test_a_page_can_be_followed_where_all_is_well(troubled: WholeStack, page: str) -> None:
    assert all(follow(troubled, page)) or page == "notices"


@pytest.mark.long
async def test_the_page_about_the_broker_brings_everything_back(troubled: WholeStack) -> None:
    (broker,) = [each for each in troubled.status() if each["name"] == "kafka"]
    os.kill(broker["pid"], signal.SIGKILL)

    async def ended() -> bool:
        return not troubled.status()

    await eventually(ended, "the run ended with its broker", within=90)
    *_, after = follow(troubled, "broker-down")
    assert "not ready" not in after
    assert "Nothing is parked." in after
