"""A drill's stack is marked, keeps to a place of its own, and no other stack has its clock."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.drill.__main__ import app as drill_app
from deploy.drill.plan import plan
from deploy.drill.running import organisations_of
from deploy.drill.stack import empty_layout, register
from deploy.local.__main__ import app as local_app
from deploy.local.children import StackFailure
from deploy.local.layout import Layout
from deploy.local.processes import service_environment
from deploy.local.stack_file import read_stack, write_stack
from deploy.operate.estate import CannotLook, Estate
from deploy.operate.stores import drill_clock
from shared.messaging.security import KafkaAccess
from shared.messaging.settable_clock import read_instant, set_clock
from shared.reference.systems import SystemRegistry

MORNING = datetime(2018, 6, 29, 7, tzinfo=UTC)


def test_only_a_drills_services_are_given_a_clock(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "stack")
    told = service_environment(layout, "intake")
    assert (told["VIGIL_STACK"], told.get("VIGIL_CLOCK_FILE")) == ("local", None)
    set_clock(layout.clock_file, MORNING)
    told = service_environment(layout, "intake")
    assert (told["VIGIL_STACK"], told["VIGIL_CLOCK_FILE"]) == ("drill", str(layout.clock_file))


def test_the_stack_file_says_that_it_is_a_drill(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    write_stack(file, "ready", 12_000, [], "drill")
    stack = read_stack(file)
    assert stack is not None
    assert stack.stack == "drill"
    before = {key: value for key, value in json.loads(file.read_text()).items() if key != "stack"}
    file.write_text(json.dumps(before))
    older = read_stack(file)
    assert older is not None
    assert older.stack == "local"


def test_a_drill_begins_empty_where_a_drill_was_before(tmp_path: Path) -> None:
    first = empty_layout(tmp_path / "drill", datetime(2024, 1, 1, tzinfo=UTC))
    (first.directory / "left").write_text("of the drill before")
    again = empty_layout(tmp_path / "drill", MORNING)
    assert [entry.name for entry in again.directory.iterdir()] == ["clock"]
    assert read_instant(again.clock_file) == MORNING


def test_a_drill_touches_nothing_that_is_no_drill(tmp_path: Path) -> None:
    (tmp_path / "kafka").mkdir()
    with pytest.raises(StackFailure, match="no drill"):
        empty_layout(tmp_path, MORNING)
    assert [entry.name for entry in tmp_path.iterdir()] == ["kafka"]


def test_no_standing_stack_runs_in_a_drills_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(Layout(tmp_path).clock_file, MORNING)
    monkeypatch.setenv("DATA", str(tmp_path))
    answer = CliRunner().invoke(local_app, ["run"])
    assert (answer.exit_code, "whose time is set" in answer.output) == (1, True)


def test_one_system_speaks_for_everybody_in_the_plan(tmp_path: Path) -> None:
    planned = plan(date(2018, 6, 29), date(2024, 12, 31), 40, 1)
    organisations = organisations_of(planned)
    register(Layout(tmp_path), organisations)
    registry = SystemRegistry(Layout(tmp_path).systems_file)
    today = date(2024, 1, 1)
    assert all(registry.may_speak_for("drill-desk", one, today) for one in organisations)
    assert registry.may_keep_calendars("drill-desk")
    assert {"panel", "ccg-99A", "icb-QYG"} <= organisations


@pytest.mark.parametrize(
    ("first", "last"),
    [("2018-06-28", "2019-01-01"), ("2024-01-02", "2024-01-01"), ("2024-01-02", "2099-12-31")],
)
def test_days_outside_the_rules_or_still_to_come_or_in_the_wrong_order_are_refused(
    first: str, last: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA", str(tmp_path))
    answer = CliRunner().invoke(drill_app, ["--from", first, "--to", last])
    assert (answer.exit_code, "duty to notify begins" in answer.output) == (2, True)
    assert not list(tmp_path.iterdir())


def test_what_verify_judges_by_in_a_drill_is_the_drills_clock(tmp_path: Path) -> None:
    set_clock(tmp_path / "clock", MORNING)
    access = KafkaAccess("127.0.0.1:1", "nobody", "unused")
    drilled = Estate(access, {}, {}, (), tmp_path / "clock")
    assert drill_clock(drilled) == int(MORNING.timestamp()) * 1_000_000
    assert drill_clock(Estate(access, {}, {}, ())) is None
    (tmp_path / "clock").write_text("noon")
    with pytest.raises(CannotLook, match="one instant"):
        drill_clock(drilled)
