"""Each alarm of the table: raised by its condition for as long as it says, once, and cleared."""

import random
import re
from pathlib import Path

import pytest
import structlog
from prometheus_client import CollectorRegistry, Gauge

from deploy.operate.alert_rules import RULES, alert_rules
from services.intake.sharing_reviews import SharingReviews
from services.panel_notification.notice_sender import NoticeSender
from services.reporting.canary_age import CanaryAge
from services.reporting.region_release import RegionRelease
from services.reporting.unknown_delivery import UnknownDeliveries
from shared.messaging.arrivals import Arrivals
from shared.messaging.switches import Switches
from shared.telemetry.alarm import Alarm
from shared.telemetry.alarm_table import ALARMS
from shared.telemetry.alarms import CLEARED_AFTER_SECONDS, Alarms
from shared.telemetry.metrics import Lately, Metrics

RUNBOOKS = Path(__file__).parents[3] / "docs" / "operators"
names = pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.name)


def metric_of(alarm: Alarm, registry: CollectorRegistry) -> Gauge:
    gauge = Gauge(alarm.metric, "As measured", [*alarm.where] or ["topic"], registry=registry)
    return gauge.labels(*alarm.where.values() or ["any"])


@names
def test_an_alarm_is_raised_once_its_condition_has_lasted_and_is_cleared_when_it_is_gone(
    alarm: Alarm,
) -> None:
    registry = CollectorRegistry()
    measured, alarms = metric_of(alarm, registry), Alarms(registry, [alarm])
    measured.set(alarm.above)
    alarms.evaluate(0)
    assert alarms.raised() == [], "the threshold itself is still well"
    measured.set(alarm.above + 1)
    if alarm.for_seconds:
        alarms.evaluate(10)
        alarms.evaluate(9 + alarm.for_seconds)
        assert alarms.raised() == [], "not for long enough"
    alarms.evaluate(10 + alarm.for_seconds)
    assert alarms.raised() == [alarm.name]
    sample = {"alarm": alarm.name, "severity": alarm.severity}
    assert registry.get_sample_value("vigil_alarm", sample) == 1
    measured.set(alarm.above)
    alarms.evaluate(10 + alarm.for_seconds + CLEARED_AFTER_SECONDS)
    assert alarms.raised() == []
    assert registry.get_sample_value("vigil_alarm", sample) == 0


def test_a_value_that_wavers_is_said_once_and_not_each_time() -> None:
    seed = random.randrange(2**32)
    print("seed", seed)
    chance = random.Random(seed)
    alarm = next(alarm for alarm in ALARMS if alarm.name == "event_parked")
    registry = CollectorRegistry()
    measured, alarms = metric_of(alarm, registry), Alarms(registry, [alarm])
    with structlog.testing.capture_logs() as said:
        measured.set(alarm.above + 1)
        alarms.evaluate(0)
        for second in range(2, 3_600, 2):
            measured.set(chance.choice([0, alarm.above + 1]) if second % 8 else alarm.above + 1)
            alarms.evaluate(second)
    assert [line["event"] for line in said] == ["alarm.raised"]


def test_what_is_said_of_an_alarm_are_codes_and_which_source_it_is_about() -> None:
    metrics = Metrics()
    alarms = Alarms(metrics.registry)
    metrics.breaker.labels("panel_notification").set(1)
    with structlog.testing.capture_logs() as said:
        alarms.evaluate(0)
        metrics.breaker.labels("panel_notification").set(0)
        alarms.evaluate(CLEARED_AFTER_SECONDS)
    raised, cleared = said
    assert raised == {
        "event": "alarm.raised",
        "alarm": "breaker_open",
        "severity": "page",
        "value": 1.0,
        "of_source": "panel_notification",
        "log_level": "error",
    }
    assert (cleared["event"], cleared["alarm"]) == ("alarm.cleared", "breaker_open")


@names
def test_an_alarm_looks_at_a_metric_that_some_process_has(alarm: Alarm) -> None:
    metrics = Metrics()
    Switches(None, metrics)  # type: ignore[arg-type]
    NoticeSender(None, None, None, metrics)  # type: ignore[arg-type]
    SharingReviews(None, metrics)  # type: ignore[arg-type]
    CanaryAge(None, metrics)  # type: ignore[arg-type]
    UnknownDeliveries(None, metrics)  # type: ignore[arg-type]
    Arrivals(None, None, None, None, None, metrics)  # type: ignore[arg-type]
    RegionRelease(None, None, metrics, None)  # type: ignore[arg-type]
    known = {family.name for family in metrics.registry.collect()}
    assert alarm.metric in known


@names
def test_an_alarm_says_what_happened_what_to_do_and_where_the_runbook_is(alarm: Alarm) -> None:
    assert re.fullmatch(r"[a-z_]+", alarm.name)
    for sentence in (alarm.happened, alarm.do):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
    assert (RUNBOOKS / f"{alarm.runbook}.md").exists()
    rows = (RUNBOOKS / "index.md").read_text().splitlines()
    led = [row for row in rows if f"`{alarm.name}`" in row]
    assert len(led) == 1, "the index says which page an alarm leads to"
    assert f"({alarm.runbook}.md)" in led[0]


def test_prometheus_has_the_same_alarms() -> None:
    assert RULES.read_text() == alert_rules(), "run `python -m deploy.operate.alert_rules`"


def test_a_value_noted_lately_is_the_greatest_of_the_hour() -> None:
    gauge = Gauge("noted", "By a test", registry=CollectorRegistry())
    lately = Lately(gauge)
    assert lately.greatest() == 0
    for value in (3.0, 90.0, 2.0):
        lately.note(value)
    assert lately.greatest() == 90
