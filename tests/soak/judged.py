"""What is said of a quiet world: by its books, and by those outside."""

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiokafka.errors import KafkaError

from deploy.operate.estate import CannotLook
from deploy.operate.invariants import Finding
from deploy.operate.report import lines as verify_lines
from deploy.operate.verify import verify
from tests.soak.checks import Found, check
from tests.soak.estate import estate_of
from tests.soak.observer import AWAY
from tests.soak.scene import Scene

JUDGE_SECONDS = 600.0
"""For each of the two that are asked."""


class NotJudged(Exception):
    """A look that did not come to its end; the text says which one and why."""


@dataclass(frozen=True)
class Judged:
    found: Found
    findings: Sequence[Finding]

    @property
    def breaches(self) -> list[str]:
        """One line for each invariant and each check that does not hold; empty when all is well."""
        return [
            *(f"{one.id} {one.bad} bad: {one.first}" for one in self.findings if not one.passed),
            *(f"{name}: {bad[:5]}" for name, bad in self.found.broken.items() if bad),
        ]

    def lines(self) -> list[str]:
        return [*verify_lines(self.findings), *self.found.lines()]


async def judge(scene: Scene, say: Callable[[str], None] = print) -> Judged:
    """The scene must be quiet. Raises NotJudged."""
    async with _look("what senders and recipients know, beside stores and topics", say):
        found = await check(scene)
    async with _look("the invariants of the books, strictly", say):
        findings = await verify(
            estate_of(scene.world),
            strict=True,
            ledger=scene.load.ledger.acknowledged,
            mail_ledger=scene.mailboxes.path if scene.mailboxes.accepted else None,
        )
    return Judged(found, findings)


@asynccontextmanager
async def _look(at: str, say: Callable[[str], None]) -> AsyncIterator[None]:
    say(f"looking at {at}")
    try:
        async with asyncio.timeout(JUDGE_SECONDS) as bound:
            yield
    except (*AWAY, KafkaError, CannotLook) as error:
        why = f"no end within {JUDGE_SECONDS:.0f} s" if bound.expired() else repr(error)
        raise NotJudged(f"{at}: {why}, at {_place(error)}") from error


def _place(error: BaseException) -> str:
    """The innermost calls of what was cancelled or failed, outermost first."""
    frames = traceback.extract_tb((error.__cause__ or error).__traceback__)
    return " > ".join(f"{one.name} ({Path(one.filename).name}:{one.lineno})" for one in frames[-5:])
