"""What local pages ask for beyond the statute: data, labelled so, beside the statutory answer.

These functions take an evaluation and give none back, so that nothing local can change it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from services.intake.case_facts import CaseFacts, Part
from services.intake.conditions import Condition, Strict
from services.intake.criteria import Evaluation
from services.intake.criteria_rows import SourceId
from shared.contracts.report_text import AuthorityArea

BUNDLED = Path(__file__).with_name("criteria") / "local_policies.json"


class LocalPolicy(Strict):
    """In force in its areas from and to London dates, both included."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,64}$")]
    areas: Annotated[tuple[AuthorityArea, ...], Field(min_length=1)]
    title: str
    first_day: Annotated[date, Field(alias="from")]
    last_day: Annotated[date | None, Field(alias="to")] = None
    confirmed: bool
    sources: Annotated[tuple[SourceId, ...], Field(min_length=1)]
    when: Condition
    asks: Annotated[
        tuple[Literal["notify_as_serious_incident", "copy_to_partnership_office_same_day"], ...],
        Field(min_length=1),
    ]

    def in_force(self, on: date) -> bool:
        return self.first_day <= on and (self.last_day is None or on <= self.last_day)


class LocalPolicies(Strict):
    policies: tuple[LocalPolicy, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A policy that asks for something here; never a duty under the statute."""

    policy: LocalPolicy
    areas: tuple[str, ...]
    statutory: Literal[False] = False


def asked_locally(
    children: Sequence[CaseFacts],
    evaluation: Evaluation,
    policies: Sequence[LocalPolicy] | None = None,
) -> tuple[Asked, ...]:
    """What the policies of the notifying and of the responsible areas ask for, on the day of the
    decision. A fact that is not known calls for nothing local."""
    held = bundled().policies if policies is None else policies
    found = []
    for policy in held:
        touched: list[str] = []
        for facts in children:
            values = {**facts.values(), "notified": evaluation.must_notify}
            if facts.part is Part.HARMED and policy.in_force(facts.decided_on):
                here = (evaluation.notifier_area, facts.incident_area, facts.responsible_area)
                touched += [area for area in policy.areas if area in here] * bool(
                    policy.when.weigh(values)
                )
        if touched:
            found.append(Asked(policy, tuple(dict.fromkeys(touched))))
    return tuple(found)


@cache
def bundled() -> LocalPolicies:
    """What comes with the code; pydantic's ValidationError if it is broken."""
    return LocalPolicies.model_validate_json(BUNDLED.read_bytes())
