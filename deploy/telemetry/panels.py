"""What the dashboards show: per dashboard its panels, each a question to Prometheus."""

from collections.abc import Mapping

from deploy.telemetry.panel import Panel
from deploy.telemetry.telling_panels import NOTICES, REGION

CASES_AND_CLOCKS = (
    Panel(
        "Reports",
        "What came in within an hour, by door and by what became of it.",
        {"{{door}} {{outcome}}": "sum by (door, outcome) (increase(vigil_reports_total[1h]))"},
    ),
    Panel(
        "Refused reports that wait for a person",
        "Each may be about a child at risk.",
        {"waiting": "sum(vigil_reports_held)"},
        alarm_above=0,
    ),
    Panel(
        "Clocks told of within a day",
        "Due soon, due today, overdue, by rule.",
        {"{{rule}} {{kind}}": "sum by (rule, kind) (increase(vigil_deadlines_fired_total[1d]))"},
    ),
    Panel(
        "How late a clock was told of",
        "Nine of ten, and the longest within an hour.",
        {
            "nine of ten": "histogram_quantile(0.9, sum by (le)"
            " (increase(vigil_deadlines_fired_late_seconds_bucket[1d])))",
            "longest": "max(vigil_deadlines_fired_late_within_an_hour_seconds)",
        },
        unit="s",
        alarm_above=60,
    ),
    Panel(
        "Cases that are held",
        "An event of theirs cannot be applied; their clocks go on.",
        {"{{job}}": "sum by (job) (vigil_held_streams)"},
        alarm_above=0,
    ),
    Panel(
        "Longest held",
        "How long the case has been held that has been held longest.",
        {"{{job}}": "max by (job) (vigil_held_oldest_seconds)"},
        unit="s",
    ),
)

BUS = (
    Panel(
        "Oldest event that waits in an outbox",
        "While it waits nobody hears of it.",
        {"{{job}}": "max by (job) (vigil_outbox_oldest_seconds)"},
        unit="s",
        alarm_above=30,
    ),
    Panel(
        "Events that wait in an outbox",
        "Written and not yet published.",
        {"{{job}}": "sum by (job) (vigil_outbox_unpublished)"},
    ),
    Panel(
        "Published",
        "Events a second, by service.",
        {"{{job}}": "sum by (job) (rate(vigil_outbox_published_total[5m]))"},
        unit="ops",
    ),
    Panel(
        "Records before a consumer",
        "By consumer and by what it follows.",
        {"{{job}} from {{source}}": "sum by (job, source) (vigil_consumer_lag)"},
        alarm_above=1000,
    ),
    Panel(
        "Taken in",
        "Records a second by what became of them.",
        {"{{job}} {{verdict}}": "sum by (job, verdict) (rate(vigil_events_received_total[5m]))"},
        unit="ops",
    ),
    Panel(
        "Without progress while records wait",
        "A consumer that is stuck.",
        {"{{job}} from {{source}}": "max by (job, source) (vigil_consumer_stuck_seconds)"},
        unit="s",
        alarm_above=60,
    ),
    Panel(
        "Parked",
        "Events that wait for one before them.",
        {"{{job}}": "sum by (job) (vigil_parked)"},
    ),
    Panel(
        "Longest parked, but in held cases",
        "Parked is no resting place.",
        {"{{job}}": "max by (job) (vigil_parked_gap_oldest_seconds)"},
        unit="s",
        alarm_above=60,
    ),
    Panel(
        "Quarantine",
        "Records that wait for a person; those that name no case beside them.",
        {
            "{{job}}": "sum by (job) (vigil_quarantine_open)",
            "{{job}}, of no case": "sum by (job) (vigil_quarantine_unplaced)",
        },
        alarm_above=0,
    ),
    Panel(
        "Put in quarantine within a day",
        "By why.",
        {
            "{{source}} {{reason}}": "sum by (source, reason)"
            " (increase(vigil_events_quarantined_total[1d]))"
        },
    ),
)

PLATFORM = (
    Panel("Services", "1: it answers.", {"{{job}}": "up"}),
    Panel(
        "Alarms",
        "What each process says of itself, with Prometheus or without.",
        {"{{job}} {{alarm}}": "max by (job, alarm) (vigil_alarm) > 0"},
        alarm_above=0,
    ),
    Panel(
        "Store or broker away",
        "As a service sees them.",
        {
            "{{job}}: store": "max by (job) (vigil_store_unreachable)",
            "{{job}}: broker": "max by (job) (vigil_broker_unreachable)",
        },
        alarm_above=0,
    ),
    Panel(
        "Gates that are shut",
        "A service whose store is behind its topics does nothing.",
        {"{{job}} {{reason}}": "max by (job, reason) (vigil_gate_shut)"},
        alarm_above=0,
    ),
    Panel(
        "Parts that are off",
        "Stopped by a person, or by themselves after many errors.",
        {
            "{{job}} {{part}}": "max by (job, part) (vigil_switched_off)",
            "{{job}} from {{source}}, by itself": "max by (job, source) (vigil_breaker_open)",
        },
        alarm_above=0,
    ),
    Panel(
        "Pauses of consumers",
        "A second, because store or broker failed.",
        {"{{job}} from {{source}}": "sum by (job, source) (rate(vigil_consumer_pauses_total[5m]))"},
        unit="ops",
    ),
    Panel(
        "Memory",
        "Of each process.",
        {"{{job}}": "sum by (job) (process_resident_memory_bytes)"},
        unit="bytes",
    ),
    Panel(
        "Processor",
        "Shares of one core.",
        {"{{job}}": "sum by (job) (rate(process_cpu_seconds_total[5m]))"},
        unit="percentunit",
    ),
)

DASHBOARDS: Mapping[str, tuple[str, tuple[Panel, ...]]] = {
    "cases-and-clocks": ("Cases and clocks", CASES_AND_CLOCKS),
    "bus": ("The bus", BUS),
    "notices": ("Notices", NOTICES),
    "region": ("The region, and what others say", REGION),
    "platform": ("The platform", PLATFORM),
}
"""Title and panels by the name of its file."""
