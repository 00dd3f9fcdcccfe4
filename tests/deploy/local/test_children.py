import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from deploy.local.children import (
    ROOT,
    Child,
    StackFailure,
    child_environment,
    refuse_taken_ports,
    start_child,
    wait_until_ready,
)

WAITS = "import signal; print('started', flush=True); signal.pause()"
STUBBORN = "import signal; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True)"


def python(tmp_path: Path, code: str, **options: float) -> Child:
    log = tmp_path / "child.log"
    child = start_child("child", [sys.executable, "-c", code], log)
    child.stop_seconds = options.get("stop_seconds", 10)
    return child


def has_written(child: Child) -> bool:
    return bool(child.last_lines())


def test_a_child_ends_when_it_is_asked(tmp_path: Path) -> None:
    child = python(tmp_path, WAITS)
    wait_until_ready([(child, lambda: has_written(child))])
    child.stop()
    assert child.process.returncode == -signal.SIGTERM


def test_a_child_that_does_not_listen_is_killed_after_a_bound(tmp_path: Path) -> None:
    child = python(tmp_path, f"{STUBBORN}\nwhile True: signal.pause()", stop_seconds=0.2)
    wait_until_ready([(child, lambda: has_written(child))])
    child.stop()
    assert child.process.returncode == -signal.SIGKILL


def test_the_terminals_ctrl_c_does_not_reach_a_child(tmp_path: Path) -> None:
    child = python(tmp_path, WAITS)
    assert os.getsid(child.pid) == child.pid
    child.stop()


def test_a_child_that_dies_is_told_of_with_the_end_of_its_own_log(tmp_path: Path) -> None:
    first = python(tmp_path, "print('of an earlier start')")
    first.process.wait()
    child = python(tmp_path, "import sys; print('out of ideas'); sys.exit(3)")
    with pytest.raises(StackFailure, match=r"child ended \(exit code 3\)") as failure:
        wait_until_ready([(child, lambda: False)])
    assert "out of ideas" in str(failure.value)
    assert "of an earlier start" not in str(failure.value)


def test_a_child_is_told_nothing_that_is_not_on_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "x")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    told = child_environment({"VIGIL_HTTP_PORT": "8101"})
    assert told["VIGIL_HTTP_PORT"] == "8101"
    assert told["LANG"] == "en_GB.UTF-8"
    assert not {"SECRET_OF_THE_CALLER", "PYTHONPATH"} & told.keys()


def test_a_taken_port_is_named_with_the_way_out() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StackFailure, match=rf"Port {port} \(mail\) is taken.*PORT_BASE="):
            refuse_taken_ports({"mail": port})


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a parent's death")
def test_a_child_does_not_outlive_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    code = f"""
        import sys, signal
        from pathlib import Path
        from deploy.local.children import start_child
        log = Path({str(tmp_path / "log")!r})
        child = start_child("child", [sys.executable, "-c", {WAITS!r}], log)
        while not child.last_lines():
            child.pause()
        print(child.pid, flush=True)
        signal.pause()
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        child = psutil.Process(int(supervisor.stdout.readline()))
        supervisor.kill()
    _, alive = psutil.wait_procs([child], timeout=5)
    assert [each for each in alive if each.status() != psutil.STATUS_ZOMBIE] == []
