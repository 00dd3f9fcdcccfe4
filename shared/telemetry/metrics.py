"""What operators must see. Labels are sources, topics, reasons and types; never an id."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class Metrics:
    """The metrics of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        r = self.registry
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
        self.open_quarantine = Gauge("vigil_quarantine_open", "Open quarantine rows", registry=r)
        self.reports = Counter(
            "vigil_reports", "Reports by door and outcome", ["door", "outcome"], registry=r
        )
        self.fired = Counter("vigil_deadlines_fired", "Firings", ["rule", "kind"], registry=r)
        self.sends = Counter(
            "vigil_notice_sends", "Attempts by outcome", ["channel", "outcome"], registry=r
        )
