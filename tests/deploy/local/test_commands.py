"""`run`, `stop` and `status` as a person meets them, as far as nothing has to start."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.children import ROOT, StackFailure, refuse_taken_ports
from deploy.local.keys import keep_keys
from deploy.local.layout import Layout
from deploy.local.stack_file import take_lock, write_end, write_stack
from tests.support.local_stack import free_ports


def stack(
    data: Path, *arguments: str, port_base: int | str = 0
) -> "subprocess.CompletedProcess[str]":
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


@pytest.mark.parametrize("port_base", ["abc", "-1", "80", "65443", "８１００"])
def test_a_port_base_that_does_not_do_is_a_sentence(tmp_path: Path, port_base: str) -> None:
    for command in ("run", "status", "links", "stop"):
        refused = stack(tmp_path, command, port_base=port_base)
        assert refused.returncode == 1
        assert refused.stderr.startswith(f"PORT_BASE={port_base} does not do: it is a number from")
        assert refused.stderr.count("\n") == 1


def test_a_place_that_cannot_be_written_is_a_sentence_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    for data in (tmp_path / "file", tmp_path / "file" / "inside"):
        refused = stack(data, "run")
        assert refused.returncode == 1
        assert str(tmp_path / "file") in refused.stderr
        assert "make run DATA=" in refused.stderr
        assert refused.stderr.count("\n") == 1


def test_links_are_those_of_the_ports_it_was_started_on(tmp_path: Path) -> None:
    layout = Layout(tmp_path, 9100)
    keep_keys(layout)
    write_stack(layout.stack_file, "ready", layout.port_base, [])
    shown = stack(tmp_path, "links", port_base=8100)
    assert f"{layout.url('reporting')}/open?token=" in shown.stdout
    assert ":81" not in shown.stdout


def test_status_keeps_saying_why_a_run_ended_by_itself(tmp_path: Path) -> None:
    ended = datetime(2026, 11, 22, 9, 30, 5, tzinfo=UTC)
    write_end(Layout(tmp_path).end_file, "intake ended (signal SIGKILL).\nits last lines", ended)
    for _ in range(2):
        status = stack(tmp_path, "status")
        assert status.returncode == 1
        assert "on 22 November 2026 at 09:30:05: intake ended (signal SIGKILL)." in status.stdout
        assert "its last lines" not in status.stdout


def test_status_says_that_a_supervisor_was_killed(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    code = (
        "from pathlib import Path; from deploy.local.stack_file import write_stack; "
        f"write_stack(Path({str(layout.stack_file)!r}), 'ready', 8100, [])"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
    assert "ended from outside" in stack(tmp_path, "status").stdout
    assert "make run" in stack(tmp_path, "links").stderr


def test_a_stack_starts_comes_back_on_the_same_data_and_leaves_no_process(tmp_path: Path) -> None:
    data = tmp_path / "a place, named in no Latin: Ελλάδα"
    port_base = free_port_base(data)
    for _ in range(2):
        started = stack(data, "run", "--detach", "--tests-only-infrastructure", port_base=port_base)
        try:
            assert started.returncode == 0, started.stdout + started.stderr
            status = stack(data, "status", port_base=port_base)
            assert status.returncode == 0, status.stdout
        finally:
            stopped = stack(data, "stop", port_base=port_base)
        assert "Stopped." in stopped.stdout
    assert stack(data, "status").stdout.startswith("Nothing runs")
    assert [path.name for path in tmp_path.iterdir()] == [data.name]
    assert (data / "kafka" / "storage" / "meta.properties").exists()
