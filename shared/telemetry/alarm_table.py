"""When a person must look, in one table: on what, after how long, what to do.

Every process evaluates the table on its own metrics; the rules for Prometheus are made from it too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from prometheus_client.samples import Sample

Severity = Literal["page", "ticket"]
"""`page`: somebody is called now. `ticket`: within the working day."""


@dataclass(frozen=True)
class Alarm:
    """Raised while a sample of `metric`, with the labels `where`, was above `above` for
    `for_seconds`. `happened` and `do` are sentences; `runbook` stands in docs/operators."""

    name: str
    metric: str
    above: float
    for_seconds: int
    severity: Severity
    happened: str
    do: str
    runbook: str
    where: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def concerns(self, sample: Sample) -> bool:
        """Whether a sample makes this alarm's condition true."""
        return (
            sample.name == self.metric
            and sample.value > self.above
            and all(sample.labels.get(name) == value for name, value in self.where.items())
        )


ALARMS: tuple[Alarm, ...] = (
    Alarm(
        "outbox_waits",
        "vigil_outbox_oldest_seconds",
        above=30,
        for_seconds=0,
        severity="page",
        happened="An event waits in the outbox for more than half a minute; nobody hears it.",
        do="See whether the broker answers and whether somebody stopped the relay.",
        runbook="broker-down",
    ),
    Alarm(
        "broker_unreachable",
        "vigil_broker_unreachable",
        above=0,
        for_seconds=15,
        severity="page",
        happened="The broker does not answer. Reports by HTTP are accepted and wait in the outbox.",
        do="Bring the broker back; nothing has to be repeated afterwards.",
        runbook="broker-down",
    ),
    Alarm(
        "store_unreachable",
        "vigil_store_unreachable",
        above=0,
        for_seconds=15,
        severity="page",
        happened="The store does not answer. Callers get 503 and consumers wait.",
        do="Bring Postgres back; the service goes on by itself.",
        runbook="store-down",
    ),
    Alarm(
        "store_behind",
        "vigil_gate_shut",
        above=0,
        for_seconds=0,
        severity="page",
        happened="The store is behind what its topics hold, as after a restore; nothing runs.",
        do="Run reconcile, which takes back what the store lacks.",
        runbook="restore",
        where=MappingProxyType({"reason": "store_behind"}),
    ),
    Alarm(
        "consumer_behind",
        "vigil_consumer_lag",
        above=1_000,
        for_seconds=60,
        severity="ticket",
        happened="A consumer has more than a thousand records of one topic before it.",
        do="See whether it advances; a replay or a long stop catches up by itself.",
        runbook="consumers",
    ),
    Alarm(
        "consumer_stuck",
        "vigil_consumer_stuck_seconds",
        above=60,
        for_seconds=0,
        severity="page",
        happened="A consumer has records before it and has taken none in for a minute.",
        do="See its last log lines, then have the process replaced.",
        runbook="consumers",
    ),
    Alarm(
        "offset_out_of_range",
        "vigil_consumer_out_of_range",
        above=0,
        for_seconds=0,
        severity="page",
        happened="A topic was cut, or deleted and made anew; its consumer does not go on.",
        do="Have the owner publish what is missing again, then set where the consumer stands.",
        runbook="consumers",
    ),
    Alarm(
        "breaker_open",
        "vigil_breaker_open",
        above=0,
        for_seconds=0,
        severity="page",
        happened="One error stopped many cases within a minute; the consumer has stopped itself.",
        do="Take back the version that was deployed last, then resume the consumer.",
        runbook="consumers",
    ),
    Alarm(
        "part_stopped",
        "vigil_switched_off",
        above=0,
        for_seconds=3_600,
        severity="ticket",
        happened="A person stopped a part of a service an hour ago and nobody has resumed it.",
        do="Ask who stopped it, then resume it.",
        runbook="consumers",
    ),
    Alarm(
        "event_parked",
        "vigil_parked_gap_oldest_seconds",
        above=60,
        for_seconds=0,
        severity="page",
        happened="An event waits for one that should have come before it.",
        do="Find the event that is missing and have it delivered again.",
        runbook="parked",
    ),
    Alarm(
        "type_unknown",
        "vigil_parked_type_unknown",
        above=0,
        for_seconds=0,
        severity="page",
        happened="A producer was upgraded before this consumer: it sends a type unknown here.",
        do="Upgrade this service; what waits is then applied in order.",
        runbook="upgrade",
    ),
    Alarm(
        "follower_without_offset",
        "vigil_follower_without_offset",
        above=0,
        for_seconds=60,
        severity="page",
        happened="A service that follows this one has never read one of its topics.",
        do="Upgrade or start that service; what waits is then applied in order.",
        runbook="upgrade",
    ),
    Alarm(
        "case_held",
        "vigil_held_streams",
        above=0,
        for_seconds=0,
        severity="page",
        happened="An event cannot be applied; its case is held and its clocks go on.",
        do="Look at it, then release, repair or discard it.",
        runbook="quarantine",
    ),
    Alarm(
        "quarantine_not_empty",
        "vigil_quarantine_open",
        above=0,
        for_seconds=900,
        severity="page",
        happened="A record has been in quarantine for a quarter of an hour and nobody settled it.",
        do="Look at it, then release, repair or discard it; ask who has taken it on.",
        runbook="quarantine",
    ),
    Alarm(
        "record_unplaced",
        "vigil_quarantine_unplaced",
        above=0,
        for_seconds=0,
        severity="page",
        happened="A record does not say to which case it belongs; that case has a gap.",
        do="Look at it, then repair or discard it.",
        runbook="quarantine",
    ),
    Alarm(
        "report_refused",
        "vigil_reports_held",
        above=0,
        for_seconds=0,
        severity="page",
        happened="A report was refused and is kept. It may be about a child at risk.",
        do="Read what may be shown, reach the sender, then release, repair or discard it.",
        runbook="quarantine",
    ),
    Alarm(
        "event_voided",
        "vigil_events_voided_within_an_hour",
        above=0,
        for_seconds=0,
        severity="page",
        happened="The broker refuses an event for ever; its place was used up as nothing.",
        do="Find out from the log what it was, and have its owner issue it again.",
        runbook="broker-down",
    ),
    Alarm(
        "deadline_fired_late",
        "vigil_deadlines_fired_late_within_an_hour_seconds",
        above=60,
        for_seconds=0,
        severity="ticket",
        happened="A deadline was told of more than a minute after it was due.",
        do="See whether the timer was down or its watcher stopped; it says by how much.",
        runbook="consumers",
    ),
    Alarm(
        "deadline_not_fired",
        "vigil_cases_unfired",
        above=0,
        for_seconds=0,
        severity="page",
        happened="A deadline is due and cannot be told of; all other cases go on.",
        do="Find the case and the kind of error in the log, and tell its people by other means.",
        runbook="consumers",
    ),
    Alarm(
        "notice_for_a_person",
        "vigil_notices_for_a_person",
        above=0,
        for_seconds=0,
        severity="page",
        happened="A notice is unknown, undeliverable or near its limit, or a channel refuses us.",
        do="See which with `notices list`, then tell the recipient or put the channel right.",
        runbook="notices",
    ),
)
