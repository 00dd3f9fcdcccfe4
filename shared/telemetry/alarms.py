"""Raises and clears the alarms of one process from its own metrics, and says each once.

So that an alarm needs nothing else to be running: no collector, no Prometheus.
"""

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.samples import Sample

from shared.telemetry.alarm import Alarm
from shared.telemetry.alarm_table import ALARMS
from shared.telemetry.logging import logger

CLEARED_AFTER_SECONDS = 10
"""As long the condition must be gone: a value that wavers would raise an alarm again and again."""


class Alarms:
    """The alarms of one process: which are raised, said once each."""

    def __init__(self, registry: CollectorRegistry, alarms: Sequence[Alarm] = ALARMS) -> None:
        self.alarms = alarms
        self._registry = registry
        self._began: dict[str, float] = {}
        self._last_held: dict[str, float] = {}
        self._raised: set[str] = set()
        self._gauge = Gauge(
            "vigil_alarm", "1 while raised", ["alarm", "severity"], registry=registry
        )
        for alarm in alarms:
            self._gauge.labels(alarm.name, alarm.severity).set(0)

    def raised(self) -> list[str]:
        """The names of what is raised now."""
        return sorted(self._raised)

    def evaluate(self, now: float) -> None:
        """Looks at the metrics as they stand. `now` is monotonic, in seconds."""
        samples = list(self._samples())
        for alarm in self.alarms:
            found = [sample for sample in samples if alarm.concerns(sample)]
            if found:
                self._holds(alarm, max(found, key=lambda sample: sample.value), now)
            else:
                self._is_gone(alarm, now)

    def _samples(self) -> Iterator[Sample]:
        for family in self._registry.collect():
            yield from family.samples

    def _holds(self, alarm: Alarm, worst: Sample, now: float) -> None:
        self._last_held[alarm.name] = now
        if now - self._began.setdefault(alarm.name, now) < alarm.for_seconds:
            return
        if alarm.name not in self._raised:
            self._raised.add(alarm.name)
            self._gauge.labels(alarm.name, alarm.severity).set(1)
            say = logger().error if alarm.severity == "page" else logger().warning
            codes = {f"of_{name}": value for name, value in worst.labels.items()}
            value = round(worst.value, 1)
            say("alarm.raised", alarm=alarm.name, severity=alarm.severity, value=value, **codes)

    def _is_gone(self, alarm: Alarm, now: float) -> None:
        if alarm.name not in self._raised:
            self._began.pop(alarm.name, None)
        elif now - self._last_held[alarm.name] >= CLEARED_AFTER_SECONDS:
            self._raised.discard(alarm.name)
            self._began.pop(alarm.name, None)
            self._gauge.labels(alarm.name, alarm.severity).set(0)
            logger().info("alarm.cleared", alarm=alarm.name, severity=alarm.severity)
