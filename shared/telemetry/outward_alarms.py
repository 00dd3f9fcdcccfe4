"""The part of the table of alarms that is about others: whom we tell, and who tells us."""

from shared.telemetry.alarm import Alarm

OUTWARD_ALARMS: tuple[Alarm, ...] = (
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
    Alarm(
        "canary_missing",
        "vigil_canary_overdue_seconds",
        above=0,
        for_seconds=60,
        severity="page",
        happened="No synthetic case was confirmed by its region for over an hour: something between"
        " the front door and the region does not work.",
        do="Run `make canary`, which says how far one gets now.",
        runbook="canary",
    ),
    Alarm(
        "sharing_review_due",
        "vigil_sharing_reviews_due",
        above=0,
        for_seconds=0,
        severity="ticket",
        happened="The review date of a decision to share, or not to share, has come.",
        do="Find whose it is and have it decided anew; until then it goes on to hold.",
        runbook="sharing",
    ),
    Alarm(
        "region_not_told",
        "vigil_region_waits",
        above=0,
        for_seconds=60,
        severity="ticket",
        happened="A region is not told, because a decision to share is missing, expired or says"
        " no.",
        do="See which with `regions held`, and ask the authority named to decide.",
        runbook="region",
    ),
    Alarm(
        "arrival_waits",
        "vigil_arrivals_oldest_seconds",
        above=300,
        for_seconds=0,
        severity="page",
        happened="A reply of the Panel or a summary of an agency was not judged for five minutes.",
        do="See which with `arrivals list`, and whether intake gives its content.",
        runbook="arrivals",
    ),
    Alarm(
        "delivery_unknown",
        "vigil_deliveries_unknown",
        above=0,
        for_seconds=0,
        severity="ticket",
        happened="Within a day a system confirmed an event that it was never told.",
        do="See which with `deliveries unknown`, and ask who runs that system.",
        runbook="deliveries",
    ),
)
