"""The record of an area, as the services would tell it: two yearly reports of Liverpool."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from shared.contracts.area_events import (
    WithdrawnBecause,
    YearlyReportPublished,
    YearlyReportWithdrawn,
)
from shared.contracts.area_record import area_record
from shared.contracts.deadline_events import DeadlineCancelled, DeadlineMet, DeadlineSet, ReviewDue
from shared.contracts.event_codes import Channel, DueKind, Force, RecipientKind
from shared.contracts.intake_events import ObligationOwed
from shared.contracts.panel_events import NoticeDelivered, NoticeSent, NoticeUndeliverable
from tests.services.reporting.sample_events import CALENDAR, LIVERPOOL, Story, an_id, at

RECORD = area_record(LIVERPOOL)
TIMER, PANEL = "rapid_review_timer", "panel_notification"
CENTRE = "what-works-centre"
ADDRESS = "https://partnership.example/yearly-report"
KINDS = {"panel": RecipientKind.PANEL, CENTRE: RecipientKind.WHAT_WORKS_CENTRE}


def on(year: int, month: int, day: int, hour: int = 9) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def copies(cycle: int = 1) -> list[ObligationOwed]:
    return [
        ObligationOwed(
            obligation_id=an_id("copy", cycle, recipient),
            rows=[],
            recipient_kind=kind,
            recipient=recipient,
            area=LIVERPOOL,
            force=Force.SHOULD,
            limit_rule="DL17",
        )
        for recipient, kind in KINDS.items()
    ]


def published(published_on: date, cycle: int = 1, **changes: Any) -> YearlyReportPublished:
    values: dict[str, Any] = {
        "report_id": an_id("yearly report", cycle),
        "area": LIVERPOOL,
        "cycle": cycle,
        "revision": 1,
        "period_from": date(published_on.year - 1, 4, 1),
        "period_to": date(published_on.year, 3, 31),
        "published_on": published_on,
        "address": ADDRESS,
        "recorded_at": datetime(published_on.year, published_on.month, published_on.day, tzinfo=UTC)
        + timedelta(hours=9),
        "obligations": copies(cycle),
    }
    return YearlyReportPublished(**values | changes)


def report_clock(rule: str, started_on: date, due: date, cycle: int = 1) -> dict[str, Any]:
    midnight = datetime(due.year, due.month, due.day, tzinfo=UTC) + timedelta(days=1)
    started = datetime(started_on.year, started_on.month, started_on.day, tzinfo=UTC)
    return {
        "deadline_id": an_id("deadline", RECORD, cycle, rule),
        "subject": str(RECORD),
        "cycle": cycle,
        "rule": rule,
        "rule_version": "1",
        "rule_set": "WT2018.1",
        "force": Force.MUST if rule == "DL16" else Force.SHOULD,
        "calendar_version": CALENDAR,
        "revision": 1,
        "started_at": started,
        "due_date": due,
        "late_from": midnight,
        "caused_by": an_id("published", cycle),
    }


def copy_sent(
    story: Story, recipient: str, when: datetime, cycle: int = 1, *, delivered: bool = True
) -> None:
    row: dict[str, Any] = {
        "notice_id": an_id("copy notice", cycle, recipient),
        "cycle": cycle,
        "notification_number": 1,
        "obligation_id": an_id("copy", cycle, recipient),
        "recipient_kind": KINDS[recipient],
        "recipient": recipient,
        "limit_rule": "DL17",
        "sent_at": when,
        "channel": Channel.SMTP,
        "possible_duplicate": False,
    }
    story.tell(PANEL, NoticeSent(**row), when, case_id=RECORD)
    if delivered:
        accepted = when + timedelta(seconds=2)
        arrived = NoticeDelivered(**row, accepted_at=accepted, reference="VN-1")
        story.tell(PANEL, arrived, accepted, case_id=RECORD)


def copy_refused(story: Story, recipient: str, when: datetime, cycle: int = 1) -> None:
    refused = NoticeUndeliverable(
        notice_id=an_id("copy notice", cycle, recipient),
        cycle=cycle,
        notification_number=1,
        obligation_id=an_id("copy", cycle, recipient),
        recipient_kind=KINDS[recipient],
        recipient=recipient,
        channel=Channel.SMTP,
        refused_at=when,
        reason="mailbox_unknown",
    )
    story.tell(PANEL, refused, when, case_id=RECORD)


def first_report(story: Story) -> None:
    """Published on 3 June 2019; the Panel has its copy, the centre's was not sent."""
    day = date(2019, 6, 3)
    story.tell(TIMER, published(day), at(3, 9), case_id=RECORD)
    for rule, due in {"DL16": date(2020, 6, 3), "DL17": date(2019, 6, 10)}.items():
        story.tell(TIMER, DeadlineSet(**report_clock(rule, day, due)), at(3), case_id=RECORD)
    copy_sent(story, "panel", at(4, 10))
    late = report_clock("DL17", day, date(2019, 6, 10))
    overdue = ReviewDue(
        deadline_id=late["deadline_id"],
        rule="DL17",
        cycle=1,
        force=Force.SHOULD,
        revision=1,
        kind=DueKind.OVERDUE,
        due_date=late["due_date"],
        due_at=late["late_from"],
        fired_at=late["late_from"],
        fired_late_by=0,
    )
    story.tell(TIMER, overdue, late["late_from"], case_id=RECORD)


def liverpools_record() -> Story:
    """The first report a year ago, with a copy that is overdue; nothing else."""
    story = Story()
    first_report(story)
    return story


def then_the_next(story: Story, *, refused: str | None = None) -> None:
    """The centre receives its copy late; the report of 2020 comes in time and is withdrawn.
    `refused`: to whom no copy of that could be delivered."""
    copy_sent(story, CENTRE, at(12, 10))
    first = date(2019, 6, 3)
    late = report_clock("DL17", first, date(2019, 6, 10))
    late |= {"met_at": at(12, 10), "met_by": an_id("sent"), "on_time": False}
    story.tell(TIMER, DeadlineMet(**late, working_days_late=2), at(12, 10), case_id=RECORD)
    day = date(2020, 5, 29)
    story.tell(TIMER, published(day, 2), on(2020, 5, 29), case_id=RECORD)
    next_one = report_clock("DL16", first, date(2020, 6, 3))
    next_one |= {"met_at": on(2020, 5, 29), "met_by": an_id("published", 2), "on_time": True}
    met = DeadlineMet(**next_one, working_days_late=0)
    story.tell(TIMER, met, on(2020, 5, 29), case_id=RECORD)
    if refused:
        copy_refused(story, refused, on(2020, 5, 29, 10), 2)
    withdrawn = YearlyReportWithdrawn(
        report_id=an_id("yearly report", 2),
        area=LIVERPOOL,
        cycle=2,
        revision=2,
        reason=WithdrawnBecause.RECORDED_IN_ERROR,
        withdrawn_at=on(2020, 6, 1),
    )
    for rule, due in {"DL16": date(2021, 5, 29), "DL17": date(2020, 6, 5)}.items():
        second = report_clock(rule, day, due, 2)
        story.tell(TIMER, DeadlineSet(**second), on(2020, 5, 29), case_id=RECORD)
    story.tell(TIMER, withdrawn, on(2020, 6, 1), case_id=RECORD)
    for rule, due in {"DL16": date(2021, 5, 29), "DL17": date(2020, 6, 5)}.items():
        ended = report_clock(rule, day, due, 2) | {"revision": 2, "reason": "withdrawn"}
        story.tell(TIMER, DeadlineCancelled(**ended), on(2020, 6, 1), case_id=RECORD)
