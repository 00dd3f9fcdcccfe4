"""Who must be told, by name: the tellings of the criteria's rows resolved on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID, uuid5

from services.intake.case_facts import CaseFacts
from services.intake.criteria_rows import Notifier, Row, Telling, Who
from shared.contracts.event_codes import Force, RecipientKind
from shared.contracts.intake_events import ObligationOwed

NAMESPACE = UUID("6a1f3c0e-52f4-4c58-9f6b-0d6e8a4a7f10")

NATIONAL = {
    Who.PANEL: RecipientKind.PANEL,
    Who.DFE: RecipientKind.DFE,
    Who.OFSTED: RecipientKind.OFSTED,
}
KIND_OF_SEAT = {
    "LA": RecipientKind.PARTNER_LA,
    "HEALTH": RecipientKind.PARTNER_HEALTH,
    "POLICE": RecipientKind.PARTNER_POLICE,
}
_STRONGEST_FIRST = (Force.MUST, Force.SHOULD, Force.LOCAL)


class Seat(Protocol):
    @property
    def kind(self) -> str: ...

    @property
    def organisation(self) -> str: ...

    @property
    def confirmed(self) -> bool: ...


class Directory(Protocol):
    """Who holds which seat on a London date. All raise LookupError for what is not held."""

    def partners_of(self, area_code: str, on: date, /) -> Sequence[Seat]: ...

    def cdop_of(self, area_code: str, on: date, /) -> str: ...

    def la_of(self, area_code: str, /) -> str: ...


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Somebody must be told, and the directory does not say who: a person has to find out."""

    row: str
    who: Who
    area: str
    limit_rule: str


@dataclass(frozen=True, slots=True)
class Told:
    """One telling of one row, resolved to one body. `notifier`: the authority that tells, None
    where the directory does not know it; `confirmed`: whether it is sure that the body holds
    the seat."""

    row: Row
    telling: Telling
    kind: RecipientKind
    recipient: str
    area: str
    notifier: str | None
    confirmed: bool = True


def notifier_area(row: Row, facts: CaseFacts) -> str | None:
    """The area whose authority the row lays the duty on; None if no known area answers to it."""
    areas: tuple[str | None, ...]
    if row.notifier is Notifier.AREA_OF_INCIDENT:
        areas = (facts.incident_area,)
    elif row.notifier is Notifier.AREA_OF_RESIDENCE:
        areas = (facts.residence_area,)
    else:
        areas = (facts.responsible_area, facts.placing_area, facts.residence_area)
        areas = (*areas, facts.incident_area)
    return next((area for area in areas if area is not None), None)


def other_areas(facts: CaseFacts, own: str | None) -> tuple[str, ...]:
    """Areas of residence, of placing and of responsibility that are not `own`, each once."""
    touched = (facts.residence_area, facts.placing_area, facts.responsible_area)
    return tuple(dict.fromkeys(area for area in touched if area is not None and area != own))


def told_by(row: Row, facts: CaseFacts, directory: Directory) -> list[Told | Unresolved]:
    """Everybody the row says is to be told, on the day of the decision."""
    own = notifier_area(row, facts) or facts.residence_area or "unknown"
    values = facts.values()
    called = [one for one in row.tell if one.when is None or one.when.weigh(values)]
    return [
        found
        for telling in called
        for area in _areas_for(telling.who, facts, own)
        for found in _told(row, telling, area, own, facts.decided_on, directory)
    ]


def authority_of(area: str | None, directory: Directory) -> str | None:
    """The organisation of an area's authority, None where the directory does not know it."""
    try:
        return directory.la_of(area) if area is not None else None
    except LookupError:
        return None


def owed(case_id: UUID, cycle: int, told: Iterable[Told]) -> tuple[ObligationOwed, ...]:
    """One obligation for each (recipient kind, recipient, area, limit rule), naming all its rows.

    The id follows from these and the case's cycle, so that deciding again makes no second one.
    """
    grouped: dict[tuple[RecipientKind, str, str, str], list[Told]] = {}
    for one in told:
        key = (one.kind, one.recipient, one.area, one.telling.limit_rule)
        grouped.setdefault(key, []).append(one)
    return tuple(_owed(case_id, cycle, alike) for _, alike in sorted(grouped.items()))


def _owed(case_id: UUID, cycle: int, alike: list[Told]) -> ObligationOwed:
    one = alike[0]
    limit_rule = one.telling.limit_rule
    name = f"{case_id}|{cycle}|{one.kind.value}|{one.recipient}|{one.area}|{limit_rule}"
    return ObligationOwed(
        obligation_id=uuid5(NAMESPACE, name),
        rows=list(dict.fromkeys(each.row.id for each in alike)),
        recipient_kind=one.kind,
        recipient=one.recipient,
        area=one.area,
        force=min((each.telling.force for each in alike), key=_STRONGEST_FIRST.index),
        limit_rule=limit_rule,
        notifier=one.notifier,
        recipient_confirmed=one.confirmed,
        sources=list(dict.fromkeys(source for each in alike for source in each.row.sources)),
    )


def _areas_for(who: Who, facts: CaseFacts, own: str) -> tuple[str, ...]:
    if who is Who.OTHER_PARTNERS:
        return other_areas(facts, own)
    if who is Who.CDOP:
        # The panel of the area of residence reviews; for a visitor, that of the place of death.
        return (facts.residence_area or facts.incident_area or own,)
    return (own,)


def _told(
    row: Row, telling: Telling, area: str, own: str, on: date, directory: Directory
) -> list[Told | Unresolved]:
    by = authority_of(own, directory)
    if telling.who in NATIONAL:
        kind = NATIONAL[telling.who]
        return [Told(row, telling, kind, kind.value, area, by)]
    try:
        if telling.who is Who.CDOP:
            panel = directory.cdop_of(area, on)
            return [Told(row, telling, RecipientKind.CDOP, panel, area, by)]
        seats = directory.partners_of(area, on)
    except LookupError:
        return [Unresolved(row.id, telling.who, area, telling.limit_rule)]
    # The notifying authority is not told as its own partner.
    others = [seat for seat in seats if area != own or seat.kind != "LA"]
    return [
        Told(row, telling, KIND_OF_SEAT[seat.kind], seat.organisation, area, by, seat.confirmed)
        for seat in others
    ]
