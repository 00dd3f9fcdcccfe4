"""Of an area's record the books are judged as of a case, and it is judged as no case."""

import pytest

from deploy.operate.verify import verify
from tests.deploy.operate.conftest import Break
from tests.deploy.operate.test_verify import failed
from tests.deploy.operate.world import World
from tests.deploy.operate.world_area import RECORD

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("service", "statement", "named"),
    [
        (
            "rapid_review_timer",
            "update deadline set cycle = 9 where rule = 'DL16' and cycle = 1 and case_id = :record",
            ["area/E08000012 1 DL16", "area/E08000012 DL16 of no report"],
        ),
        (
            "rapid_review_timer",
            "delete from case_state where case_id = :record",
            ["area/E08000012 not in the timer"],
        ),
        (
            "panel_notification",
            """update notice set state = 'cancelled', cancelled_because = 'withdrawn'
                where recipient = 'panel' and cycle = 1 and case_id = :record""",
            ["area/E08000012 1 panel"],
        ),
        (
            "reporting",
            "update area_seen set next_late_from = next_late_from + interval '1 day'",
            ["area/E08000012 next clock"],
        ),
        (
            "reporting",
            "delete from area_seen where area = 'E08000012'",
            ["area/E08000012 not on its journey"],
        ),
    ],
)
async def test_what_is_missing_of_a_yearly_report_is_named(
    broken: Break, service: str, statement: str, named: list[str]
) -> None:
    (found,) = await verify(
        await broken(service, statement.replace(":record", f"'{RECORD}'")),
        strict=True,
        only={"I41"},
    )
    assert sorted(found.first) == named


@pytest.mark.parametrize(
    ("invariant", "service", "statement"),
    [
        (
            "I05",
            "panel_notification",
            "delete from fact where type like '%yearly%' and case_id = :record",
        ),
        (
            "I06",
            "rapid_review_timer",
            "update numbered_stream set last_sequence = 99 where stream = 'area/E08000012'",
        ),
        (
            "I09",
            "rapid_review_timer",
            """delete from firing where kind = 'due_soon' and deadline_id in (
                  select deadline_id from deadline where rule = 'DL16' and case_id = :record)""",
        ),
        (
            "I10",
            "rapid_review_timer",
            "update deadline set due_date = due_date + 1 where rule = 'DL17'",
        ),
        (
            "I11",
            "rapid_review_timer",
            """update firing set kind = 'overdue' where deadline_id in (
                 select deadline_id from deadline where rule = 'DL16' and case_id = :record)""",
        ),
        (
            "I19",
            "reporting",
            "delete from fact where type like '%notice.delivered%' and case_id = :record",
        ),
    ],
)
async def test_what_holds_for_cases_holds_for_the_record(
    broken: Break, invariant: str, service: str, statement: str
) -> None:
    assert await failed(await broken(service, statement.replace(":record", f"'{RECORD}'"))) == {
        invariant
    }


@pytest.mark.parametrize(
    "unsent",
    [
        "state = 'pending', next_attempt_at = '2999-01-01'",
        "state = 'handed', attempts = 1, sealed_message = '', message_sha256 = repeat('0', 64)",
    ],
    ids=["pending", "handed"],
)
async def test_a_copy_of_a_withdrawn_report_that_is_still_to_be_sent_is_named(
    broken: Break, unsent: str
) -> None:
    again = """update notice set cancelled_because = null, :unsent
               where cycle = 2 and recipient = 'panel' and case_id = :record"""
    statement = again.replace(":record", f"'{RECORD}'").replace(":unsent", unsent)
    (found,) = await verify(
        await broken("panel_notification", statement), only={"I41"}, strict=True
    )
    assert found.bad == 1


async def test_a_clock_of_a_withdrawn_report_that_runs_is_named(broken: Break) -> None:
    """Nothing would end it, and the area would be told that it is late."""
    runs = """update deadline set state = 'running', reason = null, ended_by = null, met_at = null,
                     met_by = null, on_time = null, working_days_late = null
              where cycle = 2 and rule = 'DL17' and case_id = :record"""
    statement = runs.replace(":record", f"'{RECORD}'")
    (found,) = await verify(
        await broken("rapid_review_timer", statement), only={"I41"}, strict=True
    )
    assert sorted(found.first) == ["area/E08000012 2 DL17 runs", "area/E08000012 next clock"]


async def test_a_record_is_no_case_that_anybody_lacks(world: World) -> None:
    """The timer, panel notification and reporting know it; intake does not."""
    (found,) = await verify(world.estate, strict=True, only={"I24"})
    assert found.passed
