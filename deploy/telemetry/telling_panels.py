"""What the dashboards show of notices, of the region, and of what others say."""

from deploy.telemetry.panel import Panel

NOTICES = (
    Panel(
        "Attempts within an hour",
        "By channel and by how they ended.",
        {
            "{{channel}} {{outcome}}": "sum by (channel, outcome)"
            " (increase(vigil_notice_sends_total[1h]))"
        },
    ),
    Panel(
        "Notices for a person",
        "Nobody knows whether they arrived, or they cannot be delivered.",
        {"{{state}}": "sum by (state) (vigil_notices_for_a_person)"},
        alarm_above=0,
    ),
    Panel(
        "Notices to submit by hand",
        "Their recipient has no door for machines.",
        {"to submit": "sum(vigil_notices_to_submit)"},
    ),
    Panel(
        "Channels that refuse us",
        "1: our own key or account is not accepted.",
        {"{{channel}}": "max by (channel) (vigil_channel_refuses_us)"},
    ),
    Panel(
        "Events of panel notification that wait",
        "What was sent and is not yet said.",
        {"waiting": 'max(vigil_outbox_oldest_seconds{job="panel_notification"})'},
        unit="s",
        alarm_above=30,
    ),
)

REGION = (
    Panel(
        "Told to a region",
        "Events within an hour, by region.",
        {"{{region}}": "sum by (region) (increase(vigil_region_told_total[1h]))"},
    ),
    Panel(
        "Not told to a region",
        "Topics that stand still, and why: mostly a standing decision that is missing or over.",
        {
            "{{region}} {{topic}} {{because}}": "max by (region, topic, because)"
            " (vigil_region_waits)"
        },
        alarm_above=0,
    ),
    Panel(
        "The canary's way",
        "From a synthetic report to its confirmation by the region.",
        {"took": "max(vigil_canary_seconds)"},
        unit="s",
    ),
    Panel(
        "The canary is overdue",
        "By how long another should have been confirmed by now.",
        {"overdue": "max(vigil_canary_overdue_seconds)"},
        unit="s",
        alarm_above=0,
    ),
    Panel(
        "Confirmations of what was never told",
        "Within a day, by what is wrong with them.",
        {"{{because}}": "sum by (because) (vigil_deliveries_unknown)"},
        alarm_above=0,
    ),
    Panel(
        "Longest unanswered submission",
        "A summary or a reply of the Panel that came by the bus.",
        {"{{job}}": "max by (job) (vigil_arrivals_oldest_seconds)"},
        unit="s",
        alarm_above=300,
    ),
    Panel(
        "Decisions on sharing to be looked at again",
        "Their review date has come.",
        {"{{kind}}": "sum by (kind) (vigil_sharing_reviews_due)"},
        alarm_above=0,
    ),
)
