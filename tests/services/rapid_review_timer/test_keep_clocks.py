import asyncio
import random
from datetime import date

import asyncpg
import pytest

from services.rapid_review_timer.deadline import deadline_id_of
from shared.contracts.deadline_events import DeadlineCancelled, DeadlineMet, DeadlineMoved
from shared.contracts.event_codes import Decision
from shared.messaging.facts import Fact
from shared.messaging.order import CannotBeApplied
from tests.services.rapid_review_timer.case_told import POLICE, WIRRAL, CaseTold, at
from tests.services.rapid_review_timer.conftest import NewTimer, Timer, kinds_of
from tests.services.rapid_review_timer.sample_cases import AWARE, notifiable, whole_story


async def test_a_case_from_report_to_rapid_review(timer: Timer, case: CaseTold) -> None:
    notifiable(case)
    case.notified(at("2019-06-11", "15:00"))
    await timer.hears(*case.facts)
    found = {rule: (row[0], row[2]) for (_, rule), row in (await timer.states()).items()}
    assert found == {
        "TRIAGE": ("met", date(2019, 6, 6)),
        "DL01": ("met", date(2019, 6, 12)),
        "DL02": ("running", date(2019, 6, 12)),
        "DL06": ("running", date(2019, 6, 18)),
        "DL07": ("running", date(2019, 7, 2)),
    }
    assert kinds_of(await timer.said()) == [
        "DeadlineSet",  # TRIAGE
        "DeadlineSet",  # DL01
        "DeadlineSet",  # DL02
        "DeadlineMet",  # TRIAGE
        "DeadlineMet",  # DL01
        "DeadlineSet",  # DL06
        "DeadlineSet",  # DL07
        "ReviewOpened",
    ]


async def test_the_same_facts_again_change_and_say_nothing(timer: Timer, case: CaseTold) -> None:
    notifiable(case)
    case.notified(at("2019-06-11", "15:00"))
    await timer.hears(*case.facts)
    before, said = await timer.states(), await timer.said()
    await timer.hears(*case.facts)
    assert await timer.states() == before
    assert await timer.said() == said
    assert not await timer.rows("select 1 from deadline_revision")


async def test_p10_a_correction_moves_the_deadline_and_keeps_the_old_revision(
    timer: Timer, case: CaseTold
) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.assessed(at("2019-06-06"), at("2019-06-03"))
    await timer.hears(*case.facts)
    notify = deadline_id_of(case.case_id, 1, "DL01")
    (old,) = await timer.rows("select * from deadline_revision where deadline_id = $1", notify)
    (new,) = await timer.rows("select * from deadline where deadline_id = $1", notify)
    assert (old["revision"], old["due_date"]) == (1, date(2019, 6, 12))
    assert (new["revision"], new["due_date"]) == (2, date(2019, 6, 10))
    moved = [said for said in await timer.said() if isinstance(said, DeadlineMoved)]
    first = next(said for said in moved if said.rule == "DL01")
    assert (first.previous_due_date, first.reason) == (date(2019, 6, 12), "start_corrected")


async def test_a_correction_judges_a_met_deadline_anew(timer: Timer, case: CaseTold) -> None:
    notifiable(case)
    case.notified(at("2019-06-12"))
    case.assessed(at("2019-06-13"), at("2019-06-03"))
    await timer.hears(*case.facts)
    judged = [
        (said.revision, said.on_time)
        for said in await timer.said()
        if isinstance(said, DeadlineMet) and said.rule == "DL01"
    ]
    assert judged == [(1, True), (2, False)]


async def test_a_cancelled_clock_that_is_owed_after_all_is_set_again(
    timer: Timer, case: CaseTold
) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    case.decided(at("2019-06-06"), Decision.NOT_NOTIFIABLE, ())
    case.decided(at("2019-06-07"), clock_start=AWARE)
    await timer.hears(*case.facts)
    (notify,) = await timer.rows("select * from deadline where rule = 'DL01'")
    assert (notify["state"], notify["revision"]) == ("running", 2)
    assert notify["next_kind"] == "due_soon"


async def test_every_change_leaves_an_audit_row(timer: Timer, case: CaseTold) -> None:
    notifiable(case)
    case.notified(at("2019-06-11"))
    await timer.hears(*case.facts)
    said = await timer.rows("select event_id from outbox")
    audited = await timer.rows(
        "select cause from audit where action like 'deadline.%' or action like 'review.%'"
    )
    assert len(audited) == len(said)
    assert {row["cause"] for row in audited} <= {fact.event_id for fact in case.facts}


