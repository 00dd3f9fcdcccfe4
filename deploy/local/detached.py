"""A stack that goes on after its command returned."""

import signal
import subprocess
import sys

import typer

from deploy.local.children import POLL_SECONDS, ROOT
from deploy.local.layout import Layout
from deploy.local.progress import Progress
from deploy.local.stack_file import read_stack


def run_detached(layout: Layout, progress: Progress, *, only_infrastructure: bool) -> None:
    """Starts a supervisor of its own session, shows its lines, and returns once it is ready.

    Exits with 1 if it ends before that. Ctrl-C meanwhile stops what was started.
    """
    options = ["--quiet-links"]  # its lines go to a log, where links to pages have no place
    if only_infrastructure:
        options.append("--tests-only-infrastructure")
    log = layout.log("supervisor")
    log.parent.mkdir(exist_ok=True, mode=0o700)
    with log.open("wb") as output:
        supervisor = subprocess.Popen(  # noqa: S603 (the stack's own command)
            [sys.executable, "-m", "deploy.local", "run", *options],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    with log.open(errors="replace") as lines:
        try:
            while _still_starting(layout, supervisor):
                _show(lines.readlines(), progress)
        except KeyboardInterrupt:
            supervisor.send_signal(signal.SIGTERM)
            supervisor.wait()
        _show(lines.readlines(), progress)
    if supervisor.poll() is not None:
        raise typer.Exit(1)


def _still_starting(layout: Layout, supervisor: "subprocess.Popen[bytes]") -> bool:
    try:
        supervisor.wait(2 * POLL_SECONDS)
    except subprocess.TimeoutExpired:
        stack = read_stack(layout.stack_file)
        ready = stack is not None and stack.phase == "ready"
        return not (ready and stack is not None and stack.supervisor.pid == supervisor.pid)
    return False


def _show(lines: list[str], progress: Progress) -> None:
    for line in lines:
        progress.say(line.rstrip("\n"))
