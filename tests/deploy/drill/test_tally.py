"""How a drill counts what became of its clocks, and when it calls a firing late."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from deploy.drill.outcome import Outcome
from deploy.drill.shown import lines, table
from deploy.drill.tally import Fired, Revision, Row, fired_late, tally, total
from deploy.operate.invariants import Finding

NOTIFY, REVIEW, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
DUE = datetime(2020, 4, 1, 23, tzinfo=UTC)
RUNNING = Revision(NOTIFY, 1, "DL01", "WT2018.1", date(2020, 4, 1), "running", None)


def _fired(deadline_id: UUID, kind: str, late_by: timedelta = timedelta()) -> Fired:
    return Fired(deadline_id, 1, kind, DUE, DUE + late_by)


def test_a_clock_is_counted_once_as_it_stands_at_the_end() -> None:
    met = replace(RUNNING, deadline_id=REVIEW, rule="DL07", state="met", on_time=False)
    again = replace(RUNNING, deadline_id=OTHER, state="met", on_time=True)
    rows = tally([RUNNING, met, again, replace(again, revision=2)], [])
    assert rows == [
        Row("DL01", "WT2018.1", started=2, met=1, running=1),
        Row("DL07", "WT2018.1", started=1, met_late=1),
    ]


def test_a_clock_that_stood_still_is_open_or_what_it_became() -> None:
    still = replace(RUNNING, state="suspended")
    again = [replace(still, deadline_id=OTHER), replace(RUNNING, deadline_id=OTHER, revision=2)]
    (row,) = tally([still, *again], [])
    assert (row.started, row.running, row.suspended) == (2, 2, 2)


def test_a_date_that_changed_twice_moved_twice_and_a_revision_alone_moves_nothing() -> None:
    held = [replace(RUNNING, revision=number) for number in (1, 2, 3, 4)]
    held[1] = replace(held[1], due_date=date(2020, 4, 2))
    held[2] = replace(held[2], due_date=date(2020, 4, 2), state="cancelled")
    assert tally(held, [])[0].moved == 2


def test_a_deadline_that_was_said_to_be_overdue_in_two_revisions_counts_once() -> None:
    (row,) = tally([RUNNING], [_fired(NOTIFY, "overdue"), _fired(NOTIFY, "overdue")])
    assert (row.overdue, row.due_today, row.relaxed) == (1, 0, 0)


def test_the_last_line_adds_up() -> None:
    rows = [Row("DL01", "WT2018.0", started=3, met=3), Row("DL07", "WT2018.0", started=2, moved=4)]
    assert total(rows) == Row("all", "", started=5, met=3, moved=4)
    assert [line.split()[:3] for line in table(rows)][1:] == [
        ["DL01", "WT2018.0", "3"],
        ["DL07", "WT2018.0", "2"],
        ["all", "5", "3"],
    ]


def test_a_firing_a_day_after_its_instant_is_late() -> None:
    firings = [_fired(NOTIFY, "overdue", timedelta(days=1)), _fired(NOTIFY, "due_soon")]
    (late,) = fired_late([RUNNING], firings, {(NOTIFY, 1): DUE - timedelta(days=5)})
    assert (late.rule, late.kind, late.could_fire_at) == ("DL01", "overdue", DUE.isoformat())


def test_what_the_timer_heard_of_only_later_could_not_fire_before() -> None:
    heard = {(NOTIFY, 1): DUE + timedelta(days=1)}
    assert not fired_late([RUNNING], [_fired(NOTIFY, "overdue", timedelta(days=1))], heard)


def test_a_drill_is_good_when_nothing_is_late_unexplained_refused_or_broken() -> None:
    good = Outcome(date(2020, 1, 1), date(2020, 3, 31), 1, 6, 40, 90, 12.5, [], [])
    broken = Finding("I11", "Nothing was fired early", False, 3, 1, ["a deadline"], "look")
    assert good.good
    for bad in (
        replace(
            good,
            fired_late=fired_late(
                [RUNNING], [_fired(NOTIFY, "overdue", DUE - DUE + timedelta(days=1))], {}
            ),
        ),
        replace(good, unexplained=["a deadline"]),
        replace(good, refused=["incident 1, decide"]),
        replace(good, findings=[broken]),
    ):
        assert not bad.good
        assert len(list(lines(bad))) > len(list(lines(good)))
