"""What is said of a quiet world: by its books, and by those outside."""

from collections.abc import Sequence
from dataclasses import dataclass

from deploy.operate.invariants import Finding
from deploy.operate.report import lines as verify_lines
from deploy.operate.verify import verify
from tests.soak.checks import Found, check
from tests.soak.estate import estate_of
from tests.soak.scene import Scene


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


async def judge(scene: Scene) -> Judged:
    """The scene must be quiet."""
    found = await check(scene)
    findings = await verify(
        estate_of(scene.world),
        strict=True,
        ledger=scene.load.ledger.acknowledged,
        mail_ledger=scene.mailboxes.path if scene.mailboxes.accepted else None,
    )
    return Judged(found, findings)
