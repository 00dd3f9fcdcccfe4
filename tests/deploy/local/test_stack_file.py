import subprocess
import sys
from pathlib import Path

import psutil

from deploy.local.stack_file import Running, read_stack, stop_processes, take_lock, write_stack

WAITS = [sys.executable, "-c", "import signal; signal.pause()"]


def test_one_directory_has_one_supervisor_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "running.lock"
    first = take_lock(lock)
    assert first is not None
    assert take_lock(lock) is None
    first.close()
    again = take_lock(lock)
    assert again is not None
    again.close()


def test_what_was_written_down_is_found_again(tmp_path: Path) -> None:
    write_stack(tmp_path / "stack.json", "ready", 8100, [])
    stack = read_stack(tmp_path / "stack.json")
    assert stack is not None
    assert (stack.phase, stack.port_base) == ("ready", 8100)
    assert stack.supervisor.process() == psutil.Process()


def test_a_pid_that_belongs_to_another_process_by_now_is_left_alone() -> None:
    with subprocess.Popen(WAITS) as other:
        created = psutil.Process(other.pid).create_time()
        assert stop_processes([Running("kafka", other.pid, created - 3600)], 5) == 0
        assert other.poll() is None
        assert stop_processes([Running("kafka", other.pid, created)], 5) == 1
