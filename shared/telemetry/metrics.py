"""What operators must see. Labels are sources, topics, reasons and types; never an id."""

import time
from collections import deque

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

HOUR = 3_600.0
LATE_BUCKETS = (1.0, 10.0, 60.0, 600.0, HOUR, 24 * HOUR)


class Lately:
    """A gauge of the greatest value noted within the last hour, 0 when there was none."""

    def __init__(self, gauge: Gauge) -> None:
        self._noted: deque[tuple[float, float]] = deque()
        gauge.set_function(self.greatest)

    def note(self, value: float) -> None:
        now = time.monotonic()
        while self._noted and self._noted[-1][1] <= value:
            self._noted.pop()
        self._noted.append((now, value))

    def greatest(self) -> float:
        while self._noted and self._noted[0][0] < time.monotonic() - HOUR:
            self._noted.popleft()
        return self._noted[0][1] if self._noted else 0.0


class Metrics:
    """The metrics of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        r = self.registry
        ProcessCollector(registry=r)
        self.received = Counter(
            "vigil_events_received",
            "Records by what became of them",
            ["source", "verdict"],
            registry=r,
        )
        self.quarantined = Counter(
            "vigil_events_quarantined",
            "Records put in quarantine",
            ["source", "reason"],
            registry=r,
        )
        self.pauses = Counter(
            "vigil_consumer_pauses", "Pauses because store or broker failed", ["source"], registry=r
        )
        self.published = Counter(
            "vigil_outbox_published", "Published events", ["topic"], registry=r
        )
        self.outbox_rows = Gauge("vigil_outbox_unpublished", "Rows not yet published", registry=r)
        self.outbox_age = Gauge(
            "vigil_outbox_oldest_seconds", "Age of the oldest unpublished row", registry=r
        )
        self.lag = Gauge(
            "vigil_consumer_lag", "Records not yet consumed", ["source", "topic"], registry=r
        )
        self.parked = Gauge("vigil_parked", "Events waiting for their turn", registry=r)
        self.parked_age = Gauge("vigil_parked_oldest_seconds", "Longest such wait", registry=r)
        self.parked_gap_age = Gauge(
            "vigil_parked_gap_oldest_seconds", "Longest such wait, but in held cases", registry=r
        )
        self.parked_unknown = Gauge(
            "vigil_parked_type_unknown", "Parked events of types unknown here", registry=r
        )
        self.open_quarantine = Gauge("vigil_quarantine_open", "Open quarantine rows", registry=r)
        self.held = Gauge("vigil_held_streams", "Streams with an open quarantine row", registry=r)
        self.held_age = Gauge("vigil_held_oldest_seconds", "Longest held stream", registry=r)
        self.unplaced = Gauge(
            "vigil_quarantine_unplaced", "Stopped records that name no stream", registry=r
        )
        self.reports_held = Gauge(
            "vigil_reports_held", "Refused reports kept for a person", registry=r
        )
        self.progress_age = Gauge(
            "vigil_consumer_progress_age_seconds", "Since a record came in", ["source"], registry=r
        )
        self.stuck = Gauge(
            "vigil_consumer_stuck_seconds", "The same while records wait", ["source"], registry=r
        )
        self.out_of_range = Gauge(
            "vigil_consumer_out_of_range",
            "Partitions that do not hold what comes next",
            ["source", "topic"],
            registry=r,
        )
        self.breaker = Gauge(
            "vigil_breaker_open", "1: the consumer stopped itself", ["source"], registry=r
        )
        self.store_unreachable = Gauge(
            "vigil_store_unreachable", "1: the store does not answer", registry=r
        )
        self.broker_unreachable = Gauge(
            "vigil_broker_unreachable", "1: the broker does not answer", registry=r
        )
        self.gate_shut = Gauge(
            "vigil_gate_shut", "1: nothing runs, for this reason", ["reason"], registry=r
        )
        self.follower_without_offset = Gauge(
            "vigil_follower_without_offset",
            "Partitions of an own topic that a following group never read",
            ["group", "topic"],
            registry=r,
        )
        self.voided = Lately(
            Gauge("vigil_events_voided_within_an_hour", "1: refused for ever", registry=r)
        )
        self.reports = Counter(
            "vigil_reports", "Reports by door and outcome", ["door", "outcome"], registry=r
        )
        self.fired = Counter("vigil_deadlines_fired", "Firings", ["rule", "kind"], registry=r)
        self.fired_late = Histogram(
            "vigil_deadlines_fired_late_seconds",
            "How long after it was due a deadline was told of",
            registry=r,
            buckets=LATE_BUCKETS,
        )
        self.fired_late_lately = Lately(
            Gauge("vigil_deadlines_fired_late_within_an_hour_seconds", "The longest", registry=r)
        )
        self.unfired = Gauge(
            "vigil_cases_unfired", "Cases in which what is due cannot be told of", registry=r
        )
        self.sends = Counter(
            "vigil_notice_sends", "Attempts by outcome", ["channel", "outcome"], registry=r
        )
