"""What the senders and recipients of a run know, compared with the stores and topics when quiet.

Each check gives what breaks it: an empty list is a pass. Whether the books balance among themselves
is for `verify` to say; this asks those outside.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from deploy.local.layout import SERVICES
from tests.soak.load import Load
from tests.soak.mail import Mailboxes
from tests.soak.scene import Scene
from tests.soak.topics import OnTopics, read_topics

FIRST_SHOWN = 5
ANSWER_SECONDS = 120.0


@dataclass(frozen=True)
class Stand:
    """Everything that is looked at, after the end."""

    load: Load
    mailboxes: Mailboxes
    topics: OnTopics
    stores: Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """`lost` and `doubled` are numbers of reports and effects; `broken` says which, by check."""

    broken: Mapping[str, list[str]]
    topics: OnTopics
    unknown: int
    cases: int

    @property
    def lost(self) -> int:
        return sum(len(self.broken[name]) for name in LOST)

    @property
    def doubled(self) -> int:
        return sum(len(self.broken[name]) for name in DOUBLED)

    def lines(self) -> list[str]:
        return [
            f"{'FAIL' if bad else 'pass'} {name}"
            + (f": {len(bad)}, first {', '.join(bad[:FIRST_SHOWN])}" if bad else "")
            for name, bad in self.broken.items()
        ]


async def check(scene: Scene) -> Found:
    """Runs every check. The scene must be quiet."""
    world, load, mailboxes = scene.world, scene.load, scene.mailboxes
    stores: dict[str, Any] = {}
    try:
        for service in SERVICES:
            stores[service] = await world.connect(service, answer_seconds=ANSWER_SECONDS)
        stand = Stand(load, mailboxes, await read_topics(world), stores)
        broken = {name: await ask(stand) for name, ask in CHECKS.items()}
        return Found(
            broken=broken,
            topics=stand.topics,
            unknown=await stores["panel_notification"].fetchval(
                "select count(*) from notice where state = 'outcome_unknown'"
            ),
            cases=await stores["intake"].fetchval("select count(*) from incident_case"),
        )
    finally:
        for connection in stores.values():
            connection.terminate()


async def _acknowledged(stand: Stand) -> list[str]:
    rows = await stand.stores["intake"].fetch(
        "select organisation, sender_report_id, receipt_id, content_sha256 from report"
    )
    kept = {
        (row["organisation"], str(row["sender_report_id"])): (
            str(row["receipt_id"]),
            row["content_sha256"],
        )
        for row in rows
    }
    return [
        id_
        for (organisation, id_), answers in stand.load.ledger.answers.items()
        if answers.receipts and answers.receipts != {kept.get((organisation, id_))}
    ]


async def _not_refused_without_trace(stand: Stand) -> list[str]:
    """Whatever was refused is kept for a person: at least one row for each id refused."""
    refused = sum(bool(one.refusals) for one in stand.load.ledger.answers.values())
    kept = await stand.stores["intake"].fetchval(
        "select count(*) from quarantine where kind = 'unplaced'"
    )
    return [] if kept >= refused else [f"{refused} refused, {kept} kept"]


async def _unanswered(stand: Stand) -> list[str]:
    counts = stand.load.ledger.counts
    return [
        f"{counts[what]} {what}"
        for what in ("unanswered", "command unanswered", "stray")
        if counts[what]
    ]


async def _unexpected(stand: Stand) -> list[str]:
    trouble = stand.load.signed.trouble
    failures = [f"{trouble['500']} answers 500"] if trouble.get("500") else []
    refused = [f"receipt {code}" for code in stand.mailboxes.refused]
    return [*stand.load.unexpected, *stand.load.authority.refused, *failures, *refused]


async def _cases_of_reports(stand: Stand) -> list[str]:
    rows = await stand.stores["intake"].fetch(
        """select c.case_id::text as id from incident_case c
           left join report r using (case_id) group by 1 having count(r.report_id) <> 1"""
    )
    return [row["id"] for row in rows]


async def _applied(stand: Stand) -> list[str]:
    """What a follower has applied of a source is all that the source has numbered."""
    bad: list[str] = []
    told: dict[str, set[Any]] = {}
    for service, store in stand.stores.items():
        rows = await store.fetch("select event_id from outbox where sequence is not null")
        told[service] = {row["event_id"] for row in rows}
    for service, store in stand.stores.items():
        rows = await store.fetch("select source, event_id from inbox")
        sources = {row["source"] for row in rows}
        for source in sources:
            applied = {row["event_id"] for row in rows if row["source"] == source}
            published = told[source.rpartition("/")[2]]
            bad += [f"{service} lacks {one}" for one in published - applied]
            bad += [f"{service} made up {one}" for one in applied - published]
    return bad


async def _stopped(stand: Stand) -> list[str]:
    return await _in_each(
        stand, "select reason || ' ' || event_id as id from quarantine where kind <> 'unplaced'"
    )


async def _on_topics(stand: Stand) -> list[str]:
    written: set[str] = set()
    for store in stand.stores.values():
        rows = await store.fetch("select event_id::text as id from outbox")
        written |= {row["id"] for row in rows}
    seen = set(stand.topics.times)
    return [
        *(f"not on a topic {one}" for one in written - seen),
        *(f"from nowhere {one}" for one in seen - written),
        *(f"two values {one}" for one in stand.topics.differing),
    ]


async def _effects_once(stand: Stand) -> list[str]:
    """A deadline is set once, a firing is heard once, a notification is complete once."""
    timer, panel = stand.stores["rapid_review_timer"], stand.stores["panel_notification"]
    bad = []
    for store, what, key in (
        (timer, "deadline.set", "concat_ws('|', body ->> 'deadline_id', body ->> 'revision')"),
        (
            timer,
            "review.due",
            "concat_ws('|', body ->> 'deadline_id', body ->> 'revision', body ->> 'kind')",
        ),
        (
            panel,
            "incident.notified",
            "concat_ws('|', stream, body ->> 'cycle', body ->> 'notification_number')",
        ),
    ):
        rows = await store.fetch(
            f"""select {key} as id from (
                    select stream, convert_from(payload, 'UTF8')::jsonb as body
                    from outbox where topic = $1) told
                group by 1 having count(*) > 1""",  # noqa: S608 (the keys are above)
            what,
        )
        bad += [f"{what} {row['id']}" for row in rows]
    return bad


async def _mail(stand: Stand) -> list[str]:
    """A notice is accepted by a mail server once; whatever the store says was sent is there."""
    rows = await stand.stores["panel_notification"].fetch(
        "select notice_id, state from notice where attempts > 0"
    )
    states = {row["notice_id"]: row["state"] for row in rows}
    accepted = stand.mailboxes.accepted
    return [
        *(f"{one} {times} times" for one, times in accepted.items() if times > 1),
        *(f"{one} from nowhere" for one in accepted if one not in states),
        *(
            f"{one} never sent"
            for one, state in states.items()
            if state == "accepted" and not accepted[one]
        ),
    ]


async def _in_each(stand: Stand, sql: str) -> list[str]:
    return [
        f"{service} {row['id']}"
        for service, store in stand.stores.items()
        for row in await store.fetch(sql)
    ]


CHECKS: Mapping[str, Callable[[Stand], Awaitable[list[str]]]] = {
    "every acknowledged report has its one receipt": _acknowledged,
    "every report was answered": _unanswered,
    "nobody was answered what nobody expects": _unexpected,
    "what was refused is kept for a person": _not_refused_without_trace,
    "every report has one case, and every case one report": _cases_of_reports,
    "every follower applied all of its sources": _applied,
    "no stream is held": _stopped,
    "topics hold the outboxes and nothing else": _on_topics,
    "effects are there once": _effects_once,
    "every notice is mailed at most once": _mail,
}
LOST = (
    "every acknowledged report has its one receipt",
    "every follower applied all of its sources",
)
DOUBLED = ("effects are there once", "every notice is mailed at most once")
