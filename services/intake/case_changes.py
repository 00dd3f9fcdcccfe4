"""What a change of a standing case means: corrected, withdrawn, reopened, handed over. Pure.

Whether it may happen at all is for the table of the case's flow; here is what follows from it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from uuid import UUID, uuid5

from services.intake.awareness import Awareness
from services.intake.case_facts import CaseFacts
from services.intake.case_flow import Refused, permitted
from services.intake.obligations import KIND_OF_SEAT, NAMESPACE, Seat
from services.intake.stated_facts import StatedFacts
from shared.contracts.event_codes import Decision, Force, RecipientKind, Stage
from shared.contracts.intake_events import FactChanged, ObligationOwed

CLOCK_FACTS = frozenset({"la_incident_aware_at", "la_criteria_known_at"})
"""The corrected facts that start a clock anew; all others leave every clock as it is, unless they
change which obligations there are."""

DIFFERS = "differs"
"""A fact that is not the same for all children of the case."""

NOTIFIED = frozenset(
    {Stage.NOTIFIED, Stage.RAPID_REVIEW, Stage.RR_SUBMITTED, Stage.PANEL_CONSIDERING}
)
NO_LIMIT = "NONE"
"""The limit rule of what is told without one."""


@dataclass(frozen=True, slots=True)
class Correction:
    """`clock_changed`: the deadlines that run from the authority's awareness are judged anew."""

    changed: tuple[FactChanged, ...]
    clock_changed: bool


def held_by(children: Sequence[CaseFacts], awareness: Awareness) -> dict[str, str | None]:
    """What the authority holds now, as text by the names of stated facts."""
    held: dict[str, str | None] = {}
    for name in StatedFacts.model_fields:
        if name in CLOCK_FACTS:
            held[name] = _text(getattr(awareness, name))
        else:
            values = {_text(getattr(child, name)) for child in children}
            held[name] = values.pop() if len(values) == 1 else DIFFERS
    return held


def correction(
    stage: Stage | None,
    held: Mapping[str, str | None],
    said: StatedFacts,
    *,
    details: bool,
) -> Correction:
    """The facts that really change, each with its prior value. `details`: others than coded facts
    are corrected too.

    Raises Refused: `not_in_this_stage`, `merged`, `transfer_required` for another area of the
    incident, `nothing_changes`.
    """
    permitted(stage, "incident.corrected")
    stated = {name: _text(value) for name, value in said if value is not None}
    if stated.get("incident_area", held["incident_area"]) != held["incident_area"]:
        raise Refused("transfer_required")
    changed = tuple(
        FactChanged(fact=name, before=held[name], after=value)
        for name, value in stated.items()
        if value != held[name]
    )
    if not changed and not details:
        raise Refused("nothing_changes")
    return Correction(changed, any(one.fact in CLOCK_FACTS for one in changed))


def newly_owed(
    before: Iterable[ObligationOwed], after: Iterable[ObligationOwed], standing: Decision
) -> list[ObligationOwed]:
    """What is owed only since a correction, under the decision that stands. The Panel is told of
    an incident once: an incident of which it was to be told already brings it no second
    notification. That an incident is notifiable after all is for partners to decide, in a new
    cycle: under another decision nothing is owed by the rows that ask for the Panel but the notice
    of a death to its overview panel."""
    owed, now = list(before), list(after)
    known = {one.obligation_id for one in owed}
    panel_knows = any(one.recipient_kind is RecipientKind.PANEL for one in owed)
    new = [one for one in now if one.obligation_id not in known]
    if standing is Decision.NOTIFIABLE:
        return [
            one for one in new if not (panel_knows and one.recipient_kind is RecipientKind.PANEL)
        ]
    serious = {row for one in now if one.recipient_kind is RecipientKind.PANEL for row in one.rows}
    return [
        one
        for one in new
        if one.recipient_kind is RecipientKind.CDOP or not serious.issuperset(one.rows)
    ]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    from_stage: Stage
    panel_acknowledges: bool
    obligations: tuple[ObligationOwed, ...]


