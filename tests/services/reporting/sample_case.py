"""One whole invented case, with another that was merged into it."""

from datetime import date

from shared.contracts.deadline_events import (
    DeadlineCancelled,
    DeadlineMet,
    DeadlineMoved,
    DeadlineSet,
    ReviewDue,
)
from shared.contracts.event_codes import (
    Channel,
    DueKind,
    Force,
    NotificationKind,
    Stage,
)
from shared.contracts.intake_events import (
    IncidentLinked,
)
from shared.contracts.messaging_events import CaseHeld
from shared.contracts.panel_events import (
    IncidentNotified,
    NoticeUndeliverable,
)
from tests.services.reporting.sample_events import (
    CASE,
    MERGED,
    Story,
    an_id,
    assessed,
    at,
    clock,
    decided,
    notice,
    reported,
    sent,
    stage,
)


def notified_case() -> Story:
    """Reported by police, merged with what a trust reported, notified in time; one notice could
    not be delivered, one body is still to be told, the rapid review runs, one event is held."""
    story = Story()
    timer, panel = "rapid_review_timer", "panel_notification"
    story.tell("intake", reported("police-merseyside", "police-records", "police", at(5)), at(5))
    stage(story, Stage.TRIAGE, at(5))
    story.tell("intake", assessed(None), at(5))
    triage = clock("TRIAGE", at(5), date(2019, 6, 6))
    story.tell(timer, DeadlineSet(**triage), at(5))
    story.tell("intake", assessed(at(5, 11)), at(5, 11))
    story.tell(
        timer,
        DeadlineMet(
            **triage, met_at=at(5, 11), met_by=an_id("met"), on_time=True, working_days_late=0
        ),
        at(5, 11),
    )
    other_report = reported("trust-northbank", "health-incidents", "health_provider", at(5, 14))
    story.tell("intake", other_report, at(5, 14), case_id=MERGED)
    stage(story, Stage.TRIAGE, at(5, 14), case_id=MERGED)
    other_triage = clock("TRIAGE", at(5, 14), date(2019, 6, 6), case_id=MERGED)
    story.tell(timer, DeadlineSet(**other_triage), at(5, 14), case_id=MERGED)
    linked = IncidentLinked(survivor=CASE, reason="same_incident")
    story.tell("intake", linked, at(6, 8, 30), case_id=MERGED)
    story.tell(timer, DeadlineCancelled(**other_triage, reason="linked"), at(6, 8), case_id=MERGED)
    story.tell("intake", assessed(at(5, 11), reports=2), at(6, 8, 30))
    rules = {"DL01": date(2019, 6, 12), "DL02": date(2019, 6, 12), "DL03": date(2019, 6, 12)}
    limits = {rule: clock(rule, at(5, 11), due) for rule, due in rules.items()}
    for limit in limits.values():
        story.tell(timer, DeadlineSet(**limit), at(5, 11))
    due_soon = ReviewDue(
        deadline_id=limits["DL01"]["deadline_id"],
        rule="DL01",
        cycle=1,
        force=Force.SHOULD,
        revision=1,
        kind=DueKind.DUE_SOON,
        due_date=date(2019, 6, 12),
        due_at=at(10, 7),
        fired_at=at(10, 7),
        fired_late_by=0,
    )
    story.tell(timer, due_soon, at(10, 7))
    story.tell("intake", decided(at(10, 10)), at(10, 10))
    stage(story, Stage.NOTIFIABLE, at(10, 10))
    for minute, organisation in enumerate(("panel", "dfe", "ofsted", "police-merseyside"), 1):
        sent(story, organisation, at(10, 10, minute))
    refused = notice("icb-QYG", at(10, 10, 6))
    del refused["sent_at"], refused["possible_duplicate"], refused["limit_rule"]
    story.tell(
        panel,
        NoticeUndeliverable(**refused, refused_at=at(10, 10, 6), reason="mailbox_unknown"),
        at(10, 10, 6),
    )
    notified = IncidentNotified(
        cycle=1,
        kind=NotificationKind.PANEL,
        notification_number=1,
        obligation_ids=[an_id("obligation", CASE, "panel")],
        sent_at=at(10, 10, 1),
        receipt_at=at(10, 15),
        channel=Channel.SMTP,
        possible_duplicate=False,
    )
    receipt = story.tell(panel, notified, at(10, 15))
    stage(story, Stage.NOTIFIED, at(10, 15))
    met = DeadlineMet(
        **limits["DL01"], met_at=at(10, 10, 1), met_by=receipt, on_time=True, working_days_late=0
    )
    story.tell(timer, met, at(10, 10, 1), recorded=at(10, 15))
    review = clock("DL07", at(10, 10, 1), date(2019, 7, 1)) | {
        "alternatives": {"AWARE": date(2019, 6, 26)}
    }
    story.tell(timer, DeadlineSet(**review), at(10, 10, 1), recorded=at(10, 15))
    moved = review | {"due_date": date(2019, 7, 2), "revision": 2, "late_from": at(2, 23, month=7)}
    moved["previous_due_date"] = date(2019, 7, 1)
    story.tell(timer, DeadlineMoved(**moved, reason="calendar_revised"), at(11, 8))
    held = CaseHeld(source="intake", quarantine_id=an_id("held"), reason="data_not_of_schema")
    story.tell(timer, held, at(12, 8), topic=f"{timer}.case.held")
    return story
