"""Asks the services of the local stack: each command runs as a child with that service's own
credentials, as nobody else has them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from deploy.local.children import ROOT, child_environment
from deploy.local.layout import SERVICES, Layout, layout_from_environment
from deploy.local.processes import service_environment
from deploy.local.stack_file import read_stack
from deploy.local.status import nothing_runs
from shared.operator_commands.running import NotDone

NOT_DONE, WRONG_USAGE = 1, 2
ASK_SECONDS = 3600


@dataclass(frozen=True)
class Answered:
    """`answer` when the exit code is 0, else the sentence that says why not."""

    service: str
    exit_code: int
    answer: dict[str, Any]
    sentence: str


def running_layout() -> Layout:
    """The stack on DATA, with the ports it was started on. Raises NotDone when none runs."""
    layout = layout_from_environment()
    stack = read_stack(layout.stack_file)
    if stack is None or not stack.runs:
        raise NotDone(nothing_runs(layout))
    return Layout(layout.directory, stack.port_base)


def ask(layout: Layout, service: str, *arguments: str) -> Answered:
    """One command of one service."""
    result = subprocess.run(  # noqa: S603 (a module of ours, with what its operator typed)
        [sys.executable, "-m", f"services.{service}", *arguments, "--json"],
        env=child_environment(service_environment(layout, service)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=ASK_SECONDS,
        check=False,
    )
    if result.returncode == 0:
        return Answered(service, 0, json.loads(result.stdout), "")
    return Answered(service, result.returncode, {}, _sentence(result.stderr))


def ask_all(layout: Layout, *arguments: str, services: Sequence[str] = SERVICES) -> list[Answered]:
    """The same command of several services, side by side."""
    with ThreadPoolExecutor(len(services)) as pool:
        return list(pool.map(lambda service: ask(layout, service, *arguments), services))


def answers_of(answered: Sequence[Answered]) -> list[dict[str, Any]]:
    """Raises NotDone, with the first sentence, if any service did not do it."""
    for each in answered:
        if each.exit_code:
            raise NotDone(f"{each.service}: {each.sentence}", exit_code=each.exit_code)
    return [each.answer for each in answered]


def answer_of(answered: Answered) -> dict[str, Any]:
    """Raises NotDone with the service's own sentence."""
    if answered.exit_code:
        raise NotDone(answered.sentence, exit_code=answered.exit_code)
    return answered.answer


def rows_of(answers: Sequence[dict[str, Any]], name: str = "rows") -> list[dict[str, Any]]:
    """The rows of several answers, each with its service."""
    return [row | {"service": answer["service"]} for answer in answers for row in answer[name]]


def _sentence(said: str) -> str:
    """What a service said last of itself; a library's traceback is not for its reader."""
    if "Traceback" in said:
        return "The command failed by a defect. See the service's log, and tell its developers."
    lines = [line for line in said.splitlines() if line.strip()]
    return lines[-1] if lines else "The command ended without a word. See the service's log."
