import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.messaging.crash_points import CRASH_POINTS

ROOT = Path(__file__).parents[3]
CALLS = {"crash_point", "crash_point_in_flight"}


def passed() -> Iterator[tuple[str, str]]:
    """The name of every point that the code passes, and where."""
    for folder in ("shared", "services"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if not isinstance(node, ast.Call):
                    continue
                called = isinstance(node.func, ast.Name) and node.func.id in CALLS
                named = [node.args[0]] if called else []
                named += [word.value for word in node.keywords if word.arg == "point"]
                for name in named:
                    if isinstance(name, ast.Constant):
                        yield str(name.value), f"{path.relative_to(ROOT)}:{node.lineno}"


def test_every_registered_point_is_passed_and_no_other() -> None:
    registered = {point.name for point in CRASH_POINTS}
    found = dict(passed())
    assert registered - found.keys() == set(), "registered, and nothing passes it"
    assert {where for name, where in found.items() if name not in registered} == set(), (
        "passed without a row in shared/messaging/crash_points.py"
    )


def test_ids_and_names_stand_for_one_point_each() -> None:
    assert len({point.id for point in CRASH_POINTS}) == len(CRASH_POINTS)
    assert len({point.name for point in CRASH_POINTS}) == len(CRASH_POINTS)


PASS = """
import asyncio, sys
from shared.messaging.crash_points import consuming_as, crash_point, crash_point_in_flight
consuming_as(sys.argv[1]) if sys.argv[1] else None
for name in sys.argv[2:]:
    print(name, flush=True)
    crash_point(name)
    asyncio.run(crash_point_in_flight(name))
"""


def run(setting: str, group: str, *names: str, when: str = "") -> tuple[int, list[str], str]:
    """Exit code, the points that it came to, what it said on stderr. Each name is passed twice."""
    environment = {"PATH": os.environ["PATH"], "VIGIL_CRASH": setting, "VIGIL_CRASH_WHEN": when}
    done = subprocess.run(
        [sys.executable, "-c", PASS, group, *names],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.split(), done.stderr


def test_it_dies_at_the_pass_that_it_was_told() -> None:
    names = ("relay.rows_read", "relay.sent", "relay.sent", "relay.committed")
    code, reached, _ = run("relay.sent:3", "", *names)
    assert (code, reached) == (-9, ["relay.rows_read", "relay.sent", "relay.sent"])


def test_it_dies_for_one_consumer_group_and_lives_for_another() -> None:
    told = "consumer.parsed@intake.ingress"
    assert run(told, "intake.panel_notification", "consumer.parsed")[0] == 0
    assert run(told, "", "consumer.parsed")[0] == 0, "no record is in hand"
    assert run(told, "intake.ingress", "consumer.parsed")[0] == -9


def test_passes_count_once_the_file_exists(tmp_path: Path) -> None:
    when = tmp_path / "now"
    assert run("http.written", "", "http.written", when=str(when))[0] == 0
    when.touch()
    assert run("http.written", "", "http.written", when=str(when))[0] == -9


@pytest.mark.parametrize(
    "setting", ["consumer.aplied", "relay.sent:0", "relay.sent@intake.ingress", "relay.sent:x", ":"]
)
def test_a_setting_that_would_never_crash_ends_the_process_and_says_what_to_do(
    setting: str,
) -> None:
    code, reached, said = run(setting, "", "relay.sent")
    assert (code, reached) == (1, [])
    assert f"VIGIL_CRASH={setting}" in said
    assert "was not started" in said
