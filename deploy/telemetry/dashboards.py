"""Dashboards as Grafana reads them, made from the panels."""

import json
import re
from collections.abc import Iterator
from typing import Any

from deploy.telemetry.panel import Panel
from deploy.telemetry.panels import DASHBOARDS

SOURCE = {"type": "prometheus", "uid": "vigil-prometheus"}
SCHEMA_VERSION = 41
WIDTH, HEIGHT = 12, 8
_WORD = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABELS = re.compile(r"\{[^}]*\}|\b(?:by|without) \([^)]*\)|\[[^]]*\]")
_FUNCTIONS = frozenset({"sum", "max", "min", "rate", "increase", "histogram_quantile"})


def dashboard(name: str) -> dict[str, Any]:
    title, panels = DASHBOARDS[name]
    return {
        "uid": f"vigil-{name}",
        "title": f"Vigil: {title}",
        "tags": ["vigil"],
        "schemaVersion": SCHEMA_VERSION,
        "timezone": "Europe/London",
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "30s",
        "editable": False,
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }


def dashboard_text(name: str) -> str:
    """The file as it must stand."""
    return json.dumps(dashboard(name), indent=2) + "\n"


def metrics_of(expression: str) -> set[str]:
    """The metrics that a question to Prometheus is about."""
    return set(_WORD.findall(_LABELS.sub("", expression))) - _FUNCTIONS


def asked() -> Iterator[tuple[str, str]]:
    """Every panel, as `dashboard: title`, with each of its questions."""
    for name, (_, panels) in DASHBOARDS.items():
        for panel in panels:
            for expression in panel.series.values():
                yield f"{name}: {panel.title}", expression


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.alarm_above is not None:
        # Zero itself is well: the line lies just above.
        steps.append({"color": "red", "value": panel.alarm_above or 0.001})
    drawn = {"drawStyle": "line", "fillOpacity": 10, "showPoints": "never"}
    if panel.alarm_above is not None:
        drawn["thresholdsStyle"] = {"mode": "line"}
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.says,
        "datasource": SOURCE,
        "gridPos": {
            "x": number % 2 * WIDTH,
            "y": number // 2 * HEIGHT,
            "w": WIDTH,
            "h": HEIGHT,
        },
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "min": 0,
                "custom": drawn,
                "thresholds": {"mode": "absolute", "steps": steps},
            },
            "overrides": [],
        },
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}},
        "targets": [
            {"refId": chr(ord("A") + place), "expr": expression, "legendFormat": legend}
            for place, (legend, expression) in enumerate(panel.series.items())
        ],
    }
