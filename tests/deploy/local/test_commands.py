"""`run`, `stop` and `status` as a person meets them, as far as nothing has to start."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.children import ROOT, StackFailure, refuse_taken_ports
from deploy.local.layout import Layout
from deploy.local.stack_file import take_lock
from tests.support.local_stack import free_ports


def stack(data: Path, *arguments: str, port_base: int = 0) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "deploy.local", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATA": str(data), "PORT_BASE": str(port_base or free_ports(1)[0])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port_base(data: Path) -> int:
    """Below the ports that the system gives to connections."""
    for base in range(20_000, 32_000, 200):
        try:
            refuse_taken_ports(Layout(data, base).ports)
        except StackFailure:
            continue
        return base
    pytest.fail("no 100 free ports between 20,000 and 32,000")


def test_a_second_run_on_the_same_data_says_that_one_is_there(tmp_path: Path) -> None:
    lock = take_lock(tmp_path / "running.lock")
    assert lock is not None
    with lock:
        second = stack(tmp_path, "run")
    assert second.returncode == 1
    assert "already runs" in second.stdout
    assert "make stop" in second.stdout
    assert "Traceback" not in second.stdout + second.stderr


def test_a_taken_port_is_a_sentence_that_names_it(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = stack(tmp_path, "run", port_base=port - 4)
    assert refused.returncode == 1
    assert f"Port {port} (reporting) is taken" in refused.stderr
    assert "PORT_BASE=" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "stack.json").exists()


def test_stopping_where_nothing_runs_is_no_failure(tmp_path: Path) -> None:
    stopped = stack(tmp_path, "stop")
    assert stopped.returncode == 0
    assert "Nothing runs" in stopped.stdout


def test_status_and_links_say_that_nothing_runs(tmp_path: Path) -> None:
    status = stack(tmp_path, "status")
    assert (status.returncode, "make run" in status.stdout) == (1, True)
    assert stack(tmp_path, "status", "--json").stdout.strip() == "[]"
    assert "make run" in stack(tmp_path, "links").stderr


def test_a_stack_starts_comes_back_on_the_same_data_and_leaves_no_process(tmp_path: Path) -> None:
    port_base = free_port_base(tmp_path)
    for _ in range(2):
        started = stack(
            tmp_path, "run", "--detach", "--tests-only-infrastructure", port_base=port_base
        )
        try:
            assert started.returncode == 0, started.stdout + started.stderr
            status = stack(tmp_path, "status", port_base=port_base)
            assert status.returncode == 0, status.stdout
        finally:
            stopped = stack(tmp_path, "stop", port_base=port_base)
        assert "Stopped." in stopped.stdout
    assert stack(tmp_path, "status").stdout.startswith("Nothing runs")