def withdrawal(
    stage: Stage | None, case_id: UUID, cycle: int, decided: Iterable[ObligationOwed]
) -> Withdrawal:
    """Whoever was to be told of the incident, by law or not, is named to be told that it was
    withdrawn: a notice may be under way, of which this service does not know, and who was never
    sent one is not told of its end either (see panel notification). The Panel is asked to
    acknowledge what it was notified of. Raises Refused: `not_in_this_stage`, `merged`."""
    left = _left(stage, "incident.withdrawn")
    told = {(one.recipient_kind, one.recipient, one.area): one for one in decided}
    return Withdrawal(
        from_stage=left,
        panel_acknowledges=left in NOTIFIED,
        obligations=tuple(
            _without_limit(one, case_id, cycle, "withdrawn") for one in told.values()
        ),
    )


@dataclass(frozen=True, slots=True)
class Reopening:
    cycle: int
    from_stage: Stage
    la_criteria_known_at: datetime
    clock_start: datetime


def reopening(
    stage: Stage | None, cycle: int, awareness: Awareness, said: StatedFacts, now: datetime
) -> Reopening:
    """A new cycle whose clock starts when the new suspicion formed; clocks of earlier cycles stay
    as they ended.

    Raises Refused: `not_in_this_stage`, `merged`, `la_criteria_known_at_required`,
    `in_the_future`.
    """
    left = _left(stage, "incident.reopened")
    suspected = said.la_criteria_known_at
    if suspected is None:
        raise Refused("la_criteria_known_at_required")
    aware = said.la_incident_aware_at or awareness.la_incident_aware_at
    if max(suspected, aware) > now:
        raise Refused("in_the_future")
    return Reopening(cycle + 1, left, suspected, max(suspected, aware))


@dataclass(frozen=True, slots=True)
class Handover:
    """From one authority's area to another's; `rows` are those that apply to the case. `at`
    tells a second handover to the same area from the first."""

    case_id: UUID
    cycle: int
    from_area: str
    to_area: str
    at: datetime
    rows: tuple[str, ...] = ()


def handover(
    stage: Stage | None, handed: Handover, seats: Mapping[str, Sequence[Seat]]
) -> list[ObligationOwed]:
    """The partners of both areas are told by the new owner; no due date moves. `seats` by area.

    Raises Refused: `not_in_this_stage`, `merged`, `same_area`.
    """
    permitted(stage, "incident.transferred")
    if handed.from_area == handed.to_area:
        raise Refused("same_area")
    owner = next((seat.organisation for seat in seats[handed.to_area] if seat.kind == "LA"), None)
    return [
        _told_of_handover(handed, area, seat, owner)
        for area in (handed.from_area, handed.to_area)
        for seat in seats[area]
        if seat.organisation != owner
    ]


def _told_of_handover(handed: Handover, area: str, seat: Seat, owner: str | None) -> ObligationOwed:
    kind = KIND_OF_SEAT[seat.kind]
    what = f"handed to {handed.to_area} at {handed.at.isoformat()}"
    name = f"{handed.case_id}|{handed.cycle}|{what}|{kind.value}"
    return ObligationOwed(
        obligation_id=uuid5(NAMESPACE, f"{name}|{seat.organisation}|{area}"),
        rows=list(handed.rows),
        recipient_kind=kind,
        recipient=seat.organisation,
        area=area,
        force=Force.SHOULD,
        limit_rule="DL03",
        notifier=owner,
        sources=[],
        recipient_confirmed=seat.confirmed,
    )


def _left(stage: Stage | None, fact: str) -> Stage:
    """The stage that is left. Raises Refused."""
    permitted(stage, fact)
    if stage is None:
        raise Refused("not_in_this_stage")
    return stage


def _without_limit(owed: ObligationOwed, case_id: UUID, cycle: int, what: str) -> ObligationOwed:
    name = f"{case_id}|{cycle}|{what}|{owed.recipient_kind.value}|{owed.recipient}|{owed.area}"
    changes = {"obligation_id": uuid5(NAMESPACE, name), "limit_rule": NO_LIMIT}
    return owed.model_copy(update=changes)


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Enum):
        return str(value.value)
    return None if value is None else str(value)
