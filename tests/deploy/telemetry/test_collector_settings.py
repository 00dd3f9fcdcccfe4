"""What the collector passes on: whole traces, known attributes, no text of an error."""

import ast
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from deploy.local.layout import SERVICES
from deploy.operate.alert_rules import RULES
from deploy.telemetry.generate import HERE, generated
from shared.telemetry.span_attributes import SPAN_ATTRIBUTES
from tests.boundaries.source import calls, place, python_files

PROMTOOL = os.environ.get("VIGIL_PROMTOOL", "")
files = pytest.mark.parametrize("path", generated(), ids=lambda path: path.name)


@files
def test_what_is_committed_is_what_is_made(path: Path) -> None:
    assert path.read_text() == generated()[path], "run `make telemetry`"


def settings(name: str) -> Any:
    return yaml.safe_load((HERE / name).read_text())


def test_nothing_is_sampled_and_everything_is_scrubbed_before_it_is_kept() -> None:
    collector = settings("collector.yaml")
    assert not [name for name in collector["processors"] if "sampl" in name or "filter" in name]
    (pipeline,) = collector["service"]["pipelines"].values()
    assert pipeline["processors"] == ["memory_limiter", "transform/scrub", "batch"]
    scrub = collector["processors"]["transform/scrub"]
    assert scrub["error_mode"] == "propagate", "what cannot be scrubbed does not go on"


def test_a_second_back_end_gets_the_same_scrubbed_traces() -> None:
    first, second = settings("collector.yaml"), settings("second-back-end.yaml")
    exporters = set(first["exporters"]) | set(second["exporters"])
    assert set(second["service"]["pipelines"]["traces"]["exporters"]) == exporters
    assert set(second["service"]["pipelines"]["traces"]) == {"exporters"}


def attributes_set(path: Path) -> Iterator[tuple[str, str]]:
    """Every attribute that code puts on a span, with its place."""
    for call in calls(path):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "set_attribute":
            yield place(path, call), ast.literal_eval(call.args[0])
        for keyword in call.keywords:
            if keyword.arg == "attributes" and isinstance(keyword.value, ast.Dict):
                for key in keyword.value.keys:
                    assert isinstance(key, ast.Constant), place(path, call)
                    yield place(path, call), str(key.value)


def test_every_attribute_that_our_spans_carry_is_on_the_list_and_no_other() -> None:
    found = [each for path in python_files("shared", "services") for each in attributes_set(path)]
    unknown = [f"{where}: {name}" for where, name in found if name not in SPAN_ATTRIBUTES]
    assert not unknown, f"{unknown}: add it to shared/telemetry/span_attributes.py, if it is a code"
    assert {name for _, name in found} == set(SPAN_ATTRIBUTES), "listed and never set"


@pytest.mark.skipif(not PROMTOOL, reason="VIGIL_PROMTOOL names no promtool")
def test_prometheus_own_tool_accepts_the_rules() -> None:
    checked = subprocess.run(
        [PROMTOOL, "check", "rules", str(RULES)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_prometheus_asks_every_service_and_raises_the_same_alarms() -> None:
    prometheus = settings("prometheus.yaml")
    asked = {
        job["job_name"]: job["static_configs"][0]["targets"] for job in prometheus["scrape_configs"]
    }
    assert asked == {service: [f"{service.replace('_', '-')}:8080"] for service in SERVICES}
    (rules,) = prometheus["rule_files"]
    assert Path(rules).name == RULES.name
