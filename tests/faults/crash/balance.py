"""Whether the books balance once all is quiet: nothing lost, twice or out of order."""

from collections import Counter
from dataclasses import dataclass, field

from shared.contracts.catalogue import EVENT_TYPES, FOLLOWS, SERVICES
from tests.faults.crash.counted_twice import TWICE
from tests.faults.crash.four_services import FourServices
from tests.faults.crash.work import Work
from tests.support.waiting import eventually

INSIDE = "select event_id, topic, kafka_partition, kafka_offset from outbox"
WAITS = """
select (select count(*) from outbox where published_at is null)
     + (select count(*) from parked)
     + (select count(*) from quarantine where status = 'open')
"""
WAITS_TOO = {
    "rapid_review_timer": "select count(*) from deadline where next_at <= clock_timestamp()",
    "panel_notification": "select count(*) from notice where state in ('pending', 'sending')",
}


@dataclass
class Balance:
    """Each row says what is wrong and names one of which it is true."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return not (self.lost or self.twice or self.out_of_order)


async def quiet(four: FourServices, within: float = 90.0) -> None:
    """All have their partitions, nothing waits anywhere, and each follower has read everything."""

    async def nothing_waits() -> bool:
        for service in SERVICES:
            if await four.value(service, WAITS):
                return False
            if service in WAITS_TOO and await four.value(service, WAITS_TOO[service]):
                return False
        return not any([missing async for missing in _unread(four)])

    async def all_ready() -> bool:
        return all([await service.is_ready() for service in four.running.values()])

    for _ in range(2):
        await eventually(nothing_waits, "nothing waits in any store", within=within)
        await eventually(all_ready, "all four services are ready", within=within)


async def _unread(four: FourServices):  # type: ignore[no-untyped-def]
    for service in SERVICES:
        for source in FOLLOWS[service]:
            said = await four.rows(source, f"{INSIDE} where sequence is not null")
            read = await four.rows(
                service, "select event_id from inbox where source = $1", f"/vigil/{source}"
            )
            missing = {row["event_id"] for row in said} - {row["event_id"] for row in read}
            for event_id in missing:
                yield f"{service} has not applied {event_id} of {source}"


async def balance(four: FourServices, work: Work) -> Balance:
    """Call it when all is quiet."""
    found = Balance()
    await four.topics.read()
    found.lost += [missing async for missing in _unread(four)]
    for service in SERVICES:
        await _published(four, service, found)
        await _numbers(four, service, found)
        await _effects(four, service, found)
        for what, sql in TWICE[service].items():
            found.twice += [f"{what}: {row[0]}" for row in await four.rows(service, sql)]
    await _reports(four, work, found)
    await _notices(four, work, found)
    found.twice += [
        f"copies of {event_id} differ"
        for event_id, contents in four.topics.contents.items()
        if len(contents) > 1
    ]
    found.out_of_order += four.topics.out_of_order
    return found


async def _published(four: FourServices, service: str, found: Balance) -> None:
    rows = await four.rows(service, INSIDE)
    for row in rows:
        at = (row["topic"], row["kafka_partition"], row["kafka_offset"])
        if four.topics.ids.get(at) != str(row["event_id"]):
            found.lost.append(f"{service}: {row['event_id']} does not stand where it was marked")
    known = {str(row["event_id"]) for row in rows}
    told = {
        event_id
        for (topic, _, _), event_id in four.topics.ids.items()
        if four.topics.producers[topic] == service
    }
    found.twice += [f"{service}: {event_id} is in no outbox" for event_id in told - known]


async def _numbers(four: FourServices, service: str, found: Balance) -> None:
    gaps = await four.rows(
        service,
        """select source || ' ' || stream from inbox group by source, stream
           having count(*) <> max(sequence) or min(sequence) <> 1
           union all
           select 'outbox ' || stream from outbox where sequence is not null group by stream
           having count(*) <> max(sequence) or min(sequence) <> 1""",
    )
    found.out_of_order += [f"{service}: numbers of {row[0]}" for row in gaps]


async def _effects(four: FourServices, service: str, found: Balance) -> None:
    """One fact for each applied event of a type that the service acts on, and no other."""
    acted_on = [event.type for event in EVENT_TYPES if service in event.acted_on_by]
    applied = {
        row["event_id"]
        for row in await four.rows(
            service, "select event_id from inbox where type = any($1)", acted_on
        )
    }
    facts = Counter(
        row["event_id"] for row in await four.rows(service, "select event_id from fact")
    )
    found.lost += [f"{service}: {event_id} left no fact" for event_id in applied - facts.keys()]
    found.twice += [
        f"{service}: {event_id} has {times} facts"
        for event_id, times in facts.items()
        if times > 1 or event_id not in applied
    ]


async def _reports(four: FourServices, work: Work, found: Balance) -> None:
    kept = {
        row["sender_report_id"]
        for row in await four.rows("intake", "select sender_report_id from report")
    }
    promised = work.accepted | work.on_the_bus
    found.lost += [f"the report {one} is not there" for one in promised - kept]
    found.twice += [f"the report {one} came from nowhere" for one in kept - promised]
    answers = await four.value(
        "intake", "select count(*) from outbox where type = 'uk.vigil.report.acknowledged.v1'"
    )
    if answers != len(work.on_the_bus):
        (found.lost if answers < len(work.on_the_bus) else found.twice).append(
            f"{answers} answers to {len(work.on_the_bus)} reports on the bus"
        )
    done = {
        row["idempotency_key"]
        for row in await four.rows("intake", "select idempotency_key from answered_command")
    }
    found.lost += [f"the command {key} is not there" for key in work.commands - done]


async def _notices(four: FourServices, work: Work, found: Balance) -> None:
    """Accepted means that the mail server has it, once; unknown says that it may have it."""
    mailed = work.mailed()
    found.twice += [f"notice {key} was mailed {n} times" for key, n in mailed.items() if n > 1]
    for row in await four.rows(
        "panel_notification",
        """select n.notice_id::text as id, n.state, count(r.notice_id) as confirmed
           from notice n left join receipt r using (notice_id) group by 1, 2""",
    ):
        if row["state"] == "accepted" and not mailed[row["id"]]:
            found.lost.append(f"notice {row['id']} was never mailed")
        if row["state"] not in ("accepted", "outcome_unknown", "cancelled"):
            found.lost.append(f"notice {row['id']} is {row['state']}")
