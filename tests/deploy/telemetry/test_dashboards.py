"""Every panel and every alert asks for a measure that a running service has."""

import json
from collections.abc import Iterable
from typing import Any

import httpx
import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.layout import SERVICES
from deploy.operate.alert_rules import RULES
from deploy.telemetry.dashboards import asked, metrics_of
from deploy.telemetry.generate import HERE
from deploy.telemetry.panels import DASHBOARDS
from shared.telemetry.alarm_table import ALARMS
from tests.support.whole_stack import WholeStack

MADE_BY_PROMETHEUS = {"up"}
_ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}
dashboards = pytest.mark.parametrize("name", DASHBOARDS)


def exported(page: str) -> set[str]:
    """The names under which Prometheus finds what a page of measures declares."""
    return {
        f"{family.name}{ending}"
        for family in text_string_to_metric_families(page)
        for ending in _ENDINGS.get(family.type, ("",))
    }


def unknown(measures: Iterable[str]) -> list[str]:
    known = {*measures, *MADE_BY_PROMETHEUS}
    panels = [
        f"{where}: {metric}"
        for where, expression in asked()
        for metric in metrics_of(expression) - known
    ]
    return panels + [
        f"alarm {each.name}: {each.metric}" for each in ALARMS if each.metric not in known
    ]


@pytest.mark.stack
async def test_every_panel_and_alarm_asks_for_what_running_services_export(
    stack: WholeStack,
) -> None:
    measures: set[str] = set()
    async with httpx.AsyncClient() as client:
        for service in SERVICES:
            page = await client.get(f"{stack.layout.url(service)}/metrics")
            measures |= exported(page.text)
    assert not unknown(measures)


def test_a_measure_that_nobody_has_would_be_found() -> None:
    from shared.telemetry.metrics import Metrics  # noqa: PLC0415

    measures = exported(generate_latest(Metrics().registry).decode())
    assert "vigil_reports_total" in measures
    without = measures - {"vigil_consumer_lag"}
    assert any("vigil_consumer_lag" in each for each in unknown(without))


@pytest.mark.parametrize(
    ("expression", "metrics"),
    [
        ("sum by (door, outcome) (increase(vigil_reports_total[1h]))", {"vigil_reports_total"}),
        ('max(vigil_outbox_oldest_seconds{job="intake"}) > 0', {"vigil_outbox_oldest_seconds"}),
        (
            "histogram_quantile(0.9, sum by (le) (rate(a_bucket[1d]))) + b",
            {"a_bucket", "b"},
        ),
    ],
)
def test_a_question_to_prometheus_is_read_as_the_measures_in_it(
    expression: str, metrics: set[str]
) -> None:
    assert metrics_of(expression) == metrics


def test_the_rules_ask_for_what_the_table_of_alarms_names() -> None:
    rules = yaml.safe_load(RULES.read_text())["groups"][0]["rules"]
    named = {alarm.name: {alarm.metric} for alarm in ALARMS}
    assert {rule["alert"]: metrics_of(rule["expr"].partition(" > ")[0]) for rule in rules} == named


@dashboards
def test_a_dashboard_can_be_read_by_grafana_and_shows_each_alarm_s_limit(name: str) -> None:
    made: dict[str, Any] = json.loads((HERE / "dashboards" / f"{name}.json").read_text())
    _, panels = DASHBOARDS[name]
    assert len(made["panels"]) == len(panels)
    assert len({panel["id"] for panel in made["panels"]}) == len(panels)
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in made["panels"]}
    assert len(places) == len(panels), "no panel hides another"
    for shown, panel in zip(made["panels"], panels, strict=True):
        assert [target["expr"] for target in shown["targets"]] == list(panel.series.values())
        red = [s for s in shown["fieldConfig"]["defaults"]["thresholds"]["steps"] if s["value"]]
        assert bool(red) == (panel.alarm_above is not None)


def test_a_limit_that_is_drawn_is_one_at_which_an_alarm_is_raised() -> None:
    limits = {(alarm.metric, alarm.above) for alarm in ALARMS}
    for _, panels in DASHBOARDS.values():
        for panel in panels:
            if panel.alarm_above is None:
                continue
            metrics = {m for each in panel.series.values() for m in metrics_of(each)}
            drawn = {(metric, panel.alarm_above) for metric in metrics}
            assert drawn & limits or metrics == {"vigil_alarm"}, panel.title
