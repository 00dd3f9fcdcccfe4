"""A drill on a real small stack: a quarter of a year on a clock of its own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.local.children import ROOT, child_environment
from deploy.local.layout import SERVICES, Layout
from deploy.local.stack_file import read_stack
from shared.messaging.settable_clock import read_instant
from tests.support.waiting import eventually

pytestmark = [pytest.mark.stack, pytest.mark.long]

QUARTER = ("--from", "2022-07-01", "--to", "2022-09-30", "--incidents", "6", "--seed", "2")
AT_MOST_SECONDS = 360


def _begun(directory: Path, *options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.drill", *QUARTER, *options],
        cwd=ROOT,
        env=child_environment({"DATA": str(directory)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _left_of(directory: Path) -> list[psutil.Process]:
    """Processes that were told of this drill's directory."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline"]):
        try:
            told = [*(process.info["cmdline"] or []), *process.environ().values()]
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if process.pid != os.getpid() and any(str(directory / "drill") in text for text in told):
            found.append(process)
    return found


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    directory = tmp_path_factory.mktemp("drilled")
    drill = _begun(directory, "--json")
    printed, said = drill.communicate(timeout=AT_MOST_SECONDS)
    assert drill.returncode in (0, 1), said[-3000:]
    outcome: dict[str, Any] = json.loads(printed)
    assert drill.returncode == 0, _wrong_with(outcome)
    return directory, outcome


def _wrong_with(outcome: dict[str, Any]) -> str:
    broken = [each for each in outcome["findings"] if not each["passed"]]
    others = {name: outcome[name] for name in ("fired_late", "unexplained", "refused")}
    return json.dumps(others | {"broken": broken}, indent=1)


def test_a_quarter_of_invented_incidents_runs_its_clocks_and_none_of_them_fires_late(
    drilled: tuple[Path, dict[str, Any]],
) -> None:
    _, outcome = drilled
    assert outcome["good"]
    assert (outcome["fired_late"], outcome["unexplained"], outcome["refused"]) == ([], [], [])
    rows = {row["rule"]: row for row in outcome["rows"]}
    assert {"TRIAGE", "DL01", "DL02", "DL06", "DL07"} <= rows.keys()
    assert rows["TRIAGE"]["started"] >= 6
    assert sum(row["met"] for row in rows.values()) > 0
    # One authority corrects that it knew two days earlier, which was before the switch.
    assert {row["rule_set"] for row in outcome["rows"]} == {"WT2018.1", "WT2018.2"}


def test_a_bank_holiday_that_is_announced_meanwhile_moves_what_is_open(
    drilled: tuple[Path, dict[str, Any]],
) -> None:
    _, outcome = drilled
    assert sum(row["moved"] for row in outcome["rows"]) > 0


def test_every_line_that_a_service_wrote_says_that_it_was_a_drill(
    drilled: tuple[Path, dict[str, Any]],
) -> None:
    layout = Layout(drilled[0] / "drill")
    for service in SERVICES:
        lines = [json.loads(line) for line in layout.log(service).read_text().splitlines()]
        assert all(line["stack"] == "drill" for line in lines), service


def test_a_drill_leaves_its_clock_on_the_last_day_and_no_process(
    drilled: tuple[Path, dict[str, Any]],
) -> None:
    directory, _ = drilled
    assert f"{read_instant(Layout(directory / 'drill').clock_file):%Y-%m-%d}" == "2022-09-30"
    assert not _left_of(directory)


async def test_a_drill_that_is_interrupted_ends_all_that_it_started(tmp_path: Path) -> None:
    drill = _begun(tmp_path)
    layout = Layout(tmp_path / "drill")

    async def has_started_something() -> bool:
        stack = read_stack(layout.stack_file)
        return stack is not None and bool(stack.components)

    await eventually(has_started_something, "the drill has started something", within=60)
    drill.send_signal(signal.SIGINT)
    drill.communicate(timeout=AT_MOST_SECONDS)
    assert drill.returncode == 130
    assert not _left_of(tmp_path)
    assert not layout.stack_file.exists()
