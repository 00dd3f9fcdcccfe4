"""What the three partners think of the authority's decision. The duty is the authority's alone;
a partner's dissent stops nothing and starts nothing, but it is recorded and goes to all three."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.intake.obligations import Seat
from shared.contracts.event_codes import PartnerKind, Position

KIND_OF_SEAT = {
    "LA": PartnerKind.LOCAL_AUTHORITY,
    "HEALTH": PartnerKind.HEALTH,
    "POLICE": PartnerKind.POLICE,
}


class Stated(Protocol):
    """One body's position on the decision, as it was said."""

    @property
    def kind(self) -> PartnerKind: ...

    @property
    def organisation(self) -> str | None: ...

    @property
    def position(self) -> Position: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """`missing` kinds have said nothing. `strangers` are places, in what was said, of bodies that
    do not hold a seat of which the holder is known. With dissent every seat of the area is told
    of it: `escalated_to`."""

    missing: tuple[PartnerKind, ...]
    dissenting: tuple[PartnerKind, ...]
    strangers: tuple[int, ...]
    escalated_to: tuple[str, ...]

    @property
    def dissent(self) -> bool:
        return bool(self.dissenting)


def standing_of(said: Sequence[Stated], seats: Iterable[Seat]) -> Standing:
    """How the partners stand to the decision, by the seats of the area on its day."""
    held = {(KIND_OF_SEAT[seat.kind], seat.organisation): None for seat in seats}
    against = {one.kind for one in said if one.position is Position.DISAGREE}
    heard = {one.kind for one in said}
    return Standing(
        missing=tuple(kind for kind in PartnerKind if kind not in heard),
        dissenting=tuple(kind for kind in PartnerKind if kind in against),
        strangers=tuple(
            place
            for place, one in enumerate(said)
            if one.organisation is not None
            and one.kind in {kind for kind, _ in held}
            and (one.kind, one.organisation) not in held
        ),
        escalated_to=tuple(dict.fromkeys(body for _, body in held)) if against else (),
    )
