"""What happens to one invented incident, from the first report on. Pure; days are London dates."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from deploy.drill.incident import FIRST_DAY, Incident
from deploy.drill.special_days import Pace, SpecialDay
from shared.calendar.bank_holidays import england_and_wales
from shared.calendar.london import london_date, london_instant
from shared.calendar.working_days import add_working_days, subtract_working_days

PACES: Mapping[Pace, int] = {"in_time": 55, "late": 25, "extended": 20}


class Life:
    """Made anew for each incident; `acts` is asked once."""

    def __init__(self, incident: Incident, day: SpecialDay, random: Random) -> None:
        self.incident = incident
        self.random = random
        self.calendar = england_and_wales()
        self.aware = london_date(incident.aware_at)
        self.pace: Pace = (
            day.pace or random.choices(list(PACES), list(map(float, PACES.values())))[0]
        )
        self.made: list[tuple[datetime, str, Mapping[str, Any]]] = []

    def acts(self) -> list[tuple[datetime, str, Mapping[str, Any]]]:
        incident, random = self.incident, self.random
        known = incident.aware_at + timedelta(hours=random.randrange(1, 4))
        reported = known + timedelta(minutes=30)
        earliest = 1
        if incident.kind == "review" and random.random() < 0.2:
            self._add(reported - timedelta(minutes=20), "police_report")
        self._add(reported, "report", known_at=known)
        if random.random() < 0.3:
            # It knew earlier than it wrote at first; nobody knew before there was a duty.
            before = max(incident.aware_at - timedelta(days=2), london_instant(FIRST_DAY, time()))
            corrected = max(self._at(self._later(1), 9), reported + timedelta(hours=1))
            self._add(corrected, "correct", aware_at=before, known_at=before)
            earliest = 2
        late = self.pace == "late" and random.random() < 0.5
        wait = random.randrange(6, 10) if late else random.randrange(earliest, 6)
        if incident.kind == "forgotten":
            wait, late = 30, True
        decided = self._later(wait)
        self._add(self._at(decided, 15), "decide", late=late)
        if incident.kind != "not_notifiable":
            self._add(self._at(decided, 17), "receipts")
        if incident.kind == "withdrawn":
            self._add(self._at(self._later(4, decided), 10), "withdraw")
        if incident.kind in ("review", "forgotten"):
            self._review(decided)
        return self.made

    def _review(self, notified: date) -> None:
        random = self.random
        self._add(self._at(self._later(1, notified), 10), "ask_agencies")
        self._add(self._at(self._later(random.randrange(6, 11), notified), 11), "agencies_answer")
        if random.random() < 0.8:
            self._add(self._at(self._later(random.randrange(2, 8), notified), 14), "findings")
        submitted = self._submitted(notified)
        local = random.random() < 0.5
        self._add(self._at(submitted, 9), "aims", local=local)
        self._add(self._at(submitted, 10), "approve")
        self._add(self._at(submitted, 11), "submit")
        advised = self._panel_considers(submitted, local)
        if local:
            self._local_review(advised)
        elif random.random() < 0.5:
            self._add(self._at(self._later(5, advised), 12), "open_action")
            self._add(self._at(self._later(50, advised), 12), "close_action")

    def _panel_considers(self, submitted: date, local: bool) -> date:
        """The day on which the Panel decided, now and then after it asked for more."""
        random = self.random
        self._add(self._at(self._later(1, submitted), 9), "panel_receives")
        since = submitted
        if random.random() < 0.25:
            asked = self._later(random.randrange(3, 9), submitted)
            self._add(self._at(asked, 15), "panel_asks")
            since = self._later(random.randrange(3, 10), asked)
            self._add(self._at(since, 11), "supply")
        decided = self._later(random.randrange(6, 19), since)
        self._add(self._at(decided, 14), "panel_decides", local=local)
        return decided

    def _submitted(self, notified: date) -> date:
        if self.pace == "in_time":
            return self._later(self.random.randrange(11, 16), notified)
        if self.pace == "late":
            return self._later(self.random.randrange(17, 25), notified)
        agreed = self._later(25, notified)
        granted = self.random.random() < 0.75
        self._add(self._at(self._later(12, notified), 10), "ask_for_longer", until=agreed)
        self._add(
            self._at(self._later(13, notified), 10), "answer_longer", until=granted and agreed
        )
        return self._later(self.random.randrange(18, 25), notified)

    def _local_review(self, advised: date) -> None:
        random = self.random
        decided = self._later(random.randrange(1, 9), advised)
        self._add(self._at(decided, 12), "commission")
        self._add(self._at(self._later(random.randrange(1, 9), decided), 12), "tell", of="decision")
        if random.random() < 0.12:
            self._add(self._at(self._later(25, decided), 14), "panel_takes_it_on")
            return
        planned = self._later(0, decided + timedelta(days=random.randrange(150, 181)))
        self._add(
            self._at(self._later(0, decided + timedelta(days=110)), 12), "draft", for_=planned
        )
        if random.random() < 0.4:
            # Proceedings stand in the way: no rule stops the clock for them, the delay is told.
            self._add(self._at(subtract_working_days(self.calendar, planned, 25), 12), "delay")
            self._add(
                self._at(subtract_working_days(self.calendar, planned, 24), 12),
                "tell",
                of="reasons",
            )
            planned = self._later(60, planned)
            self._add(
                self._at(subtract_working_days(self.calendar, planned, 80), 12),
                "draft",
                for_=planned,
            )
        copies = subtract_working_days(self.calendar, planned, random.choice((10, 9, 5)))
        self._add(self._at(copies, 12), "copies")
        ended = max(planned, self._later(9, copies))
        if random.random() < 0.2:
            self._add(self._at(ended, 12), "withhold")
            self._add(self._at(self._later(3, ended), 12), "tell", of="reasons")
        else:
            self._add(self._at(ended, 12), "publish")
        self._add(self._at(self._later(5, ended), 12), "open_action")
        self._add(self._at(self._later(50, ended), 12), "close_action")

    def _add(self, at: datetime, act: str, **says: Any) -> None:
        self.made.append((at, act, says))

    def _later(self, working_days: int, day: date | None = None) -> date:
        """So many working days on; 0: this day, or the next working day."""
        start = day or self.aware
        if working_days:
            return add_working_days(self.calendar, start, working_days)
        return add_working_days(self.calendar, start - timedelta(days=1), 1)

    def _at(self, day: date, hour: int) -> datetime:
        return london_instant(day, time(hour, self.incident.number % 60))
