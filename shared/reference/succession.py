"""What became of an area that is no more, and who answers for its cases from then on.

The dated rows are `area_changes.json`. Where one area took the place of another, it has its cases
without anybody saying so. Where several did, no row says which of them a case belongs to: a person
chooses, and until then no single authority answers for it.
"""

from datetime import date

from shared.reference.errors import SuccessorToBeChosen, UnknownReference
from shared.reference.records import records


def standing_areas(area_code: str, on: date) -> tuple[str, ...]:
    """The area itself, unless it has ended by a London date; else those that took its place and
    stand then, by code. Raises `UNKNOWN_AREA`."""
    row = records().areas_by_code.get(area_code)
    if row is None:
        raise UnknownReference("UNKNOWN_AREA", area_code)
    if row.effective_to is None or on <= row.effective_to:
        return (area_code,)
    heirs = [change.became for change in records().area_changes if change.gone == area_code]
    return tuple(sorted({code for heir in heirs for code in standing_areas(heir, on)}))


def standing_area(area_code: str, on: date) -> str:
    """The one area that stands for this one on a date. Raises `UNKNOWN_AREA`, or
    SuccessorToBeChosen with the areas that share it."""
    found = standing_areas(area_code, on)
    if len(found) > 1:
        raise SuccessorToBeChosen(area_code, found)
    return found[0]


def areas_stood_for(area_code: str, on: date) -> list[str]:
    """The area and those that are no more in whose place it stands on a date, alone or with
    others, by code. Raises `UNKNOWN_AREA`."""
    standing_areas(area_code, on)
    gone = {change.gone for change in records().area_changes}
    return sorted({area_code} | {code for code in gone if area_code in standing_areas(code, on)})


def authorities_of(area_code: str, on: date) -> tuple[str, ...]:
    """The organisation ids of the local authorities that answer for an area on a date: one,
    unless it was divided. Raises `UNKNOWN_AREA`."""
    by_code = records().areas_by_code
    return tuple(by_code[code].local_authority for code in standing_areas(area_code, on))


def answers_for(organisation: str, area_code: str, on: date) -> bool:
    """Whether an organisation is an authority that answers for an area on a date, alone or, of a
    divided area, with others. Raises `UNKNOWN_AREA`."""
    return organisation in authorities_of(area_code, on)
