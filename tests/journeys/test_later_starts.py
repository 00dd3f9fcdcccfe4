"""State survives a stop; a later start says what is already there and opens nothing twice."""

import pytest

from tests.journeys.sample_cases import AREAS, cases_of
from tests.support.whole_stack import WholeStack


async def everything(stack: WholeStack) -> list[tuple[str, str, str | None]]:
    return [
        (case["case_id"], case["stage"], case["survivor"])
        for area in AREAS
        for case in await cases_of(stack, area)
    ]


@pytest.mark.long
async def test_the_same_samples_again_get_the_same_receipts_and_open_no_case(
    stack: WholeStack,
) -> None:
    before = await everything(stack)
    events = await stack.rows("intake", "select count(*) from outbox where sequence is not null")
    published = stack.command("deploy.local", "stop", within=60)
    assert published.returncode == 0
    shown = stack.start()
    assert shown.count("already there") == 19, shown
    assert await everything(stack) == before
    again = await stack.rows("intake", "select count(*) from outbox where sequence is not null")
    assert again == events


def test_a_second_run_on_the_same_data_is_refused_in_a_sentence(stack: WholeStack) -> None:
    result = stack.command("deploy.local", "run", "--detach", within=60)
    assert result.returncode == 1
    said = (result.stdout + result.stderr).strip()
    assert "make stop" in said
    assert "Traceback" not in said