async def test_a_linked_case_gives_its_clocks_and_its_notices_to_the_survivor(
    timer: Timer,
) -> None:
    loser, survivor = whole_story()
    await timer.hears(*survivor.facts, *loser.facts)
    states = await timer.states()
    lost = [row for (case, _), row in states.items() if case == loser.case_id]
    assert {row[0] for row in lost} == {"cancelled"}
    assert states[survivor.case_id, "DL01"][0] == "met"
    assert states[survivor.case_id, "DL07"][1] == at("2019-06-11")
    said = [each for each in await timer.said() if isinstance(each, DeadlineCancelled)]
    last = {each.deadline_id: each.reason for each in said}
    assert set(last.values()) == {"linked"}


def interleaved(chance: random.Random, told: tuple[CaseTold, ...]) -> list[Fact]:
    """Every stream of every source in its own order, and nothing else in any."""
    streams = [
        list(facts)
        for case in told
        for source in ("intake", "panel_notification")
        if (facts := case.told(source))
    ]
    arrived = []
    while streams:
        stream = chance.choice(streams)
        arrived.append(stream.pop(0))
        if chance.random() < 0.2:
            arrived.append(chance.choice(arrived))
        streams = [left for left in streams if left]
    return arrived


async def test_what_is_stored_does_not_depend_on_which_source_runs_ahead(
    new_timer: NewTimer,
) -> None:
    story = whole_story()
    first = await new_timer()
    await first.hears(*story[0].facts, *story[1].facts)
    expected = await first.states()
    for seed in range(4):
        timer = await new_timer()
        await timer.hears(*interleaved(random.Random(seed), story))
        assert await timer.states() == expected, f"seed {seed}"


async def test_streams_applied_at_the_same_moment_end_as_one_after_the_other(
    new_timer: NewTimer,
) -> None:
    loser, survivor = whole_story()
    other = CaseTold()
    other.reported(AWARE)
    other.assessed(AWARE, AWARE)
    other.linked(at("2019-06-12"), survivor.case_id)
    other.notified(at("2019-06-10"))
    told = (loser, survivor, other)
    streams = [case.told(source) for case in told for source in ("intake", "panel_notification")]
    one, together = await new_timer(), await new_timer()
    for stream in streams:
        await one.hears(*stream)
    await asyncio.gather(*(together.hears(*stream) for stream in streams))
    assert await together.states() == await one.states()


async def test_a_notification_heard_before_its_report_meets_the_clock_when_it_starts(
    timer: Timer, case: CaseTold
) -> None:
    notifiable(case)
    case.notified(at("2019-06-11"))
    await timer.hears(*case.told("panel_notification"), *case.told("intake"))
    states = await timer.states()
    assert states[case.case_id, "DL01"][0] == "met"
    assert states[case.case_id, "DL07"][0] == "running"


async def test_what_cannot_be_counted_is_refused_with_a_code_and_leaves_nothing(
    timer: Timer, case: CaseTold
) -> None:
    case.reported(at("2028-12-29"))
    with pytest.raises(CannotBeApplied) as refused:
        await timer.hears(*case.facts)
    assert refused.value.reason == "CALENDAR_OUT_OF_RANGE"
    assert not await timer.rows("select 1 from fact union all select 1 from deadline")


async def test_a_missing_receipt_is_noted_without_an_event(timer: Timer, case: CaseTold) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE, other_areas=(WIRRAL,))
    case.decided(at("2019-06-10"), owed=(POLICE,), clock_start=AWARE)
    await timer.hears(*case.facts)
    said = await timer.said()
    await timer.hears(case.sent(at("2019-06-11"), POLICE))
    (told,) = await timer.rows("select awaits_receipt, revision from deadline where rule = 'DL02'")
    assert tuple(told) == (True, 1)
    assert await timer.said() == said


@pytest.mark.parametrize(
    "impossible",
    [
        "update deadline set state = 'met' where rule = 'DL01'",
        "update deadline set state = 'cancelled', next_at = null where rule = 'DL01'",
        "update deadline set next_at = null where rule = 'DL01'",
        "update deadline set on_time = true where rule = 'DL01'",
        "update deadline set due_soon_on = due_date where rule = 'DL01'",
        "update case_state set survivor = case_id",
    ],
)
async def test_the_store_refuses_an_impossible_deadline(
    timer: Timer, case: CaseTold, impossible: str
) -> None:
    case.reported(AWARE)
    case.assessed(AWARE, AWARE)
    await timer.hears(*case.facts)
    with pytest.raises(asyncpg.CheckViolationError):
        await timer.rows(impossible)


@pytest.mark.parametrize("table", ["deadline", "deadline_revision", "firing", "case_state"])
async def test_the_running_service_cannot_remove_what_was_written(timer: Timer, table: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await timer.rows(f"delete from {table}")  # noqa: S608 - a name of ours
