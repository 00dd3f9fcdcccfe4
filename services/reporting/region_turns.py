"""When a region begins or ceases to hear of a case without anything happening in it: its owner
changes, it is merged, or the owner's area joins or leaves the region."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5

from services.reporting.known import Known
from services.reporting.region_spells import Spans, Spell
from shared.calendar.london import london_date, london_instant
from shared.contracts.envelope import NAMESPACE
from shared.contracts.intake_events import IncidentLinked

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Turn:
    """A reference of `spell` begins or ends in a region at `at`; `source` brings it about."""

    region: str
    spell: Spell
    source: UUID
    at: datetime
    opens: bool


def turns(case: Known, of_case: tuple[Spell, ...], spans: Spans, today: date) -> Iterator[Turn]:
    """All up to a London date."""
    merged = [fact for fact, _ in case.own(IncidentLinked)][-1:] if case.survivor else []
    for spell in of_case:
        if spell.passed_on_to and spell.begun:
            yield from _at(spell, spell.begun.fact.event_id, spell.begun.fact.recorded_at, spans)
        ends = [spell.ended.fact] if spell.passed_on_from and spell.ended else []
        for fact in ends or (merged if spell.ended is None else []):
            yield from _at(spell, fact.event_id, fact.recorded_at, spans, opens=False)
        if not case.survivor:
            yield from _by_date(case, spell, spans, today)


def regions_told(spans: Spans, spell: Spell, on: date) -> list[str]:
    """The regions that hear of the owner's cases on a London date."""
    return sorted({span.region for span in spans.get(spell.area, ()) if span.holds_on(on)})


def _at(
    spell: Spell, source: UUID, at: datetime, spans: Spans, *, opens: bool = True
) -> Iterator[Turn]:
    for region in regions_told(spans, spell, london_date(at)):
        yield Turn(region, spell, source, at, opens)


def _by_date(case: Known, spell: Spell, spans: Spans, today: date) -> Iterator[Turn]:
    """The area joins a region, or leaves it, on a day within the spell."""
    for span in spans.get(spell.area, ()):
        left = span.last + DAY if span.last else None
        for day, opens in ((span.first, True), (left, False)):
            if day is None or day > today or not _is_a_change(spans, spell, span.region, day):
                continue
            at = london_instant(day, time(0)).astimezone(UTC)
            if spell.holds_at(at):
                about = f"{case.case_id}|{spell.epoch}|{spell.area}|{day}"
                yield Turn(span.region, spell, uuid5(NAMESPACE, about), at, opens)


def _is_a_change(spans: Spans, spell: Spell, region: str, day: date) -> bool:
    before = region in regions_told(spans, spell, day - DAY)
    return before != (region in regions_told(spans, spell, day))
