"""What a region is to be told of a case: a pure function of what is known of it.

A case is shared from when its authority decided that it is notifiable. Of a case in triage, of one
that is not notifiable and of a death in care that is notified simply nothing is told: the first
thing to be read from it would be that the child was looked after.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.reporting.known import Known
from services.reporting.region_said import Said
from services.reporting.region_spells import Spans, Spell, spell_at, spells
from services.reporting.region_stage import StageTold, shared_cycles, stage_when, stages_told
from services.reporting.region_told import said_of
from services.reporting.region_turns import Turn, regions_told, turns
from shared.calendar.london import london_date
from shared.contracts.envelope import derived_id
from shared.contracts.region_events import SharedStage
from shared.contracts.region_topics import shared_topic, shared_type
from shared.contracts.sharing_codes import SharedTopic

LAST = 10**9
"""The rank of what closes a reference: nothing of its kind comes after it."""


@dataclass(frozen=True)
class Copy:
    """One event of one region, without its reference. Of those with the same `about` only the one
    of the highest `rank` is worth telling. `recorded_at` is that of its source, or of what it
    corrects if that is later. `area` is the owner's, on whose standing decision it rests. `closes`:
    told only if the region knows of it."""

    event_id: UUID
    region: str
    topic: SharedTopic
    case_id: UUID
    cycle: int
    epoch: int
    area: str
    about: str
    rank: int
    source_event: UUID
    recorded_at: datetime
    said: dict[str, Any] = field(compare=False)
    action_id: UUID | None = None
    closes: bool = False


def copies_of(case: Known, spans: Spans, today: date) -> tuple[Copy, ...]:
    """Everything that was or is to be told of a case up to a London date, each once, by id."""
    of_case = spells(case)
    made = [*_said(case, of_case, spans), *_opened_and_closed(case, of_case, spans, today)]
    return tuple(sorted({copy.event_id: copy for copy in made}.values(), key=_order))


def _order(copy: Copy) -> tuple[datetime, str]:
    return (copy.recorded_at, str(copy.event_id))


def _said(case: Known, of_case: tuple[Spell, ...], spans: Spans) -> Iterator[Copy]:
    cycles = shared_cycles(case)
    if case.survivor:
        return
    for said in said_of(case, cycles):
        first = (said.corrects or said.fact).recorded_at
        at = max(said.fact.recorded_at, first)
        spell = spell_at(of_case, at)
        if spell is None or spell != spell_at(of_case, first):
            continue
        heard = regions_told(spans, spell, london_date(first))
        for region in regions_told(spans, spell, london_date(at)):
            if region in heard:
                yield _copy(case, region, spell, said, at)


def _copy(case: Known, region: str, spell: Spell, said: Said, at: datetime) -> Copy:
    return Copy(
        event_id=_event_id(said.fact.event_id, region, said.topic, 0),
        region=region,
        topic=said.topic,
        case_id=case.case_id,
        cycle=said.cycle,
        epoch=spell.epoch,
        area=spell.area,
        about=said.about or f"{said.cycle}.{spell.epoch}",
        rank=said.rank,
        source_event=said.fact.event_id,
        recorded_at=at,
        said=dict(said.values),
        action_id=said.action_id,
        closes=said.ends,
    )


def _event_id(source: UUID, region: str, topic: SharedTopic, ordinal: int) -> UUID:
    return derived_id(source, shared_type(topic), shared_topic(region, topic), ordinal)


def _opened_and_closed(
    case: Known, of_case: tuple[Spell, ...], spans: Spans, today: date
) -> Iterator[Copy]:
    stages = stages_told(case)
    for turn in turns(case, of_case, spans, today):
        told = stage_when(stages, turn.at)
        if told is None or told.stage in (SharedStage.CLOSED, SharedStage.WITHDRAWN):
            continue
        yield _turned(case, turn, told)


def _turned(case: Known, turn: Turn, told: StageTold) -> Copy:
    topic = SharedTopic.CASE_STAGE
    return Copy(
        event_id=_event_id(turn.source, turn.region, topic, 1 if turn.opens else 2),
        region=turn.region,
        topic=topic,
        case_id=case.case_id,
        cycle=told.cycle,
        epoch=turn.spell.epoch,
        area=turn.spell.area,
        about=f"{told.cycle}.{turn.spell.epoch}",
        rank=told.rank if turn.opens else LAST,
        source_event=turn.source,
        recorded_at=turn.at,
        said={"stage": told.stage.value, "reference_open": turn.opens},
        closes=not turn.opens,
    )
