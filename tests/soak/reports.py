"""What the sending systems of a run report: invented, endless, and the same for the same seed."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from deploy.samples import sample_people as people

LIVERPOOL, WIRRAL, BARNET = "E08000012", "E08000015", "E09000003"
AREAS = (LIVERPOOL, WIRRAL, BARNET)
POLICE = {
    LIVERPOOL: people.OFFICER_MERSEYSIDE,
    WIRRAL: people.OFFICER_MERSEYSIDE,
    BARNET: people.OFFICER_METROPOLITAN,
}
HEALTH = {
    LIVERPOOL: people.NURSE_NORTHBANK,
    WIRRAL: people.DOCTOR_EASTMOOR,
    BARNET: people.CLERK_HILLVIEW,
}
AUTHORITY = {
    LIVERPOOL: people.SOCIAL_WORKER_LIVERPOOL,
    WIRRAL: people.SOCIAL_WORKER_WIRRAL,
    BARNET: people.SOCIAL_WORKER_BARNET,
}
SYSTEM_OF = {
    "police": "police-records",
    "health_provider": "health-incidents",
    "local_authority": "la-cases",
}
DOORS = ("bus", "http")
SORTS = {"single": 76, "three_reporters": 8, "repeat": 6, "reused_id": 4, "malformed": 6}
LATE_SHARE, DECIDED_SHARE = 0.3, 0.3


@dataclass(frozen=True)
class Sent:
    """One report on its way. `sort`: `report`, `repeat` (same id, same content), `reused_id` (same
    id, other content), `malformed`. `door`: bus or http."""

    number: int
    id: UUID
    sort: str
    door: str
    system: str
    organisation: str
    content: dict[str, Any]

    @property
    def text(self) -> str:
        return json.dumps(self.content)


@dataclass(frozen=True)
class Happening:
    """What is sent at one tick, each after the one before was answered if it is `in_turn`, and
    whether the authority of `area` then decides what became of it."""

    reports: Sequence[Sent]
    area: str
    in_turn: bool = False
    decides: bool = False


class Reporters:
    """Makes one happening after the other; children are told apart by the happening's number."""

    def __init__(self, seed: int, doors: Collection[str] = DOORS) -> None:
        self._doors = tuple(doors)
        self._random = Random(f"reports {seed}")
        self._number = 0

    def next(self) -> Happening:
        random = self._random
        self._number += 1
        sort = random.choices(list(SORTS), list(SORTS.values()))[0]
        area = random.choice(AREAS)
        child, day = self._child(), self._day()
        decides = random.random() < DECIDED_SHARE
        if sort == "three_reporters":
            tellers = (POLICE, HEALTH, AUTHORITY)
            reports = [self._report(teller[area], area, child, day) for teller in tellers]
            return Happening(reports, area, decides=decides)
        first = self._report(random.choice((POLICE, HEALTH, AUTHORITY))[area], area, child, day)
        if sort == "single":
            return Happening([first], area, decides=decides)
        if sort == "malformed":
            return Happening([replace(first, sort=sort, content=self._spoilt(first.content))], area)
        again = replace(first, sort=sort)
        if sort == "reused_id":
            outline = f"Invented sample. Something else altogether, {self._number}."
            again = replace(again, content=first.content | {"case_outline": outline})
        return Happening([first, again], area, in_turn=True)

    def _report(
        self, reporter: dict[str, Any], area: str, child: dict[str, Any], day: datetime
    ) -> Sent:
        random = self._random
        aware = day + timedelta(hours=random.uniform(1, 6))
        content: dict[str, Any] = {
            "reporter": reporter,
            "agency_aware_at": aware.isoformat(timespec="seconds"),
            "incident": {
                "date_certainty": "exact",
                "date": day.date().isoformat(),
                "location_type": "home",
                "area_code": area,
            },
            "children": [child],
            "immediate_danger": random.random() < 0.1,
            "case_outline": f"Invented sample {self._number}.",
            "outcome": "seriously_harmed",
            "abuse_neglect_status": "suspected",
            "residence_area_code": area,
            "harm_types": ["physical"],
        }
        if reporter["agency_type"] == "local_authority":
            content["la_incident_aware_at"] = content["agency_aware_at"]
        return Sent(
            number=self._number,
            id=UUID(int=random.getrandbits(128), version=4),
            sort="report",
            door=random.choice(self._doors),
            system=SYSTEM_OF[reporter["agency_type"]],
            organisation=reporter["organisation"],
            content=content,
        )

    def _child(self) -> dict[str, Any]:
        born = datetime.now(UTC) - timedelta(days=self._random.randint(200, 6000))
        letters, number = "", self._number
        while number:
            number, letter = divmod(number, 26)
            letters += chr(ord("a") + letter)
        return {
            "surname": f"Sample-{letters.title()}",
            "forenames": "Soak Child",
            "date_of_birth": born.date().isoformat(),
            "sex": self._random.choice(("female", "male")),
        }

    def _day(self) -> datetime:
        """Of the incident: for a share so long ago that clocks are late at once."""
        late = self._random.random() < LATE_SHARE
        return datetime.now(UTC) - timedelta(days=20 if late else self._random.randint(1, 2))

    def _spoilt(self, content: dict[str, Any]) -> dict[str, Any]:
        """Readable, and yet no report."""
        spoilt = dict(content)
        match self._random.randrange(3):
            case 0:
                del spoilt["case_outline"]
            case 1:
                spoilt["outcome"] = "no_such_outcome"
            case 2:
                spoilt["children"] = []
        return spoilt
