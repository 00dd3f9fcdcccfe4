"""Writes the rules by which Prometheus raises the alarms that every process raises by itself.

`python -m deploy.operate.alert_rules` writes deploy/operate/alerts.yaml.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from shared.telemetry.alarm import Alarm
from shared.telemetry.alarm_table import ALARMS
from shared.telemetry.alarms import CLEARED_AFTER_SECONDS

RULES = Path(__file__).with_name("alerts.yaml")


def alert_rules() -> str:
    """The file as it must stand."""
    head = ["# Made by `python -m deploy.operate.alert_rules`; change the table of alarms instead."]
    head += ["groups:", "  - name: vigil", "    rules:"]
    return "\n".join([*head, *(line for alarm in ALARMS for line in _rule(alarm))]) + "\n"


def expression(alarm: Alarm) -> str:
    """In PromQL; one series for each process and label set, as the process itself looks at it."""
    labels = ",".join(f'{name}="{value}"' for name, value in sorted(alarm.where.items()))
    return f"{alarm.metric}{'{' + labels + '}' if labels else ''} > {alarm.above:g}"


def _rule(alarm: Alarm) -> Iterator[str]:
    yield f"      - alert: {alarm.name}"
    yield f"        expr: {json.dumps(expression(alarm))}"
    yield f"        for: {alarm.for_seconds}s"
    yield f"        keep_firing_for: {CLEARED_AFTER_SECONDS}s"
    yield "        labels:"
    yield f"          severity: {alarm.severity}"
    yield "        annotations:"
    yield f"          summary: {json.dumps(alarm.happened)}"
    yield f"          description: {json.dumps(alarm.do)}"
    yield f"          runbook: docs/operators/{alarm.runbook}.md"


if __name__ == "__main__":
    RULES.write_text(alert_rules())
