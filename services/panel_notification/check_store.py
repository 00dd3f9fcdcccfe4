"""SQL behind the check of notices: every obligation has one, and every one comes to an end."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.panel_notification.about import About
from services.panel_notification.notice import Notice, plan
from services.panel_notification.notice_store import notices_of
from services.panel_notification.unended import Unended, unended
from services.panel_notification.wanted import Wanted
from shared.messaging.facts import facts_of
from shared.messaging.store import Tx

LONDON = ZoneInfo("Europe/London")


async def groups(tx: Tx) -> list[list[UUID]]:
    """The cases that are known, those of one incident together."""
    rows = await tx.fetch(
        """select array_agg(case_id order by case_id) as cases from notice_case
           group by coalesce(survivor, case_id) order by coalesce(survivor, case_id)"""
    )
    return [list(row["cases"]) for row in rows]


async def without_notice(tx: Tx, group: list[UUID]) -> tuple[Wanted, ...]:
    """What the facts of a group ask for and no notice stands for. Facts are read before notices:
    what comes in between adds notices, so nothing is missed that is not missing."""
    facts = await facts_of(tx, group)
    return plan(facts, await notices_of(tx, group)).add


async def without_end(tx: Tx, group: list[UUID], now: datetime) -> list[Unended]:
    due = {
        row["notice_id"]: row["next_attempt_at"]
        for row in await tx.fetch(
            """select notice_id, next_attempt_at from notice
               where case_id = any($1) and next_attempt_at is not null""",
            group,
        )
    }
    notices = await notices_of(tx, group)
    found = [unended(notice, due.get(notice.notice_id), now) for notice in notices]
    return [each for each in found if each is not None]


async def sent_to(connection: Any, recipient: str, since: date, until: date) -> list[Notice]:
    """What was sent to a recipient from `since` to before `until`, London dates, and not drills.
    Copies of yearly reports are left out: they are on no list of notifications."""
    rows = await connection.fetch(
        """select distinct n.case_id from notice n
           join notice_case c using (case_id)
           join attempt a using (notice_id)
           where n.recipient = $1 and a.outcome = 'accepted' and not c.synthetic
             and (a.started_at at time zone 'Europe/London')::date >= $2
             and (a.started_at at time zone 'Europe/London')::date < $3""",
        recipient,
        since,
        until,
    )
    notices = await notices_of(connection, [row["case_id"] for row in rows])
    return [
        notice
        for notice in notices
        if notice.recipient == recipient
        and notice.about is not About.YEARLY_REPORT
        and (taken := notice.first_accepted)
        and since <= taken.started_at.astimezone(LONDON).date() < until
    ]
