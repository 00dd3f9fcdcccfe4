"""A clock that is set: for a drill or a test, forward only, and refused everywhere else."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.children import ROOT, child_environment
from shared.messaging.clock import SetClock, StoreClock
from shared.messaging.infrastructure import INFRASTRUCTURE
from shared.messaging.settable_clock import (
    ClockRefused,
    ClockUnread,
    SettableClock,
    Stack,
    clock_of,
    read_instant,
    set_clock,
)
from shared.messaging.store import Store
from shared.sealing.envelope import Keyring

MORNING = datetime(2018, 6, 29, 7, tzinfo=UTC)
NOBODY: Any = None
"""A settable clock asks no connection."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    set_clock(tmp_path / "clock", MORNING)
    return tmp_path / "clock"


@pytest.mark.parametrize("stack", ["production", "local"])
def test_a_stack_that_is_no_drill_starts_with_no_set_clock(stack: Stack, file: Path) -> None:
    with pytest.raises(ClockRefused, match="VIGIL_STACK=drill") as refused:
        clock_of(stack, file)
    assert refused.value.code == "CLOCK_NOT_FOR_THIS_STACK"
    assert isinstance(clock_of(stack, None), StoreClock)


def test_a_drill_starts_with_no_other_clock_than_one_that_is_set(file: Path) -> None:
    assert isinstance(clock_of("drill", file), SettableClock)
    with pytest.raises(ClockRefused) as refused:
        clock_of("drill", None)
    assert refused.value.code == "CLOCK_MISSING"


def test_a_test_may_have_either(file: Path) -> None:
    assert isinstance(clock_of("test", file), SettableClock)
    assert isinstance(clock_of("test", None), StoreClock)


@pytest.mark.parametrize("content", [None, "", "half past seven", "2018-06-29T08:00:00", "\xff"])
def test_a_file_without_an_instant_is_refused_at_the_start(
    content: str | None, tmp_path: Path
) -> None:
    file = tmp_path / "clock"
    if content is not None:
        file.write_text(content)
    with pytest.raises(ClockRefused, match="offset") as refused:
        clock_of("drill", file)
    assert refused.value.code == "CLOCK_UNREADABLE"


async def test_the_clock_stands_until_it_is_moved_and_is_read_every_time(file: Path) -> None:
    clock = SettableClock(file)
    assert [await clock.now(NOBODY), await clock.now(NOBODY)] == [MORNING, MORNING]
    set_clock(file, MORNING + timedelta(days=15))
    assert await clock.now(NOBODY) == MORNING + timedelta(days=15)


async def test_two_services_never_disagree_about_what_came_first(file: Path) -> None:
    """What one reads after another has read it is never earlier."""
    one, other = SettableClock(file), SettableClock(file)
    read = []
    for days in range(20):
        set_clock(file, MORNING + timedelta(days=days))
        read += [await one.now(NOBODY), await other.now(NOBODY)]
    assert read == sorted(read)


async def test_a_clock_that_goes_back_is_not_followed(file: Path) -> None:
    clock = SettableClock(file)
    with pytest.raises(ClockRefused, match="forward") as refused:
        set_clock(file, MORNING - timedelta(seconds=1))
    assert (refused.value.code, read_instant(file)) == ("CLOCK_GOES_BACK", MORNING)
    _put_back(file)
    with pytest.raises(ClockUnread) as unread:
        await clock.now(NOBODY)
    assert unread.value.code == "CLOCK_WENT_BACK"


async def test_a_clock_that_cannot_be_read_is_waited_for_like_a_store(file: Path) -> None:
    clock = SettableClock(file)
    _take_away(file)
    with pytest.raises(INFRASTRUCTURE) as unread:
        await clock.now(NOBODY)
    assert isinstance(unread.value, ClockUnread)
    assert unread.value.code == "CLOCK_UNREADABLE"
    set_clock(file, MORNING)
    assert await clock.now(NOBODY) == MORNING


def test_a_file_that_holds_something_else_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "notes"
    file.write_text("not a clock")
    with pytest.raises(ClockRefused) as refused:
        set_clock(file, MORNING)
    assert (refused.value.code, file.read_text()) == ("CLOCK_UNREADABLE", "not a clock")


def test_tokens_live_in_real_time_where_the_time_of_cases_is_set() -> None:
    cases, tokens = SetClock(MORNING), StoreClock()
    drilled = Store(None, "intake", Keyring(b"k" * 32, kek_id="test"), cases, token_clock=tokens)
    assert (drilled.clock, drilled.token_clock) == (cases, tokens)
    other = Store(None, "intake", Keyring(b"k" * 32, kek_id="test"), cases)
    assert other.token_clock is cases


def test_a_service_that_may_not_have_a_set_clock_says_so_and_does_not_start(
    file: Path, tmp_path: Path
) -> None:
    environment = {
        "VIGIL_HTTP_PORT": "1",
        "VIGIL_DATABASE_PORT": "1",
        "VIGIL_DATABASE_NAME": "rapid_review_timer",
        "VIGIL_DATABASE_USER": "rapid_review_timer_app",
        "VIGIL_DATABASE_PASSWORD": "unused",
        "VIGIL_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "VIGIL_KAFKA_USERNAME": "rapid_review_timer",
        "VIGIL_KAFKA_PASSWORD": "unused",
        "VIGIL_KEY_ENCRYPTION_KEY": "unused",
        "VIGIL_SYSTEMS_FILE": os.devnull,
        "VIGIL_STATE_DIR": str(tmp_path),
        "VIGIL_CLOCK_FILE": str(file),
    }
    started = subprocess.run(
        [sys.executable, "-m", "services.rapid_review_timer", "serve"],
        cwd=ROOT,
        env=child_environment(environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert started.returncode == 2, started.stderr
    assert "Not started (CLOCK_NOT_FOR_THIS_STACK)" in started.stderr
    assert "Traceback" not in started.stderr


def _put_back(file: Path) -> None:
    file.write_text((MORNING - timedelta(days=1)).isoformat())


def _take_away(file: Path) -> None:
    file.unlink()
