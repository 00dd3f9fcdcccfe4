"""Intake accepts a report, beside the bare transaction with the same writes."""

from itertools import count
from uuid import uuid4

from services.intake.desk import Desk
from services.intake.receive_report import cause_of
from tests.benchmarks.bare_writes import play, record, with_new_ids
from tests.benchmarks.measuring import Line, in_turns, rate
from tests.benchmarks.world import ORGANISATION, SYSTEM, accept_in, accept_one, another_child

ROUNDS, REPORTS = 5, 200


async def measure(desk: Desk, at_once: int, numbers: "count[int]") -> Line:
    sender_id = uuid4()
    cause = cause_of(ORGANISATION, sender_id)
    async with desk.store.transaction(cause, f"system:{SYSTEM}") as tx:
        recording = record(tx)
        await accept_in(desk, tx, another_child(next(numbers)), sender_id)
    ours, bare = [], []
    for _ in range(ROUNDS):
        contents = [another_child(next(numbers)) for _ in range(REPORTS)]
        writes = [with_new_ids(recording.writes) for _ in range(REPORTS)]
        ours.append(await rate(lambda content: accept_one(desk, content), contents, at_once))
        bare.append(await rate(lambda each: play(desk.store.pool, each), writes, at_once))
    what = f"Report accepted ({len(recording.writes)} writes), {at_once} at once"
    return in_turns(what, "/s", ours, bare)
