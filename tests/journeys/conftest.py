"""The worked cases C01 to C24, each walked once through the session's whole stack."""

import pytest_asyncio

from tests.journeys.walking import Walked, walk
from tests.journeys.worked_examples import worked_examples
from tests.support.whole_stack import WholeStack

session = pytest_asyncio.fixture(scope="session", loop_scope="session")


@session
async def c02(stack: WholeStack) -> Walked:
    """The death of a looked-after child, by itself for who needs no other."""
    (walked,) = await walk(stack.layout, [one for one in worked_examples() if one.name == "C02"])
    return walked


@session
async def walked(stack: WholeStack, c02: Walked) -> list[Walked]:
    """All of them, the others at once."""
    others = [one for one in worked_examples() if one.name != "C02"]
    return [c02, *await walk(stack.layout, others)]
