"""The small process that sends a canary again and again, beside the stack."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from deploy.local.canary_hourly import DEFAULT_SECONDS, interval
from deploy.local.children import ROOT, StackFailure, child_environment


@pytest.mark.parametrize(("asked", "seconds"), [("", DEFAULT_SECONDS), ("600", 600), ("0", 0)])
def test_how_often_is_asked_for_by_the_environment(
    monkeypatch: pytest.MonkeyPatch, asked: str, seconds: int
) -> None:
    monkeypatch.setenv("CANARY_SECONDS", asked)
    assert interval() == seconds


@pytest.mark.parametrize("asked", ["hourly", "-1", "1.5"])
def test_what_is_no_number_of_seconds_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setenv("CANARY_SECONDS", asked)
    with pytest.raises(StackFailure, match="number of seconds"):
        interval()


def test_a_canary_that_does_not_arrive_is_said_and_the_next_sets_out_all_the_same(
    tmp_path: Path,
) -> None:
    told = {"DATA": str(tmp_path), "CANARY_SECONDS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "deploy.local.canary_hourly"],
        cwd=ROOT,
        env=child_environment(told),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            said = [process.stdout.readline().strip() for _ in range(4)]
        finally:
            family = [process.pid, *(c.pid for c in psutil.Process(process.pid).children(True))]
            process.terminate()
            process.wait(10)
    nothing = "Nothing runs here. `make run` starts it."
    assert said == [nothing, "exit code 1"] * 2
    psutil.wait_procs([psutil.Process(pid) for pid in family if psutil.pid_exists(pid)], 10)
    assert not [pid for pid in family if psutil.pid_exists(pid)]
