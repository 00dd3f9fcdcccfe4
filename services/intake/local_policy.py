"""What local pages ask for beyond the statute: data, labelled so, beside the statutory answer.

These functions take an evaluation and give none back, so that nothing local can change it. Only a
copy is carried out: the office of the partnership is told, with local force and a limit of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Protocol
from uuid import UUID, uuid5

from pydantic import Field

from services.intake.case_facts import CaseFacts, Part
from services.intake.conditions import Condition, Strict
from services.intake.criteria import Evaluation
from services.intake.criteria_rows import SourceId
from services.intake.obligations import NAMESPACE, authority_of
from services.intake.obligations import Directory as Seats
from shared.contracts.event_codes import Force, RecipientKind
from shared.contracts.intake_events import ObligationOwed, RecipientSought
from shared.contracts.report_text import AuthorityArea

BUNDLED = Path(__file__).with_name("criteria") / "local_policies.json"
COPY = "copy_to_partnership_office_same_day"
LIMIT_OF_COPY = "OFFICE"


class Directory(Seats, Protocol):
    """Raises LookupError for an area whose partnership has no office that is held."""

    def partnership_office_of(self, area_code: str, on: date, /) -> str: ...


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
    """A policy that asks for something here; never a duty under the statute. `owed`: who is told
    because of it, `sought`: whom a person has to find for it."""

    policy: LocalPolicy
    areas: tuple[str, ...]
    statutory: Literal[False] = False
    owed: tuple[ObligationOwed, ...] = ()
    sought: tuple[RecipientSought, ...] = ()


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


def with_copies(
    asked: Sequence[Asked],
    case_id: UUID,
    cycle: int,
    evaluation: Evaluation,
    on: date,
    directory: Directory,
) -> tuple[Asked, ...]:
    """The same, with the copies that follow. The authority that notifies copies what it submits to
    the office of its own area's partnership, by that area's policy."""
    area = evaluation.notifier_area
    if area is None:
        return tuple(asked)
    return tuple(
        _with_copy(one, case_id, cycle, area, on, directory)
        if COPY in one.policy.asks and area in one.areas
        else one
        for one in asked
    )


def _with_copy(
    one: Asked, case_id: UUID, cycle: int, area: str, on: date, directory: Directory
) -> Asked:
    kind = RecipientKind.PARTNERSHIP_OFFICE
    try:
        office = directory.partnership_office_of(area, on)
    except LookupError:
        seek = RecipientSought(
            row=one.policy.id, who=kind.value, area=area, limit_rule=LIMIT_OF_COPY
        )
        return replace(one, sought=(seek,))
    name = f"{case_id}|{cycle}|{kind.value}|{office}|{area}|{LIMIT_OF_COPY}"
    copy = ObligationOwed(
        obligation_id=uuid5(NAMESPACE, name),
        rows=[],
        recipient_kind=kind,
        recipient=office,
        area=area,
        force=Force.LOCAL,
        limit_rule=LIMIT_OF_COPY,
        notifier=authority_of(area, directory),
        sources=list(one.policy.sources),
    )
    return replace(one, owed=(copy,))


def all_owed(evaluation: Evaluation, local: Sequence[Asked]) -> list[ObligationOwed]:
    """What the criteria ask for, and after it what local policies do."""
    return [*evaluation.obligations, *(copy for one in local for copy in one.owed)]


@cache
def bundled() -> LocalPolicies:
    """What comes with the code; pydantic's ValidationError if it is broken."""
    return LocalPolicies.model_validate_json(BUNDLED.read_bytes())
