"""What the synthetic people of a drill do, and when: made from a seed, before anything runs. Pure.

Everybody and everything is invented. Instants are UTC; a day is a London date.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from deploy.drill.incident import AREAS, Incident, Planned
from deploy.drill.lives import Life
from deploy.drill.special_days import SPECIAL_DAYS, SpecialDay
from shared.calendar.london import london_instant

CARE_LEAVERS_FROM = date(2023, 12, 15)
"""From this day on the death of a care leaver is to be told."""
KINDS = {"review": 45, "simple": 15, "not_notifiable": 12, "forgotten": 12, "withdrawn": 10}


@dataclass(frozen=True)
class Plan:
    first: date
    last: date
    seed: int
    incidents: Sequence[Incident]
    acts: Sequence[Planned]
    """In order of time; what would happen after the last day is left out."""

    @property
    def begins_at(self) -> datetime:
        return london_instant(self.first, time())

    @property
    def ends_at(self) -> datetime:
        """The last minute of the last day."""
        return london_instant(self.last, time(23, 59))


def plan(first: date, last: date, incidents: int, seed: int) -> Plan:
    """The same for the same arguments. Special days come first, the rest is spread evenly."""
    random = Random(f"drill {seed} {first} {last}")  # noqa: S311 (invented people, no secrets)
    within = [day for day in SPECIAL_DAYS if first <= day.day <= last][:incidents]
    length = (last - first).days + 1
    others = [
        SpecialDay(first + timedelta(days=random.randrange(length)), random.randrange(7, 23), "")
        for _ in range(incidents - len(within))
    ]
    made: list[Incident] = []
    acts: list[Planned] = []
    for day in sorted((*within, *others), key=lambda each: (each.day, each.hour)):
        incident = _incident(len(made) + 1, day, random)
        while any(incident.born == one.born for one in made):  # no two are taken for one child
            incident = replace(incident, born=incident.born - timedelta(days=1))
        made.append(incident)
        for at, act, says in Life(incident, day, random).acts():
            acts.append(Planned(at, len(acts), incident.number, act, says))
    ends_at = london_instant(last, time(23, 59))
    return Plan(first, last, seed, made, sorted(act for act in acts if act.at <= ends_at))


def _incident(number: int, day: SpecialDay, random: Random) -> Incident:
    kinds = dict(KINDS) | ({"care_leaver": 8} if day.day >= CARE_LEAVERS_FROM else {})
    kind = day.kind or random.choices(list(kinds), list(kinds.values()))[0]
    area = random.choice(AREAS)
    elsewhere = kind in ("review", "forgotten", "withdrawn") and random.random() < 0.25
    years = 20 if kind == "care_leaver" else random.randrange(1, 17)
    return Incident(
        number=number,
        kind=kind,
        area=area,
        residence=random.choice([one for one in AREAS if one != area]) if elsewhere else area,
        aware_at=london_instant(day.day, time(day.hour, day.minute)),
        died=kind in ("simple", "care_leaver", "not_notifiable") or random.random() < 0.4,
        born=day.day - timedelta(days=365 * years + random.randrange(30, 300)),
        why=day.why,
    )
