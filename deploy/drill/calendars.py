"""The bank holidays as a drill's timer comes to know of them: first without, later with those that
were announced at short notice. Pure.

They have to be issued after the version that comes with the software, or they would not be in
force; their days end as that version's do. The days of announcement are written from memory and
decide nothing but the moment at which the drill sends them.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shared.calendar.bank_holidays import Calendar, checksum, england_and_wales


@dataclass(frozen=True)
class Announced:
    """On `on` a day is added to the bank holidays, and another one given up for it, if any."""

    on: date
    added: date
    given_up: date | None = None
    title_given_up: str = ""


ANNOUNCED = (
    Announced(date(2019, 6, 7), date(2020, 5, 8), date(2020, 5, 4), "Early May bank holiday"),
    Announced(date(2020, 11, 12), date(2022, 6, 3)),
    Announced(date(2022, 9, 12), date(2022, 9, 19)),
    Announced(date(2022, 11, 6), date(2023, 5, 8)),
)


@dataclass(frozen=True)
class Sent:
    """A version and the London date on which the drill sends it."""

    on: date
    version: str
    document: str


def calendars(first: date, last: date) -> list[Sent]:
    """What is known on the first day, then a version for each announcement up to the last."""
    known = england_and_wales()
    announced = [each for each in ANNOUNCED if first < each.on <= last]
    return [
        _version(known, number, day, announced[number:])
        for number, day in enumerate([first, *(each.on for each in announced)])
    ]


def _version(known: Calendar, number: int, on: date, not_yet: list[Announced]) -> Sent:
    days = dict(known.holidays)
    for each in not_yet:
        del days[each.added]
        if each.given_up:
            days[each.given_up] = each.title_given_up
    name = f"england-and-wales-drill-{number + 1}"
    rows = sorted(days.items())
    document: dict[str, Any] = {
        "version": name,
        "issued_at": (known.issued_at + timedelta(minutes=number + 1)).isoformat(),
        "number": 1,
        "source": f"A drill: {known.source}, as known on {on}",
        "obtained_through": known.version,
        "first": known.first.isoformat(),
        "last": known.last.isoformat(),
        "holidays": [{"date": day.isoformat(), "title": title} for day, title in rows],
        "sha256": checksum(known.first, known.last, rows),
    }
    return Sent(on, name, json.dumps(document, ensure_ascii=False))
