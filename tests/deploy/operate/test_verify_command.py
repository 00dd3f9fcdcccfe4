"""`verify` on the stack as a newcomer starts it, with its samples."""

import json
from typing import Any

import pytest

from tests.support.waiting import eventually
from tests.support.whole_stack import WholeStack

pytestmark = pytest.mark.stack


async def test_the_sample_stack_balances(stack: WholeStack) -> None:
    said: dict[str, Any] = {}

    async def balances() -> bool:
        result = stack.command("deploy.operate", "verify", "--strict", "--json")
        said.update(json.loads(result.stdout))
        return result.returncode == 0

    await eventually(balances, "the samples at rest", within=180)
    assert said["passed"] is True
    assert sum(each["bad"] for each in said["findings"]) == 0
    # On a stack that was started just now no clock may have fired, and no case has left.
    assert {each["id"] for each in said["findings"] if not each["checked"]} <= {"I09", "I31"}


def test_one_line_for_each_invariant_asked_for(stack: WholeStack) -> None:
    result = stack.command("deploy.operate", "verify", "--only", "I07", "--only", "I12")
    first, second, last = result.stdout.splitlines()
    assert first.startswith("I07 pass")
    assert second.startswith("I12 pass")
    assert last == "2 hold, 0 do not."
    assert result.returncode == 0


def test_an_id_that_does_not_exist_is_not_looked_for(stack: WholeStack) -> None:
    result = stack.command("deploy.operate", "verify", "--only", "I99")
    assert result.returncode == 2
    assert "There is no I99" in result.stderr
