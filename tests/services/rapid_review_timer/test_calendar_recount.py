"""A newer version of the bank holidays moves what is open: once, told, whatever comes between."""

from datetime import date

from shared.contracts.event_codes import DueKind
from tests.services.rapid_review_timer.calendar_comes import (
    comes,
    due,
    fired,
    moves,
    recount,
    sweep,
    told,
)
from tests.services.rapid_review_timer.case_told import at
from tests.services.rapid_review_timer.conftest import Timer
from tests.services.rapid_review_timer.sample_calendars import (
    MOVED_BACK,
    WITH_A_HOLIDAY,
    WITHOUT_EASTER,
)
from tests.services.rapid_review_timer.sample_cases import AWARE


async def test_r11_a_bank_holiday_announced_late_moves_open_deadlines_only(timer: Timer) -> None:
    open_one, met = await told(timer), await told(timer)
    met.decided(at("2019-06-06"), clock_start=AWARE)
    met.notified(at("2019-06-07"))
    await timer.hears(*met.facts[2:])
    await comes(timer, WITH_A_HOLIDAY)
    await recount(timer)
    assert await due(timer, open_one) == (date(2019, 6, 13), 2, WITH_A_HOLIDAY.version)
    assert (await due(timer, met))[:2] == (date(2019, 6, 12), 1)


async def test_r11_a_move_is_told_once_with_both_dates_and_why(timer: Timer) -> None:
    await told(timer)
    await comes(timer, WITH_A_HOLIDAY)
    assert await recount(timer) == 1
    assert await recount(timer) == 0
    found = {move.rule: move for move in await moves(timer)}
    assert sorted(found) == ["DL01", "DL02"]
    notify = found["DL01"]
    assert (notify.previous_due_date, notify.due_date) == (date(2019, 6, 12), date(2019, 6, 13))
    assert (notify.reason, notify.revision) == ("calendar_revised", 2)
    assert len(await moves(timer)) == len(found)


async def test_the_move_is_in_the_case_stream_and_its_trace_with_an_audit_row(
    timer: Timer,
) -> None:
    case = await told(timer)
    await comes(timer, WITH_A_HOLIDAY)
    await recount(timer)
    rows = await timer.rows(
        """select stream, headers ->> 'traceparent' as trace from outbox
           where type like '%deadline.moved%'"""
    )
    assert {row["stream"] for row in rows} == {f"case/{case.case_id}"}
    assert all(case.case_id.hex in row["trace"] for row in rows)
    audited = await timer.rows("select codes from audit where action = 'deadline.moved'")
    assert {row["codes"]["calendar"] for row in audited} == {WITH_A_HOLIDAY.version}
    assert await timer.rows("select 1 from deadline_revision where revision = 1")


async def test_the_earlier_revision_keeps_the_day_it_had(timer: Timer) -> None:
    await told(timer)
    await comes(timer, WITH_A_HOLIDAY)
    await recount(timer)
    earlier = await timer.rows("select rule, due_date from deadline_revision order by rule")
    assert [tuple(row) for row in earlier] == [
        ("DL01", date(2019, 6, 12)),
        ("DL02", date(2019, 6, 12)),
    ]


async def test_what_was_told_to_be_overdue_never_moves(timer: Timer) -> None:
    case = await told(timer)
    timer.clock.instant = at("2019-06-13", "00:00")
    await sweep(timer)
    await comes(timer, WITH_A_HOLIDAY)
    await recount(timer)
    assert not await moves(timer)
    assert (await due(timer, case))[0] == date(2019, 6, 12)


async def test_a_warning_that_was_given_is_given_again_for_the_new_day(timer: Timer) -> None:
    case = await told(timer)
    timer.clock.instant = at("2019-06-10", "08:00")
    await sweep(timer)
    await comes(timer, WITH_A_HOLIDAY)
    await recount(timer)
    timer.clock.instant = at("2019-06-14")
    await sweep(timer)
    heard = [(each.kind, each.revision, each.after_move) for each in await fired(timer, case)]
    assert heard == [(DueKind.DUE_SOON, 1, None), (DueKind.OVERDUE, 2, None)]


async def test_a_deadline_that_is_overdue_by_its_new_day_is_fired_once_and_says_so(
    timer: Timer,
) -> None:
    """Aware on 22 May 2019: due on 30 May with the holiday of the 27th, on the 29th without."""
    case = await told(timer, "2019-05-22")
    timer.clock.instant = at("2019-05-30", "09:00")
    await sweep(timer)
    await comes(timer, MOVED_BACK)
    await recount(timer)
    await sweep(timer)
    heard = [(each.kind, each.revision, each.after_move) for each in await fired(timer, case)]
    assert heard == [(DueKind.DUE_TODAY, 1, None), (DueKind.OVERDUE, 2, "calendar_revised")]


async def test_a_version_that_is_not_the_newest_moves_nothing(timer: Timer) -> None:
    case = await told(timer)
    await comes(timer, WITHOUT_EASTER)
    await recount(timer)
    await comes(timer, WITH_A_HOLIDAY)
    await recount(timer)
    assert not await moves(timer)
    assert (await due(timer, case))[0] == date(2019, 6, 12)


async def test_a_case_that_arrives_late_is_counted_by_the_newest(timer: Timer) -> None:
    await comes(timer, WITH_A_HOLIDAY)
    case = await told(timer)
    assert await due(timer, case) == (date(2019, 6, 13), 1, WITH_A_HOLIDAY.version)
    assert await recount(timer) == 0
